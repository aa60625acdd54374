"""Calls as the public pages tell of them: what is open, what opens soon, and what is over, each in its own time."""

from datetime import datetime
from typing import Any

from services.web.site.caller import Caller
from services.web.site.money_and_time import as_day, last_day

UNPUBLISHED = frozenset({"draft", "decided"})
OPEN, COMING = "open", "published"
SHOWN_MAX = 100


async def published_calls(caller: Caller) -> list[dict[str, Any]]:
    """Those that are published, to staff too, the latest first. Practice is shown where this is a place to practise."""
    listed = (await caller.ask("applications", "/calls", limit=SHOWN_MAX)).json["items"]
    return [dated(call) for call in listed if is_published(call) and call["practice"] <= caller.site.is_practice]


def is_published(call: dict[str, Any]) -> bool:
    """Staff may see more, but not on the pages for everybody."""
    return call["status"] not in UNPUBLISHED


def dated(call: dict[str, Any]) -> dict[str, Any]:
    """With its last day, what day it is in its programme, and whether one may apply now."""
    now = datetime.fromisoformat(call["now"])
    begun = datetime.fromisoformat(call["opens_at"]) <= now
    over = now > datetime.fromisoformat(call["closes_at"])
    takes_applications = call["status"] in (OPEN, COMING) and begun and not over
    return {
        **call,
        "last_day": last_day(call["closes_at"]),
        "today": as_day(call["now"]),
        "is_open": takes_applications,
        "is_coming": call["status"] == COMING and not begun,
    }
