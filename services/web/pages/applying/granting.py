"""After a yes: the terms accepted, the account entered, the money asked for. What binds the association is signed."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.account.sign import Act, may_sign, page_to_sign, points, sign_and_do
from services.web.pages.applying.drafts import WRITERS
from services.web.pages.applying.matters import Matter, rules_of, the_matter
from services.web.site.accounts import account_in_words
from services.web.site.asking import Answered, Wrong
from services.web.site.caller import Caller
from services.web.site.money_and_time import Written
from shared.programme import ProgrammeRules
from shared.refused import Unknown

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
    rules = await rules_of(caller, matter)
    given: dict[str, Any] = {"status": wrong.status if wrong else 200, "wrong": wrong, "matter": matter, "rules": rules}
    if not may_sign(caller, matter.association):
        return caller.page("applying/terms.html", may_sign=False, **given)
    return await page_to_sign(caller, "applying/terms.html", accepting(caller, matter, rules), may_sign=True, **given)


def accepting(caller: Caller, matter: Matter, rules: ProgrammeRules) -> Act:
    """The terms word for word, as they are accepted."""
    grant = matter.grant or {}
    told = {
        "association": matter.application["association_name"] or "",
        "amount": Written(caller.language).kr(grant["granted_ore"]),
        "programme": caller.say(rules.title),
        "number": matter.number,
    }
    return Act(
        paragraphs=[
            caller.gettext("%(association)s gets %(amount)s from %(programme)s, case %(number)s.") % told,
            caller.gettext("We accept these terms:"),
            points(matter.conditions(caller.language)),
            caller.gettext("I may sign for the association."),
        ],
        read_at=f"{matter.path}/terms",
        returns_to=f"{matter.path}/terms/signed",
        case=UUID(str(matter.id)),
        service="payouts",
        command=f"/grants/{matter.id}/acceptance",
        version=grant["version"],
        leads_to=matter.path,
        said=caller.gettext("You have accepted the terms."),
    )


@get("/my/cases/{case:uuid}/terms/signed", name="accept_my_terms")
async def accept_terms(case: UUID, caller: Caller, signature: UUID | None = None) -> Response[Any]:
    caller.required(*WRITERS)
    matter = await the_matter(caller, case)
    if not matter.accepts:
        return caller.goes_on(matter.path)
    if not may_sign(caller, matter.association):
        return caller.goes_on(f"{matter.path}/terms")
    act = accepting(caller, matter, await rules_of(caller, matter))
    return await sign_and_do(caller, act, signature, partial(_terms_refused, caller, case))


async def _terms_refused(caller: Caller, case: UUID, wrong: Wrong) -> Response[Any]:
    """What stands in the way is said on the page itself; where it is done already, the case tells that."""
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
    if not _has_account(matter):
        return caller.goes_on(f"{matter.path}/account")
    return await _money(caller, matter)


async def _money(caller: Caller, matter: Matter, wrong: Wrong | None = None) -> Response[Any]:
    asked = await the_payment(caller, matter)
    given: dict[str, Any] = {
        "status": wrong.status if wrong else 200,
        "wrong": wrong,
        "matter": matter,
        "rules": await rules_of(caller, matter),
        "payment": asked.json,
    }
    if not may_sign(caller, matter.association):
        return caller.page("applying/money.html", may_sign=False, **given)
    return await page_to_sign(caller, "applying/money.html", asking_for(caller, matter, asked), may_sign=True, **given)


async def the_payment(caller: Caller, matter: Matter) -> Answered:
    """The payment whose time to be asked for has come. Raises Unknown where there is none."""
    if matter.to_ask_for is None:
        raise Unknown
    return await caller.ask("payouts", f"/payments/{matter.to_ask_for['id']}")


def asking_for(caller: Caller, matter: Matter, asked: Answered) -> Act:
    payment, account = asked.json, (matter.payee or {})["account"]
    told = {
        "association": matter.application["association_name"] or "",
        "amount": Written(caller.language).kr(payment["amount_ore"]),
        "number": matter.number,
        "no": payment["no"],
        "of": len(matter.payments),
    }
    to = {
        "account": account_in_words(account, caller.language),
        "holder": account["name"],
        "town": account["town"],
    }
    return Act(
        paragraphs=[
            caller.gettext("%(association)s asks for %(amount)s in case %(number)s, part %(no)s of %(of)s.") % told,
            caller.gettext("The money goes to %(account)s, %(holder)s, %(town)s.") % to,
            caller.gettext("The terms are followed, and nothing important has changed."),
            caller.gettext("I may sign for the association."),
        ],
        read_at=f"{matter.path}/money",
        returns_to=f"{matter.path}/money/signed",
        case=UUID(str(matter.id)),
        service="payouts",
        command=f"/payments/{payment['id']}/requisition",
        version=asked.version,
        leads_to=matter.path,
        said=caller.gettext("You have asked for the money. It is on its way."),
    )


@get("/my/cases/{case:uuid}/money/signed", name="ask_for_my_money")
async def ask_for_money(case: UUID, caller: Caller, signature: UUID | None = None) -> Response[Any]:
    caller.required(*WRITERS)
    matter = await the_matter(caller, case)
    if matter.to_ask_for is None:
        return caller.goes_on(matter.path)
    if not may_sign(caller, matter.association) or not _has_account(matter):
        return caller.goes_on(f"{matter.path}/money")
    act = asking_for(caller, matter, await the_payment(caller, matter))
    return await sign_and_do(caller, act, signature, partial(_money_refused, caller, case))


async def _money_refused(caller: Caller, case: UUID, wrong: Wrong) -> Response[Any]:
    matter = await the_matter(caller, case)
    return await _money(caller, matter, wrong) if matter.to_ask_for else caller.goes_on(matter.path)


def _has_account(matter: Matter) -> bool:
    return matter.payee is not None and matter.payee["account"] is not None


ROUTES = (terms_page, accept_terms, account_page, enter_account, money_page, ask_for_money)
