"""Past grants: to which association, for what, how much and which year."""

from typing import Annotated, Any

from litestar import Response, get
from litestar.params import QueryParameter

from services.web.site.caller import Caller
from services.web.site.forms import whole
from shared.http.lists import CURSOR_MAX

ROWS = 50
YEAR_DIGITS = 4


@get("/past-grants", name="page_past_grants")
async def past_grants_page(
    caller: Caller,
    year: Annotated[str, QueryParameter(max_length=YEAR_DIGITS, required=False)] = "",
    practice: Annotated[str, QueryParameter(max_length=5, required=False)] = "",
    after: Annotated[str | None, QueryParameter(max_length=CURSOR_MAX, required=False)] = None,
) -> Response[Any]:
    """Practice is left out unless it is asked for, or this is a place to practise."""
    practice_too = practice == "yes" or caller.site.about.demo
    asked_for = "&practice=yes" if practice == "yes" else ""
    asked: dict[str, Any] = {"practice": str(practice_too).lower()}
    years = (await caller.ask("applications", "/past-grants/years", **asked)).json
    chosen = next((one["year"] for one in years if one["year"] == whole(year)), None)
    listed = (await caller.ask("applications", "/past-grants", **asked, year=chosen, after=after, limit=ROWS)).json
    counted = [one for one in years if chosen is None or one["year"] == chosen]
    return caller.page(
        "public/past_grants.html",
        grants=listed["items"],
        next_page=listed["next"],
        is_first_page=after is None,
        years=years,
        asked_for=asked_for,
        tab_rows=[
            (f"/past-grants?year={one['year']}{asked_for}", str(one["year"]), one["year"] == chosen) for one in years
        ],
        chosen=chosen,
        practice_too=practice_too,
        count=sum(one["grants"] for one in counted),
        sum_ore=sum(one["granted_ore"] for one in counted),
    )


ROUTES = (past_grants_page,)
