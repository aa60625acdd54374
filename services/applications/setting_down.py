"""Setting down: the fund begins a draft for an association that came on paper or by word of mouth (A10)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from services.applications import drafts
from services.applications.domain.programme import Programme
from services.applications.domain.setting_down import refuse_day
from services.applications.drafts import Draft, Form
from shared.clock import by_the_programme, received
from shared.http.visit import Visit, as_bytes
from shared.life import State
from shared.refused import Already, Forbidden, Incomplete, Stale, Unknown

CORRECTED = """
update draft set route = $3, came_on = $4, version = version + 1, revision = revision + 1
where id = $1 and version = $2 and route is not null returning version
"""


class HowItCame(NamedTuple):
    call: UUID
    association: UUID
    route: Literal["paper", "oral"]
    came_on: date


async def set_down(visit: Visit, draft: UUID, how: HowItCame, form: Form) -> int:
    """The draft's version. Raises Refused, Forbidden for an association of one's own, Stale where somebody else came
    first, Unknown for a draft that the fund does not write."""
    visit.office.policy.knock(visit.operation, visit.actor)
    if how.association in visit.actor.associations:
        raise Forbidden(
            "Du företräder föreningen själv. Låt en kollega skriva in ansökan.",
            "You act for the association yourself. Let a colleague set down the application.",
        )
    found = await drafts.find(visit.office.pool, draft)
    if found is None:
        return await _begin(visit, draft, how, form)
    if found.set_down is None:
        raise Unknown
    if (found.call, found.association) != (how.call, how.association):
        raise Already(
            "Utkastet hör till en annan utlysning eller förening.", "The draft is for another call or association."
        )
    return await _correct(visit, found, how)


async def _begin(visit: Visit, draft: UUID, how: HowItCame, form: Form) -> int:
    states = await _around(visit, draft, how)
    if states.get(draft) is not None:
        raise Already("Ansökan är redan inskickad.", "The application has already been sent in.")
    call = drafts.stands_on(states, how.call, how.association)
    await _refuse_day(visit, states, how)
    by = (how.route, how.came_on, visit.actor.id)
    await drafts.insert(visit, draft, call, how.association, as_bytes(form), by)
    return 1


async def _correct(visit: Visit, found: Draft, how: HowItCame) -> int:
    """The day was mistyped, or what seemed to be told came on paper."""
    now = found.set_down
    if now is not None and (now.route, now.came_on) == (how.route, how.came_on):
        return found.version  # a retry: what is sent is what is there
    drafts.refuse_signed(found)
    seen = visit.if_match()
    if seen is None:
        raise Incomplete
    states = await _around(visit, found.id, how)
    if found.id in states:
        raise Already("Ansökan är redan inskickad.", "The application has already been sent in.")
    await _refuse_day(visit, states, how)
    version = await visit.office.pool.fetchval(CORRECTED, found.id, seen, how.route, how.came_on)
    if version is None:
        raise Stale
    return int(version)


async def _around(visit: Visit, draft: UUID, how: HowItCame) -> Mapping[UUID, State]:
    office = visit.office
    _, states = await office.book.load(office.pool, [draft, how.call, how.association])
    return states


async def _refuse_day(visit: Visit, states: Mapping[UUID, State], how: HowItCame) -> None:
    office = visit.office
    call = drafts.stands_on(states, how.call, how.association)
    _, programmes = await office.book.load(office.pool, [call.programme])
    programme = programmes.get(call.programme)
    offset_s = programme.offset_s if isinstance(programme, Programme) else 0
    at = await office.pool.fetchval("select clock_timestamp()")
    refuse_day(how.came_on, call, by_the_programme(received(at, visit.started), offset_s))
