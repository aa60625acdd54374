"""The panel's reading list: what to declare for, what to assess, what is done, and what waits for a statement."""

import asyncio
from typing import Any

from litestar import Response, get

from services.web.pages.cases.desk import drawn, named
from services.web.site.caller import Caller
from shared.identity import Role

ROWS_MAX = 100


@get("/assessing", name="page_reading_list")
async def reading_list_page(caller: Caller) -> Response[Any]:
    caller.required(Role.PANEL)
    assessing, proposed = await asyncio.gather(
        _rows(caller, status="assessing", order="asc"), _rows(caller, status="proposed", order="asc")
    )
    return drawn(
        caller,
        "assessing/reading_list.html",
        rows=assessing,
        done=sum(row["has_scored"] for row in assessing),
        unheard=[row for row in proposed if row["opinion"] is None],
    )


async def _rows(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    return await named(caller, (await caller.ask("review", "/cases", limit=ROWS_MAX, **asked)).json["items"])


ROUTES = (reading_list_page,)
