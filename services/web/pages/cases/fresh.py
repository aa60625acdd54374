"""`/events`: says "fetch again" to open pages, and nothing else: to the desk about anything, to an association about
its cases."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.response import Stream

from services.web.pages.applying.drafts import WRITERS
from services.web.pages.cases.desk import STAFF
from services.web.site.bell import Bell, bell_of
from services.web.site.caller import STREAM, Caller
from services.web.site.forms import as_uuid
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
    if bell.is_full_for(caller.account):
        return Response(None, status_code=204, headers=dict(ALWAYS))  # tells the browser not to come again
    headers = {**ALWAYS, "X-Accel-Buffering": "no"}

    async def is_signed_in() -> bool:
        return await caller.site.sessions.find(caller.session_id) is not None

    return Stream(told(bell, case, since, caller.account, is_signed_in), media_type=STREAM, headers=headers)


async def told(
    bell: Bell, about: UUID | None, since: str, account: UUID, is_signed_in: Callable[[], Awaitable[bool]]
) -> AsyncIterator[str]:
    """What goes down the line. Whether they are signed in still is looked at as often as there is a sign of life: with
    a new id their browser comes again by itself, and who has signed out hears no more."""
    yield BEGINNING
    looked_at = time.monotonic()
    async for rung in bell.rings(about, QUIET_S, LISTENS_S, since, account):
        if time.monotonic() - looked_at >= QUIET_S:
            if not await is_signed_in():
                return
            looked_at = time.monotonic()
        yield FETCH_AGAIN if rung else STILL_HERE


ROUTES = (events,)
