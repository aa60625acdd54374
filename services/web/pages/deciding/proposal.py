"""An officer's proposal: outcome, amount and reason, beside what the panel said and what the budget has left."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.cases.desk import can_be_put_right, drawn
from services.web.pages.cases.words import OUTCOMES
from services.web.site.amounts import read_ore, write_ore
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.disposed import refuse_disposed
from services.web.site.forms import Form
from services.web.site.rules import rules_of
from shared.identity import Role
from shared.programme import Outcome, ProgrammeRules

GRANTING = (Outcome.APPROVED, Outcome.PARTIALLY_APPROVED)
NEXT_AMONG = 100
BY_A_PERSON = (*GRANTING, Outcome.REJECTED, Outcome.DISMISSED)


async def around(caller: Caller, case: UUID) -> dict[str, Any]:
    """What every page about a case's outcome shows: the case, what it is called, the money, and the rules."""
    review, application = await asyncio.gather(
        caller.ask("review", f"/cases/{case}"), caller.ask("applications", f"/cases/{case}")
    )
    refuse_disposed(application.json)
    budget = await caller.ask("review", f"/calls/{review.json['call']}")
    rules = await rules_of(caller, review.json["programme"])
    return {
        "case": review.json,
        "version": review.version,
        "may": review.may,
        "words": application.json,
        "budget": budget.json,
        "rules": rules,
        "choices": choices(rules, caller),
        "reasons": [(one.code, caller.say(one.text)) for one in rules.decision.rejection_reason_codes],
        "threshold": rules.assessment.threshold,
    }


def choices(rules: ProgrammeRules, caller: Caller) -> list[tuple[str, str]]:
    """The outcomes that the programme has and a person may choose."""
    partial = rules.assessment.allocation.partial_award_allowed
    return [
        (one.value, caller.say(OUTCOMES[one]))
        for one in rules.decision.outcomes
        if one in BY_A_PERSON and (partial or one is not Outcome.PARTIALLY_APPROVED)
    ]


def read_outcome(caller: Caller, form: Form) -> dict[str, Any]:
    """The form as the services want it. Raises Wrong for an amount that cannot be read, and where nothing is chosen."""
    outcome, written = form.get("outcome"), form.get("granted_ore")
    if not outcome:
        missing = caller.gettext("Choose an outcome.")
        raise Wrong(422, "", missing, (("outcome", missing),))
    amount = read_ore(written) if outcome in GRANTING else 0
    if isinstance(amount, str):
        wrong = caller.gettext("Write the amount in kronor, in digits.")
        raise Wrong(422, "", wrong, (("granted_ore", wrong),))
    reason = form.get("reason") if outcome not in GRANTING else ""
    return {"outcome": outcome, "granted_ore": amount or 0, "reason": reason or None, "words": form.get("words")}


def outcome_fields(found: dict[str, Any], written: Form | None) -> dict[str, str]:
    """What the fields begin with: what is being written, else the proposal, else the amount applied for. Where it is
    proposed that nothing is granted, no amount stands there."""
    if written is not None:
        return {name: written.get(name) for name in ("outcome", "granted_ore", "reason", "words")}
    said = found["case"].get("proposal")
    amount = (said["granted_ore"] or None) if said else found["case"].get("amount_applied_ore")
    said = said or {}
    return {
        "outcome": said.get("outcome", ""),
        "granted_ore": write_ore(amount),
        "reason": said.get("reason") or "",
        "words": "",
    }


async def _show(caller: Caller, case: UUID, wrong: Wrong | None = None, written: Form | None = None) -> Response[Any]:
    found = await around(caller, case)
    fields = outcome_fields(found, written)
    if written is None and found["case"].get("proposal"):
        fields["words"] = found["case"]["proposal"]["words"] or ""
    return drawn(
        caller,
        "deciding/proposal.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        fields=fields,
        through=through(caller, written),
        **found,
    )


def through(caller: Caller, written: Form | None) -> str:
    """The call whose cases are gone through one by one, or nothing."""
    asked = written.get("through") if written is not None else caller.request.query_params.get("through", "")
    try:
        return str(UUID(asked))
    except ValueError:
        return ""


async def goes_on(caller: Caller, form: Form, status: str, page: str, said: str, case: UUID) -> Response[Any]:
    """To the next case of the call that stands there, when they are gone through; else back to this one."""
    call = through(caller, form)
    if not call:
        return caller.goes_on(f"/cases/{case}", said)
    page_of_cases = await caller.ask("review", "/cases", call=call, status=status, sort="points", limit=NEXT_AMONG)
    following = next(
        (row["id"] for row in page_of_cases.json["items"] if row["id"] != str(case) and _is_ready(row)), None
    )
    if following is None:
        return caller.goes_on(f"/deciding/{call}", said)
    return caller.goes_on(f"/cases/{following}/{page}?through={call}", said)


def _is_ready(row: dict[str, Any]) -> bool:
    """A proposal waits for the user representatives first."""
    return row["status"] != "proposed" or row["opinion"] is not None


@get("/cases/{case:uuid}/proposal", name="page_proposal")
async def proposal_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    return await _show(caller, case)


@post("/cases/{case:uuid}/proposal", name="post_proposal")
async def propose(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    form = await caller.form()
    try:
        await caller.tell("review", "POST", f"/cases/{case}/proposal", read_outcome(caller, form), form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _show(caller, case, wrong, form)
    return await goes_on(caller, form, "assessed", "proposal", caller.gettext("The proposal is made."), case)


ROUTES = (proposal_page, propose)
