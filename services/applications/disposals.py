"""Disposals in lists, and the cases of one. Whoever has a conflict of interest in a case sees none of its (H7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from shared.http.lists import Page, page, read_cursor


class ListedDisposal(msgspec.Struct, frozen=True):
    """`number` is empty before it is decided."""

    id: UUID
    version: int
    status: str
    number: str
    programme: UUID
    cases: int
    clear: bool
    backups_until: date | None


class DisposedCase(msgspec.Struct, frozen=True):
    """`number` is empty where the disposal took it out of the register."""

    id: UUID
    number: str
    status: str


BARRED = (
    "exists (select from application as held where disposal.cases ? held.id::text and position($1 in held.barred) > 0)"
)
LISTED = f"""
select id, version, status, number, programme, jsonb_array_length(cases) as cases, clear, backups_until
from disposal where not {BARRED} and ($2::uuid is null or id < $2) order by id desc limit $3
"""  # noqa: S608 - the condition is ours
IS_BARRED = "select exists (select from application where id = any($1) and position($2 in barred) > 0)"
CASES = "select id, number, status from application where id = any($1) order by number, id"


async def listed(pool: Any, person: UUID, after: str | None, limit: int) -> Page[ListedDisposal]:
    """The latest first, where ids were made by time."""
    (seen,) = read_cursor(after, tuple[UUID]) or (None,)
    rows = await pool.fetch(LISTED, str(person), seen, limit + 1)
    return page(rows, limit, lambda row: ListedDisposal(**row), lambda row: (row["id"],))


async def is_barred(pool: Any, person: UUID, cases: Sequence[UUID]) -> bool:
    return bool(await pool.fetchval(IS_BARRED, list(cases), str(person)))


async def cases_of(pool: Any, cases: Sequence[UUID]) -> list[DisposedCase]:
    return [DisposedCase(**row) for row in await pool.fetch(CASES, list(cases))]
