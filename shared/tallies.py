"""Shared numbers at the desk: a call's granted sum under its ceiling, the last registration number of a year.

Read with the subjects, added to in memory, and written by compare-and-set as the last rows before the head; a CHECK
in the database stands behind the ceiling. "Sum, then insert" would overshoot; this is exact, however many decide at
once.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from shared.life import Mark, Tally
from shared.refused import Refused

MOVE = """
with wanted as (
    select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) as wanted (key, read, after, ceiling)
), held as (
    select tally.key from tally join wanted on wanted.key = tally.key order by tally.key for update of tally
)
update tally set value = wanted.after, ceiling = coalesce(wanted.ceiling, tally.ceiling)
from wanted join held on held.key = wanted.key
where tally.key = wanted.key and tally.value = wanted.read
    and (coalesce(wanted.ceiling, tally.ceiling) is null or wanted.after <= coalesce(wanted.ceiling, tally.ceiling))
"""
BEGIN = """
insert into tally (key, value, ceiling)
select * from unnest($1::text[], $2::bigint[], $3::bigint[]) order by 1
on conflict do nothing
"""


class Tallies:
    """The numbers as they were read (`_read`) and as the batch has left them (`seen`)."""

    def __init__(self, read: dict[str, Tally] | None = None) -> None:
        self._read = read or {}
        self.seen: dict[str, Tally] = dict(self._read)

    def copy(self) -> Tallies:
        other = Tallies(self._read)
        other.seen = dict(self.seen)
        return other

    def mark(self, mark: Mark) -> None:
        """Raises Refused where the number would pass its ceiling."""
        before = self.seen.get(mark.key, Tally(0))
        after = Tally(before.value + mark.add, mark.ceiling if mark.ceiling is not None else before.ceiling)
        if after.left < 0:
            raise Refused(
                "Pengarna räcker inte: beslutet skulle gå över taket.",
                "There is not enough money: the decision would go above the ceiling.",
            )
        self.seen[mark.key] = after

    def moves(self) -> list[tuple[str, Tally | None, Tally]]:
        """(key, as read or None where new, as it is to be), by key."""
        return [
            (key, self._read.get(key), tally)
            for key, tally in sorted(self.seen.items())
            if tally != self._read.get(key)
        ]


async def load(connection: Any, keys: Iterable[str]) -> Tallies:
    wanted = sorted(keys)
    if not wanted:
        return Tallies()
    rows = await connection.fetch("select key, value, ceiling from tally where key = any($1)", wanted)
    return Tallies({row["key"]: Tally(row["value"], row["ceiling"]) for row in rows})


async def write(connection: Any, tallies: Tallies) -> bool:
    """Whether every number still stood as it was read; if not, nothing of the transaction may be kept."""
    moved = [(key, read.value, after.value, after.ceiling) for key, read, after in tallies.moves() if read is not None]
    begun = [(key, after.value, after.ceiling) for key, read, after in tallies.moves() if read is None]
    return await _all(connection, MOVE, moved) and await _all(connection, BEGIN, begun)


async def _all(connection: Any, statement: str, rows: list[Any]) -> bool:
    """Whether the statement, given the rows column by column, touched every one of them."""
    if not rows:
        return True
    done = await connection.execute(statement, *(list(column) for column in zip(*rows, strict=True)))
    return str(done).endswith(f" {len(rows)}")
