"""Routes of programmes and their practice clock."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post, put

from services.applications import views
from services.applications.domain.programme import OFFSET_MAX_S, AdvanceClock, Programme, PublishProgramme
from shared.clock import by_the_programme
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit
from shared.programme import ProgrammeRules, read_programme
from shared.refused import Refused, Unknown


class ProgrammeBody(Body, frozen=True, kw_only=True):
    """`rules` as `ProgrammeRules` has them, to the letter; every problem is named."""

    rules: dict[str, Any]
    practice: bool = False


class AdvanceBody(Body, frozen=True, kw_only=True):
    advance_s: Annotated[int, msgspec.Meta(ge=1, le=OFFSET_MAX_S)]


class ShownProgramme(msgspec.Struct, frozen=True):
    """`now` is what the programme's clock shows."""

    id: UUID
    version: int
    status: str
    practice: bool
    offset_s: int
    now: datetime
    rules: ProgrammeRules


@put("/programmes/{programme:uuid}", name="publish_programme")
async def publish_programme(programme: UUID, data: ProgrammeBody, visit: Visit) -> Response[Any]:
    """Publish a programme with all its rules."""
    if data.practice and not visit.office.settings.practice:
        raise Refused("Här tas inga övningsprogram emot.", "No practice programmes are taken here.")
    command = PublishProgramme(subject=programme, rules=read_programme(data.rules), practice=data.practice)
    return await visit.do(command, must_match=False)


@get("/programmes", name="list_programmes")
async def list_programmes(
    visit: Visit, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[views.ListedProgramme]:
    """Programmes by what they are called, each with its clock."""
    return await views.list_programmes(visit.office.pool, after, limit)


@get("/programmes/{programme:uuid}", name="see_programme", security=[{}, {"token": []}])
async def see_programme(programme: UUID, visit: Visit) -> Response[Any]:
    """A programme's rules and its clock."""
    state = await visit.see(programme)
    if not isinstance(state, Programme):
        raise Unknown
    shown = ShownProgramme(
        id=state.id,
        version=state.version,
        status=state.status,
        practice=state.practice,
        offset_s=state.offset_s,
        now=by_the_programme(visit.seen_at, state.offset_s),
        rules=state.rules,
    )
    return visit.shown(state, shown)


@post("/programmes/{programme:uuid}/clock", name="advance_clock", status_code=200)
async def advance_clock(programme: UUID, data: AdvanceBody, visit: Visit) -> Response[Any]:
    """Move a practice programme's clock forward."""
    return await visit.do(AdvanceClock(subject=programme, advance_s=data.advance_s), must_match=False)


ROUTES = (publish_programme, list_programmes, see_programme, advance_clock)
