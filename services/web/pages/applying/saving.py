"""Saving a group of a draft, also when another device has saved meanwhile: nobody's words are ever overwritten.

A page carries what it saw: the draft's version, and a short digest of each of the group's answers. Where the draft has
changed since, each question is settled by itself: changed only here, it is saved; changed only there, it stays as it is
there; changed in both places to different things, a person chooses.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from services.web.pages.applying.drafts import Saved, saved_draft
from services.web.pages.applying.fields import answer_of
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form
from shared.form import is_blank
from shared.programme import Field

DIGEST_DIGITS = 8
TRIES_MAX = 4
"""How often saving is tried anew where somebody else was a moment before."""
CONFLICT = 409
NEXT, LIST, MORE, REMOVE = "next", "list", "more", "remove"
"""What a form's buttons say: go on, go to the list, one more row, one row less."""

Answers = Mapping[str, Any]


def pressed(button: str) -> tuple[str, str, int]:
    """`next`, `list`, `more:a_table` or `remove:a_table:2`: what was pressed, the question and the row."""
    go, _, rest = button.partition(":")
    key, _, row = rest.rpartition(":") if go == REMOVE else (rest, "", "")
    return go, key, int(row) if row.isascii() and row.isdigit() and len(row) < 4 else -1


class Seen(msgspec.Struct, frozen=True):
    """What a page was drawn from: it stands in its form, and comes back with it."""

    version: int
    digests: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.version}:{','.join(self.digests)}"


def seen(saved: Saved, asked: Sequence[Field]) -> Seen:
    return Seen(saved.version, digests(saved.answers, asked))


def digests(answers: Answers, asked: Sequence[Field]) -> tuple[str, ...]:
    return tuple(_digest(answers.get(field.key)) for field in asked)


def read_seen(written: str) -> Seen | None:
    version, _, digests = written.partition(":")
    if not (version.isascii() and version.isdigit() and len(version) < 10):
        return None
    return Seen(int(version), tuple(digests.split(",")))


def _digest(answer: object) -> str:
    if is_blank(answer) and answer != []:
        return "-"
    return hashlib.sha256(msgspec.json.encode(answer, order="sorted")).hexdigest()[:DIGEST_DIGITS]


class Met(msgspec.Struct, frozen=True):
    """A group's answers settled between two devices: what to save, and the questions that a person must settle."""

    answers: dict[str, Any]
    conflicts: tuple[str, ...]


def meet(asked: Sequence[Field], saw: Seen | None, theirs: Answers, mine: Answers) -> Met:
    """`theirs` is what is saved now, `mine` what the page holds; both by question. What is unsettled keeps `theirs`."""
    before = saw.digests if saw and len(saw.digests) == len(asked) else ()
    settled: dict[str, Any] = {}
    conflicts: list[str] = []
    for index, field in enumerate(asked):
        here, there = mine.get(field.key), theirs.get(field.key)
        was = before[index] if before else None
        if _digest(here) == _digest(there) or was == _digest(there):
            settled[field.key] = here
        else:
            settled[field.key] = there
            if was != _digest(here):
                conflicts.append(field.key)
    return Met(settled, tuple(conflicts))


class Kept(msgspec.Struct, frozen=True):
    """What came of saving: the draft as it now is, and the questions that wait for a choice, with what was written."""

    saved: Saved
    conflicts: tuple[str, ...]
    mine: dict[str, Any]


async def keep(
    caller: Caller, draft: UUID, asked: Sequence[Field], form: Form, without: tuple[str, int] | None = None
) -> Kept:
    """Saves what the page holds. `without` is a row that is taken away: (question, its number). Raises Wrong."""
    saw = read_seen(form.get("version"))
    for _ in range(TRIES_MAX):
        saved = await saved_draft(caller, draft)
        mine = {field.key: _mine(field, saved.answers.get(field.key), form, without) for field in asked}
        unchanged = saw is not None and saw.version == saved.version
        met = Met(mine, ()) if unchanged else meet(asked, saw, saved.answers, mine)
        written = await _put(caller, saved, met.answers)
        if written is not None:
            return Kept(written, met.conflicts, mine)
    raise Wrong(CONFLICT, "", "")


def _mine(field: Field, before: object, form: Form, without: tuple[str, int] | None) -> object:
    row = without[1] if without and without[0] == field.key else None
    return answer_of(field, before, form, row)


async def choose(caller: Caller, draft: UUID, seen_version: int | None, chosen: Answers) -> Saved | None:
    """Saves what a person chose between two devices' words. None where it has changed once more since they saw it."""
    saved = await saved_draft(caller, draft)
    is_saved = all(saved.answers.get(key) == answer for key, answer in chosen.items())  # pressed twice
    return None if saved.version != seen_version and not is_saved else await _put(caller, saved, chosen)


async def _put(caller: Caller, saved: Saved, group: Answers) -> Saved | None:
    """The draft with the group's answers in it; None where somebody else saved first. Raises Wrong."""
    answers = {**saved.answers, **group}
    answers = {key: answer for key, answer in answers.items() if answer is not None}
    if answers == saved.answers:
        return saved
    body = {"call": saved.call, "association": saved.association, "answers": answers}
    try:
        done = await caller.tell("applications", "PUT", f"/drafts/{saved.id}", body, version=saved.version)
    except Wrong as wrong:
        if wrong.status == CONFLICT:
            return None
        raise
    return msgspec.structs.replace(saved, version=done.json["version"], answers=answers, saved_at=datetime.now(UTC))
