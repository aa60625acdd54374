"""The trail of a case: everything that happened, in words, each with its exact text and its proof."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from services.web.pages.audit.in_words import told
from services.web.pages.audit.proof import proof_holds
from services.web.signing_in import people
from services.web.site.caller import Caller
from shared.http.lists import CURSOR_MAX
from shared.identity import Role

ROWS = 25

After = Annotated[str | None, QueryParameter(name="after", max_length=CURSOR_MAX, required=False)]


@get("/audit/cases/{case:uuid}", name="page_trail")
async def trail_page(case: UUID, caller: Caller, after: After = None) -> Response[Any]:
    """Also of a payment, a meeting or a bank file: whatever the trail knows by its id."""
    caller.required(Role.AUDITOR, Role.OFFICER)
    listed = (await caller.ask("audit", f"/cases/{case}/trail", after=after, limit=ROWS)).json
    known = await caller.ask_if_there("applications", f"/cases/{case}")
    entries = [shown(caller, trace) for trace in listed["items"]]
    names = await people.names_of(caller.site.office, {UUID(one["who"]) for one in entries if one["who"]})
    return caller.page(
        "audit/trail.html",
        subject=case,
        case=known.json if known else None,
        entries=[{**one, "name": names.get(UUID(one["who"])) if one["who"] else None} for one in entries],
        all_hold=all(one["holds"] for one in entries),
        next_page=listed["next"],
        is_first_page=after is None,
        is_auditor=caller.holds(Role.AUDITOR),
    )


def shown(caller: Caller, trace: dict[str, Any]) -> dict[str, Any]:
    """In words, with the proof followed to its root. What cannot be read at all is shown as it is."""
    text = trace.get("text")
    event = _read(text)
    return {
        **trace,
        "words": told(event, trace.get("type"), caller.language),
        "who": event.get("authid") if event.get("authtype") == "user" else None,
        "at": trace.get("told_at") or trace["recorded_at"],
        "pretty": msgspec.json.format(text, indent=2) if text and event else text,
        "holds": text is not None
        and proof_holds(text.encode(), trace["index"], trace["size"], trace["path"], trace["root"]),
    }


def _read(text: str | None) -> dict[str, Any]:
    try:
        event = msgspec.json.decode(text or "")
    except (msgspec.MsgspecError, RecursionError):
        return {}
    return event if isinstance(event, dict) else {}


ROUTES = (trail_page,)
