"""The front page: what this is, what can be applied for now, how it goes, and the way in."""

from typing import Any

from litestar import Response, get

from services.web.pages.public.open_calls import published_calls
from services.web.site.caller import Caller
from services.web.site.navigation import home

FULLY_SHOWN_MAX = 6


@get("/", name="page_front")
async def front_page(caller: Caller) -> Response[Any]:
    calls = await published_calls(caller)
    now_open = [call for call in calls if call["is_open"]][:FULLY_SHOWN_MAX]
    questions = [("applications", f"/calls/{call['id']}") for call in now_open]
    rules = [answered.json["rules"] for answered in await caller.ask_all(*questions)]
    years = await caller.ask("applications", "/past-grants/years", practice=str(caller.site.about.demo).lower())
    return caller.page(
        "public/front.html",
        open_calls=list(zip(now_open, rules, strict=True)),
        coming=[call for call in calls if call["is_coming"]],
        years=years.json,
        own_page=home(caller.actor) if caller.actor else None,
    )


ROUTES = (front_page,)
