"""Lists and sums, each one statement. Cases that a person has a conflict of interest in are left out of theirs (H7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from services.review.domain import budget
from services.review.domain.case.life import MOVES, Status
from shared.http.lists import Page, page, read_cursor
from shared.identity import Role


class ListedCase(msgspec.Struct, frozen=True, kw_only=True):
    """What a person has no right to know, or not before they have declared, is None.

    `has_scored` is about whoever asks; `scored` how many assessors have. `next` is None where nobody moves here.
    """

    id: UUID
    version: int
    status: str
    next: Role | None
    programme: UUID
    call: UUID
    association: UUID
    number: str
    received_at: datetime
    declared: bool
    officer: UUID | None
    amount_applied_ore: int | None
    completion_due_on: date | None
    scored: int | None
    has_scored: bool
    points_milli: int | None
    disagreement: bool | None
    proposed_outcome: str | None
    proposed_ore: int | None
    opinion: str | None
    outcome: str | None
    granted_ore: int | None
    delegated: bool
    meeting: UUID | None
    appeal_last_day: date | None


class StatusCount(msgspec.Struct, frozen=True):
    status: str
    count: int


class CaseCounts(msgspec.Struct, frozen=True):
    """How many cases stand where; `waiting` is how many of them wait for each role."""

    statuses: list[StatusCount]
    waiting: dict[str, int]


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


class Sort(StrEnum):
    RECEIVED = "received"
    APPLIED = "applied"
    POINTS = "points"
    DUE = "due"


class Order(StrEnum):
    ASCENDING = "asc"
    DESCENDING = "desc"


class Narrowing(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases a list is about; None is all. `waits_for` is the role with the next move."""

    call: UUID | None = None
    status: str | None = None
    waits_for: Role | None = None
    association: UUID | None = None
    ids: Collection[UUID] | None = None
    sort: Sort = Sort.RECEIVED
    order: Order | None = None


LISTED = """
    id, version, status, programme, call, association, number, received_at, officer, amount_applied_ore,
    completion_due_on, jsonb_array_length(scored) as scored, scored ? $1 as has_scored, points_milli, disagreement,
    proposed_outcome, proposed_ore, opinion, outcome, granted_ore, delegated, meeting, appeal_last_day,
    interests ? $1 as declared
"""
CASES = f"""
select {LISTED}{{more}} from reviewed_case
where coalesce(interests ->> $1, '') <= '' and number <> '' {{narrowed}}
order by {{key}} {{order}}, id {{order}} limit $2
"""  # noqa: S608 - columns are ours
"""`<= ''` rather than `is null`: the planner takes the latter to leave few cases, and would sort the whole register for
one page."""

KEYS: Mapping[Sort, tuple[str, type, Order]] = {
    Sort.RECEIVED: ("received_at", datetime, Order.DESCENDING),
    Sort.APPLIED: ("{seen} amount_applied_ore {hidden}", int, Order.DESCENDING),
    Sort.POINTS: ("{seen} coalesce(points_milli, -1)::bigint {hidden}", int, Order.DESCENDING),
    Sort.DUE: ("coalesce(completion_due_on, appeal_last_day, date 'infinity')", date, Order.ASCENDING),
}
"""What a list is sorted by, of which type, and which way unless somebody says. What has no date comes last:
Python's latest day is what asyncpg reads and writes as infinity, so that the day a cursor holds is the day it was."""

SETTLED_ELSEWHERE = "(status = 'final' and coalesce(granted_ore, 0) > 0)"
"""A grant is closed when it is paid and reported: nobody here moves."""
UNHEARD = "(status = 'proposed' and opinion is null)"

HIDDEN_FROM_ASSOCIATIONS = (
    "officer",
    "scored",
    "points_milli",
    "disagreement",
    "proposed_outcome",
    "proposed_ore",
    "opinion",
)
HIDDEN_BEFORE_DECLARING = (
    "amount_applied_ore",
    "points_milli",
    "disagreement",
    "proposed_outcome",
    "proposed_ore",
    "opinion",
    "outcome",
    "granted_ore",
)


async def list_cases(
    pool: Any, reader: Reader, narrowing: Narrowing, after: str | None, limit: int
) -> Page[ListedCase]:
    """The latest first, or in the order asked for."""
    values: list[object] = [str(reader.person), limit + 1]
    narrowed = _narrowed(reader, narrowing, values)
    expression, shape, usual = KEYS[narrowing.sort]
    order = narrowing.order or usual
    key = _key(expression, reader)
    if (seen := read_cursor(after, tuple[shape, UUID])) is not None:  # type: ignore[valid-type]
        values.extend(seen)
        beyond = "<" if order is Order.DESCENDING else ">"
        narrowed += f" and ({key}, id) {beyond} (${len(values) - 1}, ${len(values)})"
    sql = CASES.format(more=f", {key} as sorted_by", narrowed=narrowed, key=key, order=order.value)
    rows = await pool.fetch(sql, *values)
    return page(rows, limit, lambda row: _case(row, reader), lambda row: (row["sorted_by"], row["id"]))


def _key(expression: str, reader: Reader) -> str:
    """What somebody may not see, or not before they have declared, does not show in the order either (H7)."""
    if reader.own is not None:
        return expression.format(seen="(case when false then", hidden="else -1 end)")
    if not reader.declares:
        return expression.format(seen="", hidden="")
    return expression.format(seen="(case when interests ? $1 then", hidden="else -1 end)")


def _narrowed(reader: Reader, narrowing: Narrowing, values: list[object]) -> str:
    narrowed = ""

    def also(condition: str, value: object) -> None:
        nonlocal narrowed
        values.append(value)
        narrowed += f" and {condition.format(f'${len(values)}')}"

    if reader.own is not None:
        also("association = any({})", list(reader.own))
    if narrowing.call is not None:
        also("call = {}", narrowing.call)
    if narrowing.status is not None:
        also("status = {}", narrowing.status)
    if narrowing.association is not None:
        also("association = {}", narrowing.association)
    if narrowing.ids is not None:
        also("id = any({})", list(narrowing.ids))
    if narrowing.waits_for is not None:
        also(
            _waits_for(narrowing.waits_for, reader),
            [str(status) for status, role in MOVES.items() if role is narrowing.waits_for],
        )
    return narrowed


def _waits_for(role: Role, reader: Reader) -> str:
    """By who moves on in the case's life; and a proposal waits for the user representatives until they have spoken."""
    condition = f"(status = any({{}}) and not {SETTLED_ELSEWHERE})"
    return f"({condition} or {UNHEARD})" if role is Role.PANEL and reader.own is None else condition


def _case(row: Any, reader: Reader) -> ListedCase:
    values = dict(row)
    values.pop("sorted_by", None)
    settled = values["status"] == Status.FINAL and (values["granted_ore"] or 0) > 0
    values["next"] = None if settled else MOVES[Status(values["status"])]
    if reader.own is not None:
        values.update(dict.fromkeys(HIDDEN_FROM_ASSOCIATIONS))
    elif reader.declares and not values["declared"]:
        values.update(dict.fromkeys(HIDDEN_BEFORE_DECLARING))
    return ListedCase(**values)


LANES = f"""
select shown.* from unnest($2::text[]) as lane (status)
cross join lateral (
    select {LISTED} from reviewed_case
    where status = lane.status and number <> '' and coalesce(interests ->> $1, '') <= ''
        and ($3::uuid is null or call = $3)
    order by received_at desc, id desc limit $4
) as shown
"""  # noqa: S608 - columns are ours


async def list_lanes(pool: Any, reader: Reader, call: UUID | None, each: int) -> list[ListedCase]:
    """The latest of every stage, at most `each` of one."""
    rows = await pool.fetch(LANES, str(reader.person), [str(status) for status in Status], call, each)
    return [_case(row, reader) for row in rows]


COUNTS = """
select status, sum(cases)::bigint as count,
    coalesce(sum(cases) filter (where status = 'proposed' and not heard), 0)::bigint as unheard,
    coalesce(sum(cases) filter (where status = 'final' and granted), 0)::bigint as settled
from (
    select status, heard, granted, cases from case_count where $2::uuid[] is null or call = any($2)
    union all
    select status, opinion is not null, coalesce(granted_ore, 0) > 0, -1 from reviewed_case
    where jsonb_path_exists(interests, '$.* ? (@ > "")') and interests ->> $1 > ''
        and number <> '' and ($2::uuid[] is null or call = any($2))
) as counted
group by status having sum(cases) > 0
"""
"""From what the database keeps count of, without the cases that bar the person; see the migration `0004_counted`."""


async def count_cases(pool: Any, person: UUID, calls: Sequence[UUID] | None) -> CaseCounts:
    """Without the cases that the person has a conflict of interest in (H7)."""
    rows = await pool.fetch(COUNTS, str(person), calls)
    waiting: dict[str, int] = {}
    for row in rows:
        role = MOVES[Status(row["status"])]
        if role is not None:
            waiting[role.value] = waiting.get(role.value, 0) + row["count"] - row["settled"]
        if row["unheard"]:
            waiting[Role.PANEL.value] = waiting.get(Role.PANEL.value, 0) + row["unheard"]
    counted = {row["status"]: row["count"] for row in rows}
    return CaseCounts([StatusCount(status, counted[status]) for status in Status if status in counted], waiting)


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
