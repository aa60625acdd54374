"""What has happened to a subject, each fact with its day: read from the journal, where it stands for good.

A fact tells no day of its own, unless its rules need one. Its day is that of the programme's clock when it was told:
the database's, and as far ahead as a practice programme then had been moved.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from shared.catalogue import Event
from shared.clock import by_the_programme
from shared.deadlines import local_date

TOLD_MAX = 500
"""More than any case has of what its association is told."""

TOLD = """
select journal.subject_id, journal.type, journal.recorded_at,
    (journal.event -> 'data' ->> 'amount_ore')::bigint as amount_ore,
    coalesce(journal.event -> 'data' ->> 'booked_on', journal.event -> 'data' ->> 'judged_on') as own_day,
    coalesce((
        select (moved.event -> 'data' ->> 'offset_s')::bigint from journal as moved
        where moved.subject_id = $3 and moved.type = $4 and moved.position < journal.position
        order by moved.position desc limit 1
    ), 0) as offset_s
from journal where journal.subject_id = any($1) and journal.type = any($2)
order by journal.position limit $5
"""


class Fact(msgspec.Struct, frozen=True):
    """`type` is the event's; `on` is the bank's day where money moved, and the court's where it judged; `amount_ore` is
    None where there is none."""

    subject: UUID
    type: str
    on: date
    amount_ore: int | None


class Happened(msgspec.Struct, frozen=True):
    items: list[Fact]


async def happened(
    pool: Any, subjects: Iterable[UUID], told: Iterable[type[Event]], programme: UUID | None, moved: type[Event]
) -> Happened:
    """Facts of the kinds `told` about the subjects, in order. `moved` tells how far the programme's clock was moved."""
    kinds = [kind.type for kind in told]
    rows = await pool.fetch(TOLD, list(subjects), kinds, programme, moved.type, TOLD_MAX)
    return Happened([Fact(row["subject_id"], row["type"], day(row), row["amount_ore"]) for row in rows])


def day(row: Any) -> date:
    if row["own_day"] is not None:
        return date.fromisoformat(row["own_day"])
    recorded: datetime = row["recorded_at"]
    return local_date(by_the_programme(recorded, row["offset_s"]))
