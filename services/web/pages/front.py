"""The front page: what this is, and the way in for each reader."""

from typing import Any

from litestar import Response, get

from services.web.site.caller import Caller


@get("/", name="page_front")
async def front_page(caller: Caller) -> Response[Any]:
    return caller.page("front.html")


ROUTES = (front_page,)
