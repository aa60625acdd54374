"""Money that is to come back: considered, told, decided, invoiced, and paid, planned, handed over or given up."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from services.web.pages.cases.words import STANDPOINTS
from services.web.pages.cases.words import said as in_words
from services.web.pages.money.doing import done
from services.web.pages.money.drawing import drawn
from services.web.pages.money.words import FOLLOW_MONEY, GROUNDS, said
from services.web.site.amounts import ore_of
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.money_and_time import Written, as_day
from shared.http.lists import CURSOR_MAX
from shared.words import CODE_MAX, Text

ROWS = 50
STATUSES = (
    "considered",
    "notified",
    "decided",
    "invoiced",
    "plan",
    "collection",
    "paid",
    "waived",
    "written_off",
)

LEFT_OVER = Text(
    "Enligt er redovisning blev {amount} över av bidraget {number}. Vi överväger att begära tillbaka de pengarna. "
    "Ni har 14 dagar på er att svara. Svara på ärendets sida, skriv till oss eller ring.",
    "Your report says that {amount} of the grant {number} was left over. We are considering asking for that money "
    "back. You have 14 days to answer. Answer on the page of the case, write to us or call.",
)
OTHER_GROUND = Text(
    "Vi överväger att begära tillbaka {amount} av bidraget {number}. Skälet är: {ground}. "
    "Ni har 14 dagar på er att svara. Svara på ärendets sida, skriv till oss eller ring.",
    "We are considering asking for {amount} of the grant {number} back. The reason is: {ground}. "
    "You have 14 days to answer. Answer on the page of the case, write to us or call.",
)

WithStatus = Annotated[str, QueryParameter(name="status", max_length=CODE_MAX, required=False)]
After = Annotated[str | None, QueryParameter(name="after", max_length=CURSOR_MAX, required=False)]


@get("/money/recoveries", name="page_recoveries")
async def recoveries_page(caller: Caller, status: WithStatus = "", after: After = None) -> Response[Any]:
    caller.required(*FOLLOW_MONEY)
    chosen = status if status in STATUSES else None
    listed = (await caller.ask("payouts", "/recoveries", status=chosen, after=after, limit=ROWS)).json
    return drawn(
        caller,
        "money/recoveries.html",
        recoveries=listed["items"],
        next_page=listed["next"],
        chosen=chosen,
        statuses=STATUSES,
    )


@get("/money/recoveries/{recovery:uuid}", name="page_recovery")
async def recovery_page(recovery: UUID, caller: Caller) -> Response[Any]:
    caller.required(*FOLLOW_MONEY)
    return await _drawn(caller, recovery)


async def _drawn(caller: Caller, recovery: UUID, **given: Any) -> Response[Any]:
    shown = await caller.ask("payouts", f"/recoveries/{recovery}")
    told = shown.json
    grant, case = await caller.ask_all_there(
        ("payouts", f"/grants/{told['case']}"), ("applications", f"/cases/{told['case']}")
    )
    programme = await _programme(caller, grant.json if grant else None)
    return drawn(
        caller,
        "money/recovery.html",
        recovery=told,
        version=shown.version,
        may=shown.may,
        grant=grant.json if grant else None,
        case=case.json if case else None,
        ground=said(caller, GROUNDS, told["ground"]),
        standpoints=in_words(STANDPOINTS, caller.language),
        today=as_day(programme["now"]) if programme else None,
        proposed=_proposed(caller, told),
        **given,
    )


_done = partial(done, "recoveries", _drawn)


def _proposed(caller: Caller, recovery: dict[str, Any]) -> str:
    """Something to begin from: the officer writes the letter."""
    amount = Written(caller.language).kr(recovery["amount_ore"])
    letter = LEFT_OVER if recovery["ground"] == "unspent" else OTHER_GROUND
    ground = said(caller, GROUNDS, recovery["ground"])
    return caller.say(letter).format(amount=amount, number=recovery["number"], ground=ground.lower())


async def _programme(caller: Caller, grant: dict[str, Any] | None) -> dict[str, Any] | None:
    """For what day it is there."""
    if not grant or not grant["programme"]:
        return None
    found = await caller.ask_if_there("applications", f"/programmes/{grant['programme']}")
    return found.json if found else None


@post("/money/recoveries/{recovery:uuid}/notice", name="post_notify_recovery")
async def notify(recovery: UUID, caller: Caller) -> Response[Any]:
    form = await caller.form()
    body = {"words": form.get("words")}
    wrong = None
    if not form.get("words"):
        what = caller.gettext("Write what the association is to be told.")
        wrong = Wrong(422, what, what, (("words", what),))
    told = caller.gettext("The association has been told, and has two weeks to answer.")
    return await _done(caller, recovery, "notice", told, body, wrong)


@post("/money/recoveries/{recovery:uuid}/decision", name="post_decide_recovery")
async def decide(recovery: UUID, caller: Caller) -> Response[Any]:
    form = await caller.form()
    ore = 0 if form.get("choice") == "waive" else ore_of(form.get("amount"))
    wrong = None
    if form.get("choice") not in ("claim", "waive"):
        what = caller.gettext("Choose whether the money is to be paid back.")
        wrong = Wrong(422, what, what, (("choice", what),))
    elif not ore and form.get("choice") == "claim":
        what = caller.gettext("Write how much, in kronor.")
        wrong = Wrong(422, what, what, (("amount", what),))
    told = caller.gettext("The recovery is decided.") if ore else caller.gettext("The recovery is waived.")
    return await _done(caller, recovery, "decision", told, {"amount_ore": ore}, wrong)


@post("/money/recoveries/{recovery:uuid}/invoice", name="post_invoice_recovery")
async def invoice(recovery: UUID, caller: Caller) -> Response[Any]:
    told = caller.gettext("The invoice is made. Its reference stands below.")
    return await _done(caller, recovery, "invoice", told)


@post("/money/recoveries/{recovery:uuid}/plan", name="post_agree_plan")
async def plan(recovery: UUID, caller: Caller) -> Response[Any]:
    told = caller.gettext("A payment plan is agreed.")
    return await _done(caller, recovery, "plan", told)


@post("/money/recoveries/{recovery:uuid}/collection", name="post_start_collection")
async def collection(recovery: UUID, caller: Caller) -> Response[Any]:
    told = caller.gettext("The claim is handed over to debt collection.")
    return await _done(caller, recovery, "collection", told)


@post("/money/recoveries/{recovery:uuid}/write-off", name="post_write_off")
async def write_off(recovery: UUID, caller: Caller) -> Response[Any]:
    told = caller.gettext("The claim is written off.")
    return await _done(caller, recovery, "write-off", told)


ROUTES = (recoveries_page, recovery_page, notify, decide, invoice, plan, collection, write_off)
