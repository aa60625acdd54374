"""Checkpoints and witnesses: of each book, what has been signed, who outside has seen it, and whether it only grows."""

import asyncio
from typing import Any

from litestar import Response, get

from services.web.pages.audit.signed import Judged, judged
from services.web.pages.audit.standing import SOURCES
from services.web.site.caller import Caller
from shared.identity import Role

SHOWN = 8


@get("/audit/checkpoints", name="page_checkpoints")
async def checkpoints_page(caller: Caller) -> Response[Any]:
    caller.required(Role.AUDITOR)
    logs = await judged_logs(caller, SHOWN)
    return caller.page(
        "audit/checkpoints.html",
        logs=logs,
        holds=all(one.holds for one in logs),
        silent=[source for source in SOURCES if source not in {one.source for one in logs}],
    )


async def judged_logs(caller: Caller, limit: int) -> list[Judged]:
    """The log of each source that has one, checked as far back as `limit` checkpoints."""
    listed = (await caller.ask("audit", "/log")).json
    told = await asyncio.gather(
        *(caller.ask("audit", f"/log/{one['name']}/history", limit=limit) for one in listed if one["source"] in SOURCES)
    )
    found = {one.source: one for one in map(judged, (each.json for each in told))}
    return [found[source] for source in SOURCES if source in found]


ROUTES = (checkpoints_page,)
