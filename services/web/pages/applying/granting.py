"""After a yes: the terms accepted, the account entered, the money asked for. Each counts, so each asks once more."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.applying.drafts import WRITERS
from services.web.pages.applying.matters import Matter, rules_of, the_matter
from services.web.pages.applying.signing import may_sign
from services.web.site.asking import Answered, Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form

REFUSED = 422
ACCOUNT = ("scheme", "clearing", "number", "name", "town")
SCHEMES = ("bankgiro", "plusgiro", "bank_account")
PAYOUT_ACCOUNT = "payout_account"


# The terms


@get("/my/cases/{case:uuid}/terms", name="page_my_terms")
async def terms_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    matter = await the_matter(caller, case)
    if not matter.accepts:
        return caller.goes_on(matter.path)
    return await _terms(caller, matter)


async def _terms(caller: Caller, matter: Matter, wrong: Wrong | None = None) -> Response[Any]:
    return caller.page(
        "applying/terms.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        matter=matter,
        rules=await rules_of(caller, matter),
        may_sign=may_sign(caller, UUID(matter.application["association"])),
    )


@post("/my/cases/{case:uuid}/terms", name="accept_my_terms")
async def accept_terms(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    form = await caller.form()
    try:
        await caller.tell("payouts", "POST", f"/grants/{case}/acceptance", form=form)
    except Wrong as wrong:
        return await _again(caller, case, wrong)
    return caller.goes_on(f"/my/cases/{case}", said=caller.gettext("You have accepted the terms."))


async def _again(caller: Caller, case: UUID, wrong: Wrong) -> Response[Any]:
    """What stands in the way is said on the page itself; where it is done already, the case tells that."""
    if wrong.status not in (REFUSED, 409):
        raise wrong
    matter = await the_matter(caller, case)
    return await _terms(caller, matter, wrong) if matter.accepts else caller.goes_on(matter.path)


# The account


@get("/my/cases/{case:uuid}/account", name="page_my_payout_account")
async def account_page(case: UUID, caller: Caller) -> Response[Any]:
    """The account that the money goes to: what was in the application, until somebody says otherwise."""
    caller.required(*WRITERS)
    matter = await the_matter(caller, case)
    return _account(caller, matter, await _known_account(caller, matter))


async def _known_account(caller: Caller, matter: Matter) -> dict[str, str]:
    if matter.payee and matter.payee["account"]:
        return {name: matter.payee["account"].get(name) or "" for name in ACCOUNT}
    read, association = await caller.ask_all_there(
        ("applications", f"/cases/{matter.id}/application"),
        ("applications", f"/associations/{matter.application['association']}"),
    )
    written = read.json["answers"].get(PAYOUT_ACCOUNT) if read else None
    known = {name: str(written.get(name) or "") for name in ACCOUNT} if isinstance(written, dict) else {}
    particulars = association.json["particulars"] if association else {}
    return known | {name: str(particulars.get(name) or "") for name in ("name", "town")}


def _account(caller: Caller, matter: Matter, values: dict[str, str], wrong: Wrong | None = None) -> Response[Any]:
    return caller.page(
        "applying/account.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        matter=matter,
        values=values,
        schemes=SCHEMES,
    )


@post("/my/cases/{case:uuid}/account", name="enter_my_account")
async def enter_account(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    form = await caller.form()
    matter = await the_matter(caller, case)
    values = {name: form.get(name) for name in ACCOUNT}
    body = {name: value for name, value in values.items() if value}
    missing = _missing(caller, values)
    if missing:
        return _account(caller, matter, values, Wrong(REFUSED, "", "", missing))
    if body["scheme"] != SCHEMES[-1]:
        body.pop("clearing", None)
    try:
        await caller.tell("payouts", "PUT", f"/payees/{matter.application['association']}", body, form=form)
    except Wrong as wrong:
        if wrong.status not in (400, REFUSED, 409):
            raise
        return _account(caller, matter, values, wrong)
    return caller.goes_on(matter.path, said=caller.gettext("The account is saved. We check that it is yours."))


def _missing(caller: Caller, values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    said = {
        "scheme": caller.gettext("Choose what kind of account it is."),
        "number": caller.gettext("Write the number of the account."),
        "name": caller.gettext("Write whose account it is."),
        "town": caller.gettext("Write the town."),
    }
    return tuple((name, sentence) for name, sentence in said.items() if not values[name])


# The money


@get("/my/cases/{case:uuid}/money", name="page_ask_for_money")
async def money_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    matter = await the_matter(caller, case)
    if matter.to_ask_for is None:
        return caller.goes_on(matter.path)
    if matter.payee is None:
        return caller.goes_on(f"{matter.path}/account")
    return await _money(caller, matter, await _payment(caller, matter.to_ask_for))


async def _payment(caller: Caller, payment: dict[str, Any]) -> Answered:
    return await caller.ask("payouts", f"/payments/{payment['id']}")


async def _money(caller: Caller, matter: Matter, payment: Answered, wrong: Wrong | None = None) -> Response[Any]:
    return caller.page(
        "applying/money.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        matter=matter,
        rules=await rules_of(caller, matter),
        payment=payment.json,
        version=payment.version,
        may_sign=may_sign(caller, UUID(matter.application["association"])),
    )


@post("/my/cases/{case:uuid}/money", name="ask_for_my_money")
async def ask_for_money(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    form = await caller.form()
    matter = await the_matter(caller, case)
    payment = _named(matter, form)
    if payment is None:
        return caller.goes_on(matter.path)
    try:
        await caller.tell("payouts", "POST", f"/payments/{payment['id']}/requisition", form=form)
    except Wrong as wrong:
        if wrong.status not in (REFUSED, 409):
            raise
        now = await the_matter(caller, case)
        if now.to_ask_for is None:
            return caller.goes_on(now.path)
        return await _money(caller, now, await _payment(caller, now.to_ask_for), wrong)
    return caller.goes_on(matter.path, said=caller.gettext("You have asked for the money. It is on its way."))


def _named(matter: Matter, form: Form) -> dict[str, Any] | None:
    """The payment that the page was about, if it is this case's."""
    return next((one for one in matter.payments if one["id"] == form.get("payment")), None)


ROUTES = (terms_page, accept_terms, account_page, enter_account, money_page, ask_for_money)
