"""What people have written about accessibility: read here, and erased when it has been dealt with."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.public import feedback
from services.web.site.caller import Caller
from shared.identity import Role
from shared.office import Office

SHOWN_MAX = 100


async def how_many(office: Office) -> int:
    return int(await office.pool.fetchval("select count(*) from feedback"))


@get("/administer/feedback", name="page_feedback")
async def feedback_page(caller: Caller) -> Response[Any]:
    caller.required(Role.ADMINISTRATOR)
    waiting = await feedback.waiting(caller.site.office, SHOWN_MAX)
    return caller.page("administering/feedback.html", waiting=waiting)


@post("/administer/feedback/{message:uuid}", name="post_feedback_done")
async def done(message: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.ADMINISTRATOR)
    await feedback.erase(caller.site.office, message)
    return caller.goes_on("/administer/feedback", caller.gettext("The message is erased."))


ROUTES = (feedback_page, done)
