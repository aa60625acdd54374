"""Routes of calls: from draft to publication, and their lists."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post, put

from services.applications import views
from services.applications.domain.call import Call
from services.applications.domain.call_rules import (
    CALL,
    CancelCall,
    DecideCall,
    DraftCall,
    PublishCall,
    StartPreparation,
)
from services.applications.domain.programme import Programme
from shared.clock import by_the_programme
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit
from shared.identity import Actor, Role
from shared.programme import CallRules, read_call
from shared.refused import Unknown

OUTSIDE = frozenset({Role.APPLICANT, Role.SIGNATORY, Role.HELPER})
"""Who sees a call once it is published, and not while the fund is still thinking."""


class CallBody(Body, frozen=True, kw_only=True):
    """`rules` as `CallRules` has them, to the letter; every problem is named."""

    programme: UUID
    rules: dict[str, Any]


class ShownCall(msgspec.Struct, frozen=True):
    """`now` is what the programme's clock shows."""

    id: UUID
    version: int
    status: str
    next: Role | None
    programme: UUID
    now: datetime
    rules: CallRules


def works_here(actor: Actor) -> bool:
    return any(post.role not in OUTSIDE for post in actor.posts)


async def find_call(visit: Visit, call: UUID) -> Call:
    state = await visit.see(call)
    if not isinstance(state, Call) or not (state.is_public or works_here(visit.actor)):
        raise Unknown
    return state


@put("/calls/{call:uuid}", name="draft_call")
async def draft_call(call: UUID, data: CallBody, visit: Visit) -> Response[Any]:
    """Draft a call, or change one that is still a draft."""
    command = DraftCall(subject=call, programme=data.programme, rules=read_call(data.rules))
    found = await visit.office.book.read(visit.office.pool, call)
    changes = isinstance(found, Call) and (found.programme, found.rules) != (command.programme, command.rules)
    return await visit.do(command, must_match=changes)


@get("/calls", name="list_calls", security=[{}, {"token": []}])
async def list_calls(visit: Visit, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[views.ListedCall]:
    """Calls, the latest first."""
    return await views.list_calls(visit.office.pool, works_here(visit.actor), after, limit)


@get("/calls/{call:uuid}", name="see_call", security=[{}, {"token": []}])
async def see_call(call: UUID, visit: Visit) -> Response[Any]:
    """A call with its dates and its money."""
    state, now = await _with_clock(visit, call)
    shown = ShownCall(
        id=state.id,
        version=state.version,
        status=state.status,
        next=CALL.moves[state.status],
        programme=state.programme,
        now=now,
        rules=state.rules,
    )
    return visit.shown(state, shown)


async def _with_clock(visit: Visit, call: UUID) -> tuple[Call, datetime]:
    """The call, and what its programme's clock shows. Both are looked up at once where this process has met the call;
    only a draft changes its programme. Raises as `find_call` does."""
    book, pool = visit.office.book, visit.office.pool
    known = book.peek(call)
    of = (known if isinstance(known, Call) else await find_call(visit, call)).programme
    state, programme = await asyncio.gather(find_call(visit, call), book.read(pool, of))
    if state.programme != of:
        programme = await book.read(pool, state.programme)
    if not isinstance(programme, Programme):
        raise Unknown
    return state, by_the_programme(visit.seen_at, programme.offset_s)


@post("/calls/{call:uuid}/decision", name="decide_call", status_code=200)
async def decide_call(call: UUID, visit: Visit) -> Response[Any]:
    """Decide that there is to be a call."""
    return await visit.do(DecideCall(subject=call))


@post("/calls/{call:uuid}/publication", name="publish_call", status_code=200)
async def publish_call(call: UUID, visit: Visit) -> Response[Any]:
    """Publish a decided call: from here on its rules do not change."""
    return await visit.do(PublishCall(subject=call))


@post("/calls/{call:uuid}/preparation", name="start_preparation", status_code=200)
async def start_preparation(call: UUID, visit: Visit) -> Response[Any]:
    """Start the preparation of what came in."""
    return await visit.do(StartPreparation(subject=call))


@post("/calls/{call:uuid}/cancellation", name="cancel_call", status_code=200)
async def cancel_call(call: UUID, visit: Visit) -> Response[Any]:
    """Cancel a call in which nothing is registered."""
    return await visit.do(CancelCall(subject=call))


ROUTES = (
    draft_call,
    list_calls,
    see_call,
    decide_call,
    publish_call,
    start_preparation,
    cancel_call,
)
