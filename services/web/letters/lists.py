"""Lists of letters: those of one case, and the outbox with what is under way, to be printed, kept or gone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from services.web.domain.letter import KIND_LABELS
from shared.http.lists import Page, page, read_cursor
from shared.words import Text


class ListedLetter(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    status: str
    kind: str
    label: Text
    case: UUID
    channel: str | None
    due_at: datetime
    written_on: date | None


class CaseLetters(msgspec.Struct, frozen=True):
    """All letters of one case, the first due first."""

    items: list[ListedLetter]


OF_CASE_MAX = 500
"""More letters than any case has."""

OF_CASE = """
select id, version, status, kind, case_id, channel, due_at, written_on
from letter
where case_id = $1 and ($2::uuid[] is null or association = any($2)) and ($3::text[] is null or kind = any($3))
order by due_at, id limit $4
"""
OUTBOX = """
select id, version, status, kind, case_id, channel, due_at, written_on
from letter
where ($1::text is null or status = $1) and ($5::uuid[] is null or case_id = any($5))
    and ($2::timestamptz is null or (due_at, id) < ($2, $3))
order by due_at desc, id desc limit $4
"""


async def list_of_case(
    pool: Any, case: UUID, own: Collection[UUID] | None, kinds: Collection[str] | None
) -> CaseLetters:
    """`own` are the associations whose letters one may see, `kinds` the kinds; None is all."""
    associations = None if own is None else list(own)
    rows = await pool.fetch(OF_CASE, case, associations, None if kinds is None else sorted(kinds), OF_CASE_MAX)
    return CaseLetters([_listed(row) for row in rows])


async def list_outbox(
    pool: Any, status: str | None, cases: Collection[UUID] | None, after: str | None, limit: int
) -> Page[ListedLetter]:
    """The latest first; of some cases, or of all."""
    due_at, seen = read_cursor(after, tuple[datetime, UUID]) or (None, None)
    rows = await pool.fetch(OUTBOX, status, due_at, seen, limit + 1, cases)
    return page(rows, limit, _listed, _place)


def _place(row: Any) -> tuple[datetime, UUID]:
    return row["due_at"], row["id"]


def _listed(row: Any) -> ListedLetter:
    return ListedLetter(
        id=row["id"],
        version=row["version"],
        status=row["status"],
        kind=row["kind"],
        label=KIND_LABELS[row["kind"]],
        case=row["case_id"],
        channel=row["channel"],
        due_at=row["due_at"],
        written_on=row["written_on"],
    )
