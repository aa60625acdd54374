"""The attest: decision, requisition and account side by side, and exactly that is what the attester signs."""

from functools import partial
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from services.web.pages.account.sign import Act, page_to_sign, points, sign_and_do
from services.web.pages.money.basis import Basis, basis_of
from services.web.pages.money.words import AFTER, said
from services.web.site.accounts import account_in_words
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.money_and_time import Written
from shared.identity import Role

ATTEST = "attest"
REQUISITIONED = "payment.requisitioned"
VERIFIED = "payee.verified"


class Side(msgspec.Struct, frozen=True):
    """One of the three: a heading, and under it lines, each what it is, with its colon, and what it says."""

    title: str
    facts: list[tuple[str, str]]

    @property
    def paragraphs(self) -> list[str]:
        return [self.title, points([f"{what} {told}" for what, told in self.facts])]


@get("/money/payments/{payment:uuid}/attest", name="page_attest")
async def attest_page(payment: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.ATTESTER)
    return await _page(caller, payment)


async def _page(caller: Caller, payment: UUID, wrong: Wrong | None = None) -> Response[Any]:
    basis = await basis_of(caller, payment)
    if ATTEST not in basis.payment.may:
        return caller.goes_on(_home(payment))
    return await page_to_sign(
        caller,
        "money/attest.html",
        attesting(caller, basis),
        status=wrong.status if wrong else 200,
        wrong=wrong,
        payment=basis.payment.json,
        case=basis.case,
        sides=sides(caller, basis),
        sentence=sentence(caller, basis),
    )


@get("/money/payments/{payment:uuid}/attest/signed", name="attest_signed")
async def attest(payment: UUID, caller: Caller, signature: UUID | None = None) -> Response[Any]:
    caller.required(Role.ATTESTER)
    basis = await basis_of(caller, payment)
    if ATTEST not in basis.payment.may:
        return caller.goes_on(_home(payment))
    return await sign_and_do(caller, attesting(caller, basis), signature, partial(_page, caller, payment))


def attesting(caller: Caller, basis: Basis) -> Act:
    payment = basis.payment.json
    return Act(
        paragraphs=[line for side in sides(caller, basis) for line in side.paragraphs] + [sentence(caller, basis)],
        read_at=f"{_home(payment['id'])}/attest",
        returns_to=f"{_home(payment['id'])}/attest/signed",
        case=UUID(payment["case"]),
        service="payouts",
        command=f"/payments/{payment['id']}/attest",
        version=basis.payment.version,
        leads_to=_home(payment["id"]),
        said=caller.gettext("You have attested the payment."),
    )


def sides(caller: Caller, basis: Basis) -> list[Side]:
    """Without what is not there, or not for this person."""
    _, of = caller.gettext, [_decision, _requisition, _account]
    titles = [_("1. The decision"), _("2. What is asked for"), _("3. The account")]
    return [
        Side(title, [(f"{what}:", told) for what, told in facts(caller, basis) if told])
        for title, facts in zip(titles, of, strict=True)
    ]


def sentence(caller: Caller, basis: Basis) -> str:
    amount = Written(caller.language).kr(basis.payment.json["amount_ore"])
    return caller.gettext("I have compared the three, and answer for %(amount)s being paid.") % {"amount": amount}


def _decision(caller: Caller, basis: Basis) -> list[tuple[str, str]]:
    _, written = caller.gettext, Written(caller.language)
    grant, decision, case = basis.grant or {}, basis.decision, basis.case or {}
    accepted = _("yes") if grant.get("accepted") else _("no")
    return [
        (_("Association"), case.get("association_name") or ""),
        (_("What for"), case.get("title") or ""),
        (_("Granted"), written.kr(grant.get("granted_ore"))),
        (_("Decided"), written.day_year(decision.get("decided_on"))),
        (_("Decided by"), basis.names.get(decision.get("decided_by", ""), "")),
        (_("Appeal until"), written.day_year(grant.get("appeal_last_day"))),
        (_("Terms accepted"), accepted if grant else ""),
    ]


def _requisition(caller: Caller, basis: Basis) -> list[tuple[str, str]]:
    _, written, payment = caller.gettext, Written(caller.language), basis.payment.json
    asked = _last(basis, "steps", REQUISITIONED)
    no = str(payment["no"])
    return [
        (_("Payment"), str(payment["number"])),
        (_("Amount"), written.kr(payment["amount_ore"])),
        (_("Instalment"), f"{no} {_('of')} {len(basis.grant['payments'])}" if basis.grant else no),
        (_("When"), said(caller, AFTER, payment["after"])),
        (_("Asked for on"), written.moment(asked.get("at"))),
        (_("Asked by"), basis.names.get(asked.get("by", ""), "")),
        (_("Attests"), f"{payment['attests']} {_('of')} 2"),
    ]


def _account(caller: Caller, basis: Basis) -> list[tuple[str, str]]:
    _, written, grounds = caller.gettext, Written(caller.language), basis.grounds or {}
    account = grounds.get("account")
    if account is None:
        return []
    verified = _last(basis, "account_steps", VERIFIED) if grounds["verified"] else {}
    same, other = _("yes, since the money was asked for"), _("no, it was changed after the money was asked for")
    return [
        (_("Account"), account_in_words(account, caller.language)),
        (_("Holder"), account["name"]),
        (_("Town"), account["town"]),
        (_("Verified"), written.moment(verified.get("at")) or _("no")),
        (_("Verified by"), basis.names.get(verified.get("by", ""), "")),
        (_("What was seen"), grounds["proof"] or ""),
        (_("Unchanged"), same if grounds["same_account"] else other),
    ]


def _last(basis: Basis, steps: str, kind: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = (basis.grounds or {}).get(steps, [])
    return next((step for step in reversed(found) if step["type"] == kind), {})


def _home(payment: UUID | str) -> str:
    return f"/money/payments/{payment}"


ROUTES = (attest_page, attest)
