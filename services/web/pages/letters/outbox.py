"""The outbox: what has gone out and what is on its way, what is to be printed, and what would have been sent."""

from typing import Any

from litestar import Response, get

from services.web.letters import post
from services.web.pages.cases.desk import named
from services.web.pages.cases.found import NO_ITEMS, address, find
from services.web.pages.letters.ground import channel_of, tag_of
from services.web.site.caller import Caller
from shared.identity import Role
from shared.words import Text

SEEN_BY = (Role.OFFICER, Role.COORDINATOR, Role.SECRETARY, Role.AUDITOR)
VIEWS = {
    "": Text("Alla", "All"),
    "to_print": Text("Att skriva ut", "To print"),
    "delayed": Text("Försenade", "Delayed"),
    "kept": Text("Skulle ha skickats", "Would have been sent"),
    "sent": Text("Skickade", "Sent"),
}
"""Status → what the view of those letters is called."""


@get("/letters", name="page_outbox")
async def outbox_page(caller: Caller, status: str = "", q: str = "", after: str = "") -> Response[Any]:
    caller.required(*SEEN_BY)
    chosen = status if status in VIEWS else ""
    found = await find(caller, q)
    asked = {"status": chosen or None, "cases": found.of_cases, "after": after or None}
    shown = NO_ITEMS if found.nothing else (await caller.ask("web", "/letters", **asked)).json
    letters = [
        {**letter, "tag": tag_of(letter["status"]), "channel": channel_of(caller, letter)}
        for letter in await named(caller, shown["items"], "case")
    ]
    return caller.page(
        "letters/outbox.html",
        letters=letters,
        next_page=shown["next"],
        following=address("/letters", status=chosen, q=found.words, after=shown["next"]),
        found=found,
        chosen=chosen,
        views=[
            (address("/letters", status=view, q=found.words), caller.say(text), view == chosen)
            for view, text in VIEWS.items()
        ],
        has_post=post.is_open(),
        may_print=caller.holds(Role.OFFICER, Role.COORDINATOR, Role.SECRETARY),
    )


ROUTES = (outbox_page,)
