"""The journal: facts numbered 1, 2, 3 … without gaps, in the order of their commits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

APPEND = """
with next as (
    update head set position = position + cardinality($1::uuid[]) returning position - cardinality($1::uuid[]) as last
)
insert into journal (position, subject_id, version, type, event)
select next.last + fact.ordinal, fact.subject_id, fact.version, fact.type, fact.event::json
from next, unnest($1::uuid[], $2::integer[], $3::text[], $4::text[]) with ordinality
    as fact (subject_id, version, type, event, ordinal)
returning position
"""
"""Locks the head row from here to the commit, so it comes last in a transaction: no lock is taken after it."""


class Fact(msgspec.Struct, frozen=True):
    """One line to be written. `text` is the exact text that will be stored, published and hashed."""

    subject: UUID
    version: int
    type: str
    text: str


async def append(connection: Any, facts: Sequence[Fact]) -> int:
    """Writes the facts and returns the number of the last. Raises asyncpg.UniqueViolationError if overtaken."""
    rows = await connection.fetch(
        APPEND,
        [fact.subject for fact in facts],
        [fact.version for fact in facts],
        [fact.type for fact in facts],
        [fact.text for fact in facts],
    )
    return int(max(row["position"] for row in rows))


async def head(connection: Any) -> int:
    return int(await connection.fetchval("select position from head"))


async def entries(connection: Any, after: int, most: int) -> list[tuple[int, str, str]]:
    """(number, type, exact text) of what comes after `after`, at most `most` of them, in order."""
    rows = await connection.fetch(
        "select position, type, event::text as event from journal where position > $1 order by position limit $2",
        after,
        most,
    )
    return [(row["position"], row["type"], row["event"]) for row in rows]
