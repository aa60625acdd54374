"""All cases: as a table for whoever works with many, and as a board of where they stand.

Review knows where a case stands, applications what it is called. A search therefore begins with applications, and
everything else with review; either way each is asked for one page.
"""

import asyncio
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get

from services.web.pages.cases.desk import READERS, calls, days_of, drawn, named, with_words
from services.web.pages.cases.words import STAGES
from services.web.site.caller import Caller
from services.web.site.labels import LABELS

ROWS = 60
FOUND_MAX = 100
LANE_ROWS = 8
NARROWED_BY = ("call", "status", "waits_for", "association")
SORTED_BY = ("sort", "order")
REMEMBERED = (*NARROWED_BY, *SORTED_BY, "q", "view")
SORTS = ("received", "applied", "points", "due")
USUAL_ORDER = {"received": "desc", "applied": "desc", "points": "desc", "due": "asc"}
NOT_REVIEWS = dict.fromkeys(
    ("next", "programme", "appeal_last_day", "points_milli", "proposed_outcome", "proposed_ore")
)
"""What only review knows of a row, for whoever sees applications alone."""


class Chosen:
    """What the address asks for. Fields left empty are not asked for."""

    def __init__(self, caller: Caller) -> None:
        query = caller.request.query_params
        self.values: dict[str, str] = {name: query[name].strip() for name in REMEMBERED if query.get(name, "").strip()}
        self.after = query.get("after") or None

    def get(self, name: str) -> str:
        return self.values.get(name, "")

    @property
    def narrowing(self) -> dict[str, str]:
        return {name: self.values[name] for name in (*NARROWED_BY, *SORTED_BY) if name in self.values}

    @property
    def is_narrowed(self) -> bool:
        return any(name in self.values for name in (*NARROWED_BY, "q"))

    def address(self, **changes: str | None) -> str:
        """The same page with something else asked for."""
        asked = {name: value for name, value in {**self.values, **changes}.items() if value}
        return f"/cases?{urlencode(asked)}" if asked else "/cases"

    def sorted_address(self, sort: str) -> str:
        """Sorted by that; the other way around where it is already."""
        usual = USUAL_ORDER[sort]
        now = self.get("order") or usual
        turned = "asc" if now == "desc" else "desc"
        is_current = (self.get("sort") or "received") == sort
        return self.address(sort=sort, order=turned if is_current else usual)


@get("/cases", name="page_cases")
async def cases_page(caller: Caller) -> Response[Any]:
    caller.required(*READERS)
    chosen = Chosen(caller)
    if chosen.get("view") == "board":
        return await _board(caller, chosen)
    return await _table(caller, chosen)


async def _table(caller: Caller, chosen: Chosen) -> Response[Any]:
    counts, all_calls, (rows, following, more_found) = await asyncio.gather(
        caller.ask_if_there("review", "/case-counts", call=chosen.get("call") or None),
        calls(caller),
        _rows(caller, chosen),
    )
    return drawn(
        caller,
        "cases/pipeline.html",
        chosen=chosen,
        rows=rows,
        following=chosen.address(after=following) if following else None,
        more_found=more_found,
        counts=counts.json if counts else None,
        calls=all_calls,
        days=await days_of(caller, rows, all_calls),
        sorts=SORTS,
        statuses=LABELS.statuses("case"),
        of_association=next((row["association_name"] for row in rows), None) if chosen.get("association") else None,
    )


async def _rows(caller: Caller, chosen: Chosen) -> tuple[list[dict[str, Any]], str | None, bool]:
    """(rows, where the next page begins, whether more were found than are shown)."""
    if chosen.get("q"):
        return await _found(caller, chosen)
    page = await caller.ask_if_there("review", "/cases", limit=ROWS, after=chosen.after, **chosen.narrowing)
    if page is None:  # whoever keeps the archive sees applications only
        page = await caller.ask("applications", "/cases", limit=ROWS, after=chosen.after)
        return [NOT_REVIEWS | row for row in page.json["items"]], page.json["next"], False
    return await named(caller, page.json["items"]), page.json["next"], False


async def _found(caller: Caller, chosen: Chosen) -> tuple[list[dict[str, Any]], str | None, bool]:
    hits = (await caller.ask("applications", "/cases", search=chosen.get("q"), limit=FOUND_MAX)).json
    words = {one["id"]: one for one in hits["items"]}
    if not words:
        return [], None, False
    page = await caller.ask_if_there("review", "/cases", ids=",".join(words), limit=FOUND_MAX, **chosen.narrowing)
    if page is None:
        return [NOT_REVIEWS | row for row in hits["items"]], None, hits["next"] is not None
    shown = [with_words(row, words[row["id"]]) for row in page.json["items"]]
    return shown, None, hits["next"] is not None


async def _board(caller: Caller, chosen: Chosen) -> Response[Any]:
    call = chosen.get("call") or None
    lanes, counts, all_calls = await asyncio.gather(
        caller.ask("review", "/case-lanes", call=call, each=LANE_ROWS),
        caller.ask("review", "/case-counts", call=call),
        calls(caller),
    )
    counted = {one["status"]: one["count"] for one in counts.json["statuses"]}
    stages = [(title, statuses) for title, statuses in STAGES if any(counted.get(one) for one in statuses)]
    shown = [row for row in lanes.json if row["status"] not in ("closed", "struck_off", "disposed")]
    rows = [row for row in await named(caller, shown) if row["standing"] != "closed"]
    return drawn(
        caller,
        "cases/board.html",
        chosen=chosen,
        lanes=[
            (
                caller.say(title),
                [row for row in rows if row["status"] in statuses][:LANE_ROWS],
                [(one, counted[one]) for one in statuses if counted.get(one)],
            )
            for title, statuses in stages
        ],
        counts=counts.json,
        calls=all_calls,
        days=await days_of(caller, rows, all_calls),
    )


ROUTES = (cases_page,)
