"""Which entries tell the whole story of a case: whatever concerns it, and so much around it that an omission shows.

Versions of a subject are 1, 2, 3 … without a gap. So of every subject that an entry of the case is about, all entries
are taken: a meeting from its call to its minutes. Beside those, all about what they point to and what they followed
from, and the accounts of everybody who acted, with the roles they held. A package in which one is missing is not whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

import msgspec

from shared.envelope import Envelope, unseal
from shared.refused import Refused

ENTRIES_MAX = 5_000
"""Of one case, with all around it. One of some years has a few hundred."""

POINTERS = frozenset({"appeal", "batch", "disposal", "meeting", "payment"})
RULES = frozenset({"association", "call", "programme"})
"""Names under which an event's data holds the id of another subject."""
FIRST_HAND = ("applications", "payouts")
"""Who tells of associations, their accounts, calls and programmes at first hand; the others keep copies."""

CONCERNING = """
select source, position, text from entry join concern using (source, position)
where concern.subject = $1 order by source, position limit $2
"""
STORIES = """
select source, position, text
from unnest($1::text[], $2::uuid[]) as want (source, subject)
join concern using (source, subject) join entry using (source, position)
where entry.subject = want.subject order by source, position limit $3
"""
TOLD_BY = "select distinct source, subject from concern where subject = any($1)"


class Told(msgspec.Struct, frozen=True):
    """An entry of the story, as it is kept and as it reads. `is_own`: it concerns the case itself."""

    source: str
    position: int
    text: bytes
    envelope: Envelope
    is_own: bool


class Story(msgspec.Struct, frozen=True):
    """`subjects` are whom the case points to, `causes` the ids of the entries that its own followed from."""

    told: list[Told]
    subjects: frozenset[UUID]
    causes: frozenset[str]

    def missing(self, there: Iterable[Told]) -> list[str]:
        """Ids of what it points to and followed from that is not there, or not yet."""
        kept = list(there)
        subjects = {one.envelope.subject for one in kept}
        ids = {one.envelope.id for one in kept}
        return sorted({str(one) for one in self.subjects - subjects} | (self.causes - ids))


class TooLong(Refused):
    def __init__(self) -> None:
        super().__init__(
            f"Ärendet har fler än {ENTRIES_MAX} händelser. Läs dem sida för sida.",
            f"The case has more than {ENTRIES_MAX} events. Read them page by page.",
        )


async def story_of(connection: Any, case: UUID) -> Story:
    """Nothing where nobody has told of the case. Raises TooLong."""
    own = _read(await connection.fetch(CONCERNING, case, ENTRIES_MAX + 1), is_own=True)
    subjects = {(one.source, one.envelope.subject) for one in own.values()}
    rules = {id_ for one in own.values() for id_ in _under(RULES, one.envelope)}
    pointed = {id_ for one in own.values() for id_ in _under(POINTERS, one.envelope)}
    causes = {cause for one in own.values() if (cause := one.envelope.causationid) and _subject(cause)}
    wanted = rules | pointed | {id_ for cause in causes if (id_ := _subject(cause))}
    around = {
        (row["source"], row["subject"])
        for row in await connection.fetch(TOLD_BY, list(wanted))
        if row["subject"] not in rules or row["source"] in FIRST_HAND
    }
    whole = await _stories(connection, subjects)
    acting = {
        ("web", one.envelope.authid) for one in (*own.values(), *whole.values()) if one.envelope.authtype == "user"
    }
    kept = {**await _stories(connection, acting | (around - subjects)), **whole, **own}
    if len(kept) > ENTRIES_MAX:
        raise TooLong
    told = [kept[place] for place in sorted(kept)]
    return Story(told, frozenset(rules | pointed | {account for _, account in acting}), frozenset(causes))


async def _stories(connection: Any, subjects: set[tuple[str, UUID]]) -> dict[tuple[str, int], Told]:
    pairs = sorted(subjects)
    rows = await connection.fetch(
        STORIES, [source for source, _ in pairs], [subject for _, subject in pairs], ENTRIES_MAX + 1
    )
    return _read(rows, is_own=False)


def _read(rows: Iterable[Any], is_own: bool) -> dict[tuple[str, int], Told]:
    """What concerns anything could be read when it was taken in."""
    return {
        (row["source"], row["position"]): Told(row["source"], row["position"], row["text"], unseal(row["text"]), is_own)
        for row in rows
    }


def _under(names: frozenset[str], envelope: Envelope) -> set[UUID]:
    """The ids that stand under these names, however deep."""
    found = (value for name, value in _leaves(msgspec.json.decode(envelope.data)) if name in names)
    return {UUID(value) for value in found if isinstance(value, str)}


def _leaves(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    inner = value.items() if isinstance(value, dict) else [(name, one) for one in value]
    for key, one in inner:
        if isinstance(one, (dict, list)):
            yield from _leaves(one, key)
        else:
            yield key, one


def _subject(event_id: str) -> UUID | None:
    """Whose event has that id; None where it is no event's."""
    try:
        return UUID(event_id.rpartition("-")[0])
    except ValueError:
        return None
