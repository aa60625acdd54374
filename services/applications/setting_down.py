"""Setting down: the fund begins a draft for an association that came on paper or by word of mouth (A10)."""

from __future__ import annotations

from datetime import date
from typing import Literal, NamedTuple
from uuid import UUID

from services.applications import drafts
from services.applications.domain.call import Call
from services.applications.domain.programme import Programme
from services.applications.domain.sending import AlreadySentIn
from services.applications.domain.setting_down import refuse_day
from services.applications.drafts import Draft, Form
from shared.clock import by_the_programme, received
from shared.http.visit import Visit, as_bytes
from shared.refused import Forbidden, Incomplete, Stale, Unknown

CORRECTED = f"""
update draft
set route = $3, came_on = $4, version = version + 1, revision = revision + 1, saved_at = clock_timestamp()
where id = $1 and version = $2 and route is not null and {drafts.NOT_SIGNED} returning version
"""  # noqa: S608 - the condition is ours


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
    drafts.refuse_another(found, how.call, how.association)
    return await _correct(visit, found, how)


async def _begin(visit: Visit, draft: UUID, how: HowItCame, form: Form) -> int:
    call = await _call_it_came_to(visit, draft, how)
    by = (how.route, how.came_on, visit.actor.id)
    await drafts.insert(visit, draft, call, how.association, as_bytes(form), by)
    return 1


async def _correct(visit: Visit, found: Draft, how: HowItCame) -> int:
    """The day was mistyped, or what seemed to be told came on paper."""
    if found.set_down and (found.set_down.route, found.set_down.came_on) == (how.route, how.came_on):
        return found.version  # a retry: what is sent is what is there
    drafts.refuse_signed(found)
    seen = visit.if_match()
    if seen is None:
        raise Incomplete
    await _call_it_came_to(visit, found.id, how)
    version = await visit.office.pool.fetchval(CORRECTED, found.id, seen, how.route, how.came_on)
    if version is None:
        raise Stale
    return int(version)


async def _call_it_came_to(visit: Visit, draft: UUID, how: HowItCame) -> Call:
    """Raises Refused where it can have come to none on that day, AlreadySentIn where it is an application by now."""
    office = visit.office
    _, states = await office.book.load(office.pool, [draft, how.call, how.association])
    if draft in states:
        raise AlreadySentIn
    call = drafts.stands_on(states, how.call, how.association)
    seen = await office.book.see(office.pool, call.programme)
    offset_s = seen.state.offset_s if isinstance(seen.state, Programme) else 0
    refuse_day(how.came_on, call, by_the_programme(received(seen.at, visit.started), offset_s))
    return call
