"""Payments: a list by status, and one payment with decision, requisition and account side by side."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from services.web.pages.cases.found import NO_ITEMS, address, find
from services.web.pages.money.basis import basis_of
from services.web.pages.money.doing import done
from services.web.pages.money.drawing import drawn
from services.web.pages.money.words import AFTER, BANK_SAYS, BARS, FOLLOW_MONEY, said, timeline
from services.web.site.accounts import SCHEMES
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from shared.http.lists import CURSOR_MAX
from shared.identity import Role
from shared.words import CODE_MAX

ROWS = 50
STATUSES = (
    "requisitioned",
    "attested_once",
    "attested_twice",
    "exported",
    "accepted",
    "booked",
    "rejected",
    "returned",
    "barred",
    "planned",
    "reconciled",
    "cancelled",
)

WithStatus = Annotated[str, QueryParameter(name="status", max_length=CODE_MAX, required=False)]
Written = Annotated[str, QueryParameter(name="q", required=False)]
After = Annotated[str | None, QueryParameter(name="after", max_length=CURSOR_MAX, required=False)]


@get("/money/payments", name="page_payments")
async def payments_page(caller: Caller, status: WithStatus = "", q: Written = "", after: After = None) -> Response[Any]:
    caller.required(*FOLLOW_MONEY)
    chosen = status if status in STATUSES else None
    found = await find(caller, q)
    asked = {"status": chosen, "cases": found.of_cases, "after": after, "limit": ROWS}
    listed = NO_ITEMS if found.nothing else (await caller.ask("payouts", "/payments", **asked)).json
    return drawn(
        caller,
        "money/payments.html",
        payments=listed["items"],
        following=address("/money/payments", status=chosen, q=found.words, after=listed["next"]),
        next_page=listed["next"],
        found=found,
        chosen=chosen,
        statuses=STATUSES,
        sum_ore=sum(one["amount_ore"] for one in listed["items"]),
    )


@get("/money/payments/{payment:uuid}", name="page_payment")
async def payment_page(payment: UUID, caller: Caller) -> Response[Any]:
    caller.required(*FOLLOW_MONEY)
    return await _drawn(caller, payment)


async def _drawn(caller: Caller, payment: UUID, **given: Any) -> Response[Any]:
    basis = await basis_of(caller, payment)
    told, held, known = basis.payment.json, basis.grounds, basis.names
    return drawn(
        caller,
        "money/payment.html",
        payment=told,
        version=basis.payment.version,
        may=basis.payment.may,
        grant=basis.grant,
        grounds=held,
        decision=basis.decision,
        conflicts=_conflicts(caller, basis.review),
        case=basis.case,
        names=known,
        steps=timeline(caller, held["steps"], known) if held else [],
        account_steps=timeline(caller, held["account_steps"], known) if held else [],
        scheme=said(caller, SCHEMES, held["account"]["scheme"]) if held and held["account"] else "",
        failed_for=said(caller, BANK_SAYS, told["failed_for"]),
        barred_for=said(caller, BARS, told["barred_for"]),
        after=said(caller, AFTER, told["after"]),
        bars=[(code, caller.say(text)) for code, text in BARS.items()],
        mine=[step["type"] for step in (*held["steps"], *held["account_steps"]) if step["by_you"]] if held else [],
        **given,
    )


_done = partial(done, "payments", _drawn)


def _conflicts(caller: Caller, review: dict[str, Any]) -> list[tuple[str, str]]:
    """What one may say of oneself, where one has not said anything yet (H7)."""
    if not review or review["declared"] or not caller.holds(Role.FINANCE, Role.ATTESTER):
        return []
    none = caller.gettext("No, and I have nothing to gain from it")
    kinds = [(one["key"], one["label"][caller.language]) for one in review["conflict_types"]]
    return [("none", none), *kinds]


@post("/money/payments/{payment:uuid}/interest", name="post_declare_interest_in_payment")
async def declare(payment: UUID, caller: Caller) -> Response[Any]:
    """Whoever has a conflict of interest steps aside: the case is no longer there for them, not even its payments."""
    caller.required(Role.FINANCE, Role.ATTESTER)
    form = await caller.form()
    chosen = form.get("conflict")
    if not chosen:
        what = caller.gettext("Choose an answer.")
        return await _drawn(caller, payment, wrong=Wrong(422, what, what, (("conflict", what),)), status=422)
    shown = await caller.ask_if_there("payouts", f"/payments/{payment}")
    if shown is None:  # pressed twice: whoever has stepped aside sees it no more
        return caller.goes_on("/money")
    case = shown.json["case"]
    conflict = None if chosen == "none" else chosen
    await caller.tell("review", "POST", f"/cases/{case}/interests", {"conflict": conflict}, form=form)
    if conflict:
        aside = caller.gettext("Thank you. You have stepped aside, and the case is no longer shown to you.")
        return caller.goes_on("/money", aside)
    noted = caller.gettext("Thank you. It is noted that you have no conflict of interest.")
    return caller.goes_on(f"/money/payments/{payment}", noted)


@post("/money/payments/{payment:uuid}/bar", name="post_bar_payment")
async def bar(payment: UUID, caller: Caller) -> Response[Any]:
    form = await caller.form()
    body = {"reason": form.get("reason") or "other"}
    return await _done(caller, payment, "bar", caller.gettext("The payment is barred."), body)


@post("/money/payments/{payment:uuid}/release", name="post_release_payment")
async def release(payment: UUID, caller: Caller) -> Response[Any]:
    return await _done(caller, payment, "release", caller.gettext("The payment may be asked for again."))


@post("/money/payments/{payment:uuid}/cancellation", name="post_cancel_payment")
async def cancel(payment: UUID, caller: Caller) -> Response[Any]:
    return await _done(caller, payment, "cancellation", caller.gettext("The payment is cancelled."))


@post("/money/payments/{payment:uuid}/reconciliation", name="post_reconcile_payment")
async def reconcile(payment: UUID, caller: Caller) -> Response[Any]:
    return await _done(caller, payment, "reconciliation", caller.gettext("The payment is reconciled."))


ROUTES = (payments_page, payment_page, declare, bar, release, cancel, reconcile)
