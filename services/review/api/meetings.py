"""Routes of meetings: agenda, minutes, notice."""

import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post, put
from litestar.params import QueryParameter

from services.review import views
from services.review.api.looking import several
from services.review.domain.case.state import Case
from services.review.domain.meeting import (
    LABELS,
    MOVES,
    AdjustMinutes,
    CallMeeting,
    EndMeeting,
    Meeting,
    OpenMeeting,
    PostNotice,
    RemoveNotice,
)
from services.review.views import ListedMeeting
from shared.envelope import CASES_MAX
from shared.http.body import Body
from shared.http.engine_routes import Nothing
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit
from shared.identity import Role
from shared.refused import Unknown
from shared.words import Text

OfProgramme = Annotated[UUID | None, QueryParameter(name="programme", required=False)]


class MeetingBody(Body, frozen=True, kw_only=True):
    """`cases`: what is to be decided, and what was decided by delegation and is reported."""

    programme: UUID
    held_on: datetime.date
    cases: Annotated[tuple[UUID, ...], msgspec.Meta(max_length=CASES_MAX)]


class AgendaItem(msgspec.Struct, frozen=True, kw_only=True):
    case: UUID
    number: str
    status: str
    outcome: str | None
    delegated: bool


class ShownMeeting(msgspec.Struct, frozen=True, kw_only=True):
    """Cases that the person has a conflict of interest in are left out (H7)."""

    id: UUID
    version: int
    status: str
    label: Text
    next: Role | None
    programme: UUID
    held_on: datetime.date
    agenda: list[AgendaItem]
    chair: UUID | None
    adjusted_on: datetime.date | None
    posted_on: datetime.date | None
    appeal_last_day: datetime.date | None
    removed_on: datetime.date | None


def _shown(state: Meeting, agenda: list[Case]) -> ShownMeeting:
    return ShownMeeting(
        id=state.id,
        version=state.version,
        status=str(state.status),
        label=LABELS[state.status],
        next=MOVES[state.status],
        programme=state.programme,
        held_on=state.held_on,
        agenda=[_item(case) for case in agenda],
        chair=state.chair,
        adjusted_on=state.adjusted_on,
        posted_on=state.posted_on,
        appeal_last_day=state.appeal_last_day,
        removed_on=state.removed_on,
    )


def _item(case: Case) -> AgendaItem:
    decided = case.decision
    return AgendaItem(
        case=case.id,
        number=case.number,
        status=str(case.status),
        outcome=decided.outcome if decided else None,
        delegated=decided is not None and decided.authority.delegation is not None,
    )


@get("/meetings", name="list_meetings")
async def list_meetings(
    visit: Visit, programme: OfProgramme = None, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[ListedMeeting]:
    """Meetings, the latest first."""
    return await views.list_meetings(visit.office.pool, programme, after, limit)


@get("/meetings/{meeting:uuid}", name="see_meeting")
async def see_meeting(meeting: UUID, visit: Visit) -> Response[Any]:
    """A meeting with its agenda."""
    state = await visit.see(meeting)
    if not isinstance(state, Meeting):
        raise Unknown
    found = await several(visit, state.cases)
    cases = [case for one in state.cases if isinstance(case := found.get(one), Case)]
    return visit.shown(state, _shown(state, [case for case in cases if visit.actor.id not in case.barred]))


@put("/meetings/{meeting:uuid}", name="call_meeting")
async def call_meeting(meeting: UUID, data: MeetingBody, visit: Visit) -> Response[Any]:
    """Call a meeting; until it is opened, its day and agenda may be changed by calling it again."""
    command = CallMeeting(subject=meeting, programme=data.programme, held_on=data.held_on, cases=data.cases)
    return await visit.do(command, must_match=False)


@post("/meetings/{meeting:uuid}/opening", name="open_meeting")
async def open_meeting(meeting: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Open the meeting, as its chair."""
    return await visit.do(OpenMeeting(subject=meeting))


@post("/meetings/{meeting:uuid}/end", name="end_meeting")
async def end_meeting(meeting: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """End the meeting: nothing more is decided at it."""
    return await visit.do(EndMeeting(subject=meeting))


@post("/meetings/{meeting:uuid}/adjustment", name="adjust_minutes")
async def adjust_minutes(meeting: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Adjust the minutes, within fourteen days."""
    return await visit.do(AdjustMinutes(subject=meeting))


@post("/meetings/{meeting:uuid}/notice", name="post_notice")
async def post_notice(meeting: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Post the notice: every decided case of the meeting is published, and the time to appeal runs."""
    return await visit.do(PostNotice(subject=meeting))


@post("/meetings/{meeting:uuid}/notice-removal", name="remove_notice")
async def remove_notice(meeting: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Record that the notice is down. Down too early, it gives no legal force and has to be posted anew."""
    return await visit.do(RemoveNotice(subject=meeting))


ROUTES = (
    list_meetings,
    see_meeting,
    call_meeting,
    open_meeting,
    end_meeting,
    adjust_minutes,
    post_notice,
    remove_notice,
)
