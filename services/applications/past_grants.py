"""Past grants: what anybody may see of decisions that stand. Which association, for what, how much and which year.

A decision that can still be appealed against is not here, nor one that granted nothing. A case that is closed has come
further than that: it counts also where it was closed before its finality was recorded.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from services.applications.views import TOLD_TO_ALL
from shared.http.lists import Page, page, read_cursor
from shared.words import Text


class PastGrant(msgspec.Struct, frozen=True):
    """`year` is that of the call. `association_name` and `title` are None where they have been lawfully erased, and in
    a protected case."""

    number: str
    year: int
    call_title: Text
    association_name: str | None
    title: str | None
    granted_ore: int
    practice: bool


class YearOfGrants(msgspec.Struct, frozen=True):
    year: int
    grants: int
    granted_ore: int


STANDS = "application.granted_ore > 0 and (application.final_on is not null or application.status = 'closed')"
YEAR = "extract(year from call.opens_at at time zone 'Europe/Stockholm')::int"

PAST_GRANTS = f"""
select application.number, {YEAR} as year, call.title_sv, call.title_en, application.granted_ore, programme.practice,
    (select text from clear where owner = application.association and field = 'name'
        and {TOLD_TO_ALL}) as association_name,
    (select text from clear where owner = application.id and field = 'title' and {TOLD_TO_ALL}) as title,
    application.received_at
from application
    join call on call.id = application.call
    join programme on programme.id = application.programme
where {STANDS}
    and ($1 or not programme.practice) and ($2::int is null or {YEAR} = $2)
    and ($3::timestamptz is null or (application.received_at, application.number) < ($3, $4))
order by application.received_at desc, application.number desc limit $5
"""  # noqa: S608 - the conditions are ours

SUMS = f"""
select {YEAR} as year, count(*) as grants, sum(application.granted_ore)::bigint as granted_ore
from application
    join call on call.id = application.call
    join programme on programme.id = application.programme
where {STANDS} and ($1 or not programme.practice)
group by 1 order by 1 desc
"""  # noqa: S608 - the conditions are ours


async def list_past_grants(
    pool: Any, practice_too: bool, year: int | None, after: str | None, limit: int
) -> Page[PastGrant]:
    """The latest first."""
    received_at, number = read_cursor(after, tuple[datetime, str]) or (None, None)
    rows = await pool.fetch(PAST_GRANTS, practice_too, year, received_at, number, limit + 1)
    return page(rows, limit, _past_grant, lambda row: (row["received_at"], row["number"]))


def _past_grant(row: Any) -> PastGrant:
    return PastGrant(
        number=row["number"],
        year=row["year"],
        call_title=Text(row["title_sv"], row["title_en"]),
        association_name=row["association_name"],
        title=row["title"],
        granted_ore=row["granted_ore"],
        practice=row["practice"],
    )


async def sums_by_year(pool: Any, practice_too: bool) -> list[YearOfGrants]:
    """The latest year first."""
    return [YearOfGrants(**row) for row in await pool.fetch(SUMS, practice_too)]
