"""What the desk's pages have in common: who sits there, what a list's rows are called, and what day it is where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from litestar import Response

from services.web.domain import followed
from services.web.pages.cases.words import OPINIONS, OUTCOMES, SHORT, WHO, said, standing
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.money_and_time import ZONE, as_day
from shared.clock import by_the_programme
from shared.deadlines import local_date
from shared.identity import Role

STAFF = tuple(role for role in Role if role not in (Role.APPLICANT, Role.SIGNATORY, Role.HELPER, Role.FUND))
READERS = (
    Role.OFFICER,
    Role.COORDINATOR,
    Role.PANEL,
    Role.DECISION_MAKER,
    Role.SECRETARY,
    Role.AUDITOR,
    Role.ARCHIVIST,
)
"""Who has the pipeline."""
CASE_READERS = (*READERS, Role.FINANCE, Role.ATTESTER)
MEETING_READERS = (Role.DECISION_MAKER, Role.SECRETARY, Role.OFFICER, Role.COORDINATOR, Role.AUDITOR)

PROGRAMMES_MAX = 100
CALLS_MAX = 100


class Days:
    """What day it is in each programme: a practice programme has a clock of its own."""

    def __init__(self, programmes: Iterable[Mapping[str, Any]]) -> None:
        self.programmes = {str(one["id"]): one for one in programmes}
        self._days = {name: as_day(one["now"]) for name, one in self.programmes.items()}

    def of(self, programme: object) -> date:
        return self._days.get(str(programme)) or datetime.now(ZONE).date()


async def days(caller: Caller) -> Days:
    shown = await caller.ask("applications", "/programmes", limit=PROGRAMMES_MAX)
    return Days(shown.json["items"])


async def today_in(caller: Caller, programme: str) -> date:
    """What day it is in one programme, by its clock as web itself follows it; asked for where web does not."""
    office = caller.site.office
    seen = await office.book.see(office.pool, UUID(programme))
    if not isinstance(seen.state, followed.Programme):
        return (await days(caller)).of(programme)
    return local_date(by_the_programme(seen.at, seen.state.offset_s))


async def days_of(caller: Caller, rows: Iterable[Mapping[str, Any]], calls: Iterable[Mapping[str, Any]]) -> Days:
    """What day it is for the rows: each call tells the clock of its programme. Where none of these calls is of a row's
    programme, the clocks are asked for."""
    told = {call["programme"]: {"id": call["programme"], "now": call["now"]} for call in calls}
    if all(row["programme"] is None or row["programme"] in told for row in rows):
        return Days(told.values())
    return await days(caller)


async def calls(caller: Caller) -> list[dict[str, Any]]:
    shown = await caller.ask("applications", "/calls", limit=CALLS_MAX)
    found: list[dict[str, Any]] = shown.json["items"]
    return found


async def named(caller: Caller, rows: Sequence[dict[str, Any]], key: str = "id") -> list[dict[str, Any]]:
    """The rows with title and association_name, which review does not know, so that nobody's words are in its journal;
    and with what is said of where the case stands."""
    if not rows:
        return []
    ids = ",".join(str(row[key]) for row in rows)
    shown = await caller.ask("applications", "/cases", ids=ids, limit=len(rows), brief="true")
    words = {one["id"]: one for one in shown.json["items"]}
    nothing: dict[str, Any] = {}
    return [with_words(row, words.get(str(row[key]), nothing)) for row in rows]


def with_words(row: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """`known` is what applications tells of the same case in its list."""
    told = {name: known.get(name) for name in ("title", "association_name")}
    return row | told | {"standing": standing(row.get("status", ""), known.get("status"))}


def drawn(
    caller: Caller, template: str, *, status: int = 200, wrong: Wrong | None = None, **given: Any
) -> Response[str]:
    """A page of the desk, with its words."""
    language = caller.language
    return caller.page(
        template,
        status=status,
        wrong=wrong,
        who_moves=said(WHO, language),
        outcomes=said(OUTCOMES, language),
        opinions=said(OPINIONS, language),
        stage=said(SHORT, language),
        me=str(caller.account),
        opens_cases=caller.holds(*READERS),
        opens_meetings=caller.holds(*MEETING_READERS),
        my_roles=frozenset(post.role.value for post in caller.actor.posts) if caller.actor else frozenset(),
        **given,
    )


def can_be_put_right(wrong: Wrong) -> bool:
    """On the page itself, with everything that was written still there. The rest are pages of their own."""
    return wrong.status in (409, 422)
