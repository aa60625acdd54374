"""Searching the reads: by what was read, by who read or was looked for, by time; the latest first."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from shared.http.lists import Page, page, read_cursor


class ListedRead(msgspec.Struct, frozen=True):
    """One read. `what` is the path asked for without its ids; `person` whom a search or an export was about."""

    id: int
    at: datetime
    account: UUID
    roles: list[str]
    through: str
    what: str
    case: UUID | None
    subject: UUID | None
    person: UUID | None


class Sought(msgspec.Struct, frozen=True):
    """What is looked for; None is any. `until` is not included."""

    case: UUID | None = None
    subject: UUID | None = None
    account: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


READS = """
select id, at, account, roles, through, what, case_id as case, subject, person from read
{narrowed} order by at desc, id desc limit $1
"""
CONDITIONS = {
    "case": "case_id = {0}",
    "subject": "subject = {0}",
    "account": "(account = {0} or person = {0})",
    "since": "at >= {0}",
    "until": "at < {0}",
}


async def list_reads(pool: Any, sought: Sought, after: str | None, limit: int) -> Page[ListedRead]:
    """`account` finds what they read, and what was sought or put together about them."""
    values: list[object] = [limit + 1]
    conditions = []
    for name, condition in CONDITIONS.items():
        if (value := getattr(sought, name)) is not None:
            values.append(value)
            conditions.append(condition.format(f"${len(values)}"))
    if (seen := read_cursor(after, tuple[datetime, int])) is not None:
        values += seen
        conditions.append(f"(at, id) < (${len(values) - 1}, ${len(values)})")
    narrowed = f"where {' and '.join(conditions)}" if conditions else ""
    rows = await pool.fetch(READS.format(narrowed=narrowed), *values)
    return page(rows, limit, lambda row: msgspec.convert(dict(row), ListedRead), lambda row: (row["at"], row["id"]))
