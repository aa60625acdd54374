"""A decision: written, looked at once more, and made. Only a person can (KL 6:38), on a meeting's or a delegation's
authority; what would break the ceiling is refused by the system, and said calmly."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.cases.desk import can_be_put_right, drawn
from services.web.pages.deciding.proposal import around, goes_on, outcome_fields, read_outcome, through
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form
from shared.identity import Role

DELEGATION = "delegation"
MEETINGS = 20


async def _form(caller: Caller, case: UUID, wrong: Wrong | None = None, written: Form | None = None) -> Response[Any]:
    found = await around(caller, case)
    if "proposal" not in found["case"]:
        return caller.goes_on(f"/cases/{case}/interest")
    meetings = await _open_meetings(caller, found["case"])
    authority = found["rules"].authority
    fields = outcome_fields(found, written)
    fields["by"] = written.get("by") if written else (meetings[0]["id"] if meetings else DELEGATION)
    left_ore = found["budget"]["left_ore"]
    return drawn(
        caller,
        "deciding/decision.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        unsent=written is not None,
        fields=fields,
        meetings=meetings,
        delegation=caller.say(authority.delegation_ref),
        delegation_max_ore=authority.delegation_max_ore,
        over_ceiling=wrong is not None and _is_over(caller, wrong, written, left_ore),
        through=through(caller, written),
        **found,
    )


def _is_over(caller: Caller, wrong: Wrong, written: Form | None, left_ore: int) -> bool:
    """Whether it was the budget that said no: then the page shows what is left, and nothing is red."""
    if written is None or wrong.about("granted_ore") is None:
        return False
    try:
        return bool(read_outcome(caller, written)["granted_ore"] > left_ore)
    except Wrong:
        return False


async def _open_meetings(caller: Caller, case: dict[str, Any]) -> list[dict[str, Any]]:
    """The meetings that sit now and have the case on their agenda."""
    listed = await caller.ask("review", "/meetings", programme=case["programme"], limit=MEETINGS)
    sitting = [one["id"] for one in listed.json["items"] if one["status"] == "open"]
    found = await asyncio.gather(*(caller.ask("review", f"/meetings/{one}") for one in sitting))
    return [one.json for one in found if any(item["case"] == case["id"] for item in one.json["agenda"])]


def _authority(caller: Caller, form: Form, delegation: str) -> dict[str, Any]:
    by = form.get("by")
    if not by:
        missing = caller.gettext("Say on what authority you decide.")
        raise Wrong(422, "", missing, (("by", missing),))
    return {"delegation": delegation} if by == DELEGATION else {"meeting": by}


@get("/cases/{case:uuid}/decision", name="page_decision")
async def decision_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.DECISION_MAKER)
    return await _form(caller, case)


@post("/cases/{case:uuid}/decision", name="post_decision")
async def decide(case: UUID, caller: Caller) -> Response[Any]:
    """First the whole decision to look at; then, confirmed, the decision itself."""
    caller.required(Role.DECISION_MAKER)
    form = await caller.form()
    if form.get("change"):
        return await _form(caller, case, None, form)
    try:
        found = await around(caller, case)
        delegation = caller.say(found["rules"].authority.delegation_ref)
        body = {**read_outcome(caller, form), **_authority(caller, form, delegation)}
        if form.get("confirmed") != "yes":
            meetings = await _open_meetings(caller, found["case"])
            return drawn(
                caller,
                "deciding/confirm.html",
                decided=body,
                fields=outcome_fields(found, form) | {"by": form.get("by")},
                held_on=next((one["held_on"] for one in meetings if one["id"] == body.get("meeting")), None),
                left_after_ore=found["budget"]["left_ore"] - body["granted_ore"],
                reason_text=dict(found["reasons"]).get(body["reason"] or ""),
                through=through(caller, form),
                seen=form.version,
                unsent=True,
                **found,
            )
        await caller.tell("review", "POST", f"/cases/{case}/decision", body, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _form(caller, case, wrong, form)
    said = caller.gettext("The decision is made. It is published with the minutes of the meeting.")
    return await goes_on(caller, form, "proposed", "decision", said, case)


ROUTES = (decision_page, decide)
