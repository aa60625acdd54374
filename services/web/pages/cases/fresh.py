"""`/events`: says "fetch again" to open pages, and nothing else: to the desk about anything, to an association about
its cases."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.response import Stream

from services.web.pages.applying.drafts import WRITERS
from services.web.pages.cases.desk import STAFF, as_uuid
from services.web.site.bell import Bell, bell_of
from services.web.site.caller import STREAM, Caller
from services.web.site.headers import ALWAYS
from shared.refused import Unknown

QUIET_S = 20.0
"""A sign of life so often, or something on the way would close a silent line."""
LISTENS_S = 600.0
"""Then the browser comes again by itself, and shows who it is again."""
BEGINNING = "retry: 5000\n: listening\n\n"
FETCH_AGAIN = "data: fetch again\n\n"
STILL_HERE = ": still here\n\n"


@get("/events", name="events")
async def events(caller: Caller, about: str = "today", since: str = "") -> Response[Any]:
    """About one case or meeting by its id; anything else is about all that happens, for those who work here."""
    case = as_uuid(about)
    caller.required(*STAFF, *(WRITERS if case else ()))
    if STREAM not in caller.request.headers.get("accept", ""):
        raise Unknown  # it is no page, and never ends
    if not caller.holds(*STAFF):
        await caller.ask("applications", f"/cases/{case}")  # somebody else's is not there
    bell = bell_of(caller.site.office)
    if bell.is_full:
        return Response(None, status_code=204, headers=dict(ALWAYS))  # tells the browser not to come again
    headers = {**ALWAYS, "X-Accel-Buffering": "no"}
    return Stream(_told(bell, case, since), media_type=STREAM, headers=headers)


async def _told(bell: Bell, about: UUID | None, since: str) -> AsyncIterator[str]:
    yield BEGINNING
    async for rung in bell.rings(about, QUIET_S, LISTENS_S, since):
        yield FETCH_AGAIN if rung else STILL_HERE


ROUTES = (events,)
