"""What the records schedules say is due: programme by programme, and the cases of one. Each question is one statement.

A case in which the person has a conflict of interest is left out (H7), also from the count.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from services.applications.domain.programme import Programme
from services.applications.domain.retention import ended_before, first_day, keeping, papers_of
from shared.clock import by_the_programme
from shared.deadlines import local_date
from shared.http.lists import Page, page, read_cursor
from shared.office import Office
from shared.programme import Keeping, Papers
from shared.words import Text

KINDS_OF_CASE = (Papers.GRANTED, Papers.NOT_GRANTED)
PROGRAMMES_MAX = 100

IDS = "select id, clock_timestamp() as at from programme order by id limit $1"
IS_DUE = """
application.status = 'closed' and application.ended_on is not null and position($1 in application.barred) <= 0
    and application.ended_on < case when coalesce(application.granted_ore, 0) > 0 then {granted} else {not_granted} end
"""
COUNTS = f"""
select wanted.id, count(application.id) as due
from unnest($2::uuid[], $3::date[], $4::date[]) as wanted (id, granted, not_granted)
    left join application on application.programme = wanted.id
        and {IS_DUE.format(granted="wanted.granted", not_granted="wanted.not_granted")}
group by wanted.id
"""  # noqa: S608 - the condition is ours
DUE = f"""
select id, version, number, ended_on, granted_ore,
    (select text from clear where owner = application.association and field = 'name') as association_name
from application
where programme = $2 and {IS_DUE.format(granted="$3::date", not_granted="$4::date")}
    and ($5::date is null or (ended_on, id) > ($5, $6))
order by ended_on, id limit $7
"""  # noqa: S608 - the condition is ours


class ShownKeeping(msgspec.Struct, frozen=True):
    """A row of a records schedule. `years` is None where the papers are preserved."""

    papers: Papers
    years: int | None
    basis: Text


class ShownRetention(msgspec.Struct, frozen=True):
    """A programme's records schedule, and how many of its cases may be disposed of `today`, by its clock."""

    programme: UUID
    title: Text
    practice: bool
    today: date
    schedule: Sequence[ShownKeeping]
    due: int


class DueCase(msgspec.Struct, frozen=True):
    """A case that may be disposed of from `first_day`, by the row for these papers. `name` is None where erased."""

    id: UUID
    number: str
    association_name: str | None
    ended_on: date
    papers: Papers
    first_day: date
    basis: Text


async def schedules(office: Office, person: UUID) -> list[ShownRetention]:
    """Every programme's."""
    rows = await office.pool.fetch(IDS, PROGRAMMES_MAX)
    if not rows:
        return []
    at, states = await office.book.load(office.pool, [row["id"] for row in rows])
    programmes = [state for state in states.values() if isinstance(state, Programme)]
    today = {one.id: local_date(by_the_programme(at, one.offset_s)) for one in programmes}
    ends = [_ends(one, today[one.id]) for one in programmes]
    counts = await office.pool.fetch(
        COUNTS,
        str(person),
        [one.id for one in programmes],
        [granted for granted, _ in ends],
        [not_granted for _, not_granted in ends],
    )
    due = {row["id"]: row["due"] for row in counts}
    return [
        ShownRetention(
            one.id,
            one.rules.title,
            one.practice,
            today[one.id],
            [_shown(row) for row in one.rules.retention.rows()],
            due.get(one.id, 0),
        )
        for one in programmes
    ]


async def due_cases(office: Office, programme: Programme, person: UUID, after: str | None, limit: int) -> Page[DueCase]:
    """Those that have waited longest first."""
    at = await office.pool.fetchval("select clock_timestamp()")
    today = local_date(by_the_programme(at, programme.offset_s))
    ended_on, seen = read_cursor(after, tuple[date, UUID]) or (None, None)
    rows = await office.pool.fetch(DUE, str(person), programme.id, *_ends(programme, today), ended_on, seen, limit + 1)
    return page(rows, limit, lambda row: _due(programme, row), lambda row: (row["ended_on"], row["id"]))


def _shown(row: Keeping) -> ShownKeeping:
    return ShownKeeping(row.papers, row.years, row.basis)


def _ends(programme: Programme, today: date) -> tuple[date, date]:
    """What was granted, or not, and ended before these days, is due; nothing where it is preserved."""
    granted, not_granted = (
        ended_before(keeping(programme.rules.retention, papers), today) or date.min for papers in KINDS_OF_CASE
    )
    return granted, not_granted


def _due(programme: Programme, row: Any) -> DueCase:
    papers = papers_of(row["granted_ore"])
    rule = keeping(programme.rules.retention, papers)
    return DueCase(
        id=row["id"],
        number=row["number"],
        association_name=row["association_name"],
        ended_on=row["ended_on"],
        papers=papers,
        first_day=first_day(rule, row["ended_on"]) or date.max,
        basis=rule.basis,
    )
