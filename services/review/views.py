"""Lists and sums, each one statement. Cases that a person has a conflict of interest in are left out of theirs (H7)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from services.review.domain import budget
from shared.http.lists import Page, page, read_cursor


class ListedCase(msgspec.Struct, frozen=True, kw_only=True):
    """What a person has no right to know, or not before they have declared, is None."""

    id: UUID
    version: int
    status: str
    programme: UUID
    call: UUID
    association: UUID
    number: str
    declared: bool
    amount_applied_ore: int | None
    points_milli: int | None
    opinion: str | None
    outcome: str | None
    granted_ore: int | None
    delegated: bool
    meeting: UUID | None
    appeal_last_day: date | None


class ListedMeeting(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    version: int
    status: str
    programme: UUID
    held_on: date
    posted_on: date | None
    appeal_last_day: date | None
    removed_on: date | None


class ShownBudget(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    programme: UUID
    ceiling_ore: int
    granted_ore: int
    left_ore: int


class Reader(msgspec.Struct, frozen=True):
    """Who asks for a list. `own` are their associations, None for staff; `declares` who has to before they see more."""

    person: UUID
    own: Collection[UUID] | None
    declares: bool


CASES = """
select id, version, status, programme, call, association, number, amount_applied_ore, points_milli, opinion, outcome,
    granted_ore, delegated, meeting, appeal_last_day, interests ? $2 as declared
from reviewed_case
where ($1::uuid is null or id < $1)
    and interests ->> $2 is null
    and ($3::uuid[] is null or association = any($3))
    and ($4::uuid is null or call = $4)
    and ($5::text is null or status = $5)
order by id desc limit $6
"""
HIDDEN_FROM_ASSOCIATIONS = ("points_milli", "opinion")
HIDDEN_BEFORE_DECLARING = ("amount_applied_ore", "points_milli", "opinion", "outcome", "granted_ore")


async def list_cases(
    pool: Any, reader: Reader, call: UUID | None, status: str | None, after: str | None, limit: int
) -> Page[ListedCase]:
    """The latest first."""
    (seen,) = read_cursor(after, tuple[UUID]) or (None,)
    own = None if reader.own is None else list(reader.own)
    rows = await pool.fetch(CASES, seen, str(reader.person), own, call, status, limit + 1)
    return page(rows, limit, lambda row: _case(row, reader), lambda row: (row["id"],))


def _case(row: Any, reader: Reader) -> ListedCase:
    values = dict(row)
    hidden: tuple[str, ...] = ()
    if reader.own is not None:
        hidden = HIDDEN_FROM_ASSOCIATIONS
    elif reader.declares and not values["declared"]:
        hidden = HIDDEN_BEFORE_DECLARING
    return ListedCase(**(values | dict.fromkeys(hidden)))


MEETINGS = """
select id, version, status, programme, held_on, posted_on, appeal_last_day, removed_on
from meeting
where ($1::date is null or (held_on, id) < ($1, $2)) and ($3::uuid is null or programme = $3)
order by held_on desc, id desc limit $4
"""


async def list_meetings(pool: Any, programme: UUID | None, after: str | None, limit: int) -> Page[ListedMeeting]:
    """The latest first."""
    held_on, seen = read_cursor(after, tuple[date, UUID]) or (None, None)
    rows = await pool.fetch(MEETINGS, held_on, seen, programme, limit + 1)
    return page(rows, limit, lambda row: ListedMeeting(**row), lambda row: (row["held_on"], row["id"]))


BUDGET = """
select call.id, call.programme, tally.ceiling as ceiling_ore, tally.value as granted_ore,
    tally.ceiling - tally.value as left_ore
from call join tally on tally.key = $2
where call.id = $1
"""


async def see_budget(pool: Any, call: UUID) -> ShownBudget | None:
    row = await pool.fetchrow(BUDGET, call, budget.key(call))
    return None if row is None else ShownBudget(**row)


# Dates that have come

CLOCKS = "select clock_timestamp() as at, id, offset_s from programme"
RIPE = """
select reviewed_case.id
from reviewed_case
join unnest($1::uuid[], $2::date[]) as clock (programme, today) on clock.programme = reviewed_case.programme
join meeting on meeting.id = reviewed_case.meeting
where reviewed_case.status = 'published' and reviewed_case.appeals = 0
    and reviewed_case.appeal_last_day < clock.today
    and (meeting.removed_on is null or meeting.removed_on > reviewed_case.appeal_last_day)
    and ($3::uuid is null or reviewed_case.id > $3)
order by reviewed_case.id limit $4
"""


async def clocks(pool: Any) -> list[tuple[UUID, datetime, int]]:
    """(programme, the database's clock, the programme's distance from it in seconds)."""
    return [(row["id"], row["at"], row["offset_s"]) for row in await pool.fetch(CLOCKS)]


async def ripe(pool: Any, todays: dict[UUID, date], after: UUID | None, limit: int) -> list[UUID]:
    """Cases whose time to appeal may have run out. The rule decides; this only finds candidates."""
    rows = await pool.fetch(RIPE, list(todays), list(todays.values()), after, limit)
    return [row["id"] for row in rows]
