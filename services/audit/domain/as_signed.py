"""What was signed held against what a book says now: which entries are not as they were, which checkpoint is false.

A tree is one: where a checkpoint's root is still the book's, every entry up to there is what it was when that was
signed. So what was changed lies between the largest checkpoint that holds and the next, which does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

import msgspec


class Stands(StrEnum):
    """`OTHER`: the book's root at that size is another. `GONE`: it has fewer entries. `FALSE`: nobody who may sign for
    the log has signed it."""

    HOLDS = "holds"
    OTHER = "other"
    GONE = "gone"
    FALSE = "false"


class Held(msgspec.Struct, frozen=True):
    """A checkpoint of `size` leaves, held against the book. `root` is the one that was signed, in hexadecimal."""

    size: int
    root: str
    stands: Stands


class Matter(StrEnum):
    REWRITTEN = "rewritten"
    CUT = "cut"
    FALSE_CHECKPOINT = "false_checkpoint"


class Span(NamedTuple):
    """Entries `first` to `last`, by number."""

    first: int
    last: int


class Unlike(msgspec.Struct, frozen=True):
    """Entries `first` to `last` are not all what the checkpoint of `size` leaves says: one at least was changed, put in
    or taken out (`REWRITTEN`), or all are gone (`CUT`). Of a false checkpoint they are those it speaks of."""

    what: Matter
    first: int
    last: int
    size: int


def unlike(held: Iterable[Held], before: int, head: int, suspect: Iterable[Span] = ()) -> list[Unlike]:
    """`held` are checkpoints of one log, `before` how many leaves it has before its first entry, and `head` how many
    leaves in all. `suspect` are entries whose stored hash above is not theirs: there the hash may be the older truth.

    Where a larger checkpoint holds, a smaller one that does not is false itself; but not where entries are suspect.
    """
    suspect = list(suspect)
    ordered = sorted(held, key=lambda one: one.size)
    found = [_false(one, before) for one in ordered if one.stands is Stands.FALSE]
    standing = [one for one in ordered if one.stands in (Stands.HOLDS, Stands.OTHER)]
    largest = max((one.size for one in standing if one.stands is Stands.HOLDS), default=0)
    firm = 0
    for stands, group in groupby(standing, key=lambda one: one.stands):
        run = list(group)
        if stands is Stands.HOLDS:
            firm = run[-1].size
        elif run[0].size > largest or _meets(suspect, Span(firm + 1 - before, run[-1].size - before)):
            found.append(Unlike(Matter.REWRITTEN, max(firm + 1 - before, 1), run[0].size - before, run[0].size))
        else:
            found += [_false(one, before) for one in run]
    gone = [one.size for one in ordered if one.stands is Stands.GONE]
    if gone:
        found.append(Unlike(Matter.CUT, max(head + 1 - before, 1), gone[-1] - before, gone[-1]))
    return sorted(found, key=lambda one: (one.first, one.last, one.size))


def narrowed(one: Unlike, spans: Iterable[Span]) -> list[Unlike]:
    """The same, as narrowly as `spans` allow: entries that are known not to be what they were. Unchanged where they do
    not touch it."""
    if one.what is not Matter.REWRITTEN:
        return [one]
    within = {Span(max(one.first, each.first), min(one.last, each.last)) for each in spans if _touch(one, each)}
    innermost = [each for each in within if not any(other != each and _inside(other, each) for other in within)]
    return [msgspec.structs.replace(one, first=each.first, last=each.last) for each in sorted(innermost)] or [one]


def _false(one: Held, before: int) -> Unlike:
    return Unlike(Matter.FALSE_CHECKPOINT, 1, one.size - before, one.size)


def _meets(spans: Iterable[Span], other: Span) -> bool:
    return any(_touch(each, other) for each in spans)


def _touch(one: Span | Unlike, other: Span) -> bool:
    return one.first <= other.last and other.first <= one.last


def _inside(inner: Span, outer: Span) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last
