"""Associations' accounts: which wait to be verified, and one of them held against the bank's proof."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from services.web.pages.cases.found import NO_ITEMS, address, find
from services.web.pages.money.drawing import SEE_ACCOUNTS, drawn
from services.web.pages.money.words import said
from services.web.site.accounts import SCHEMES
from services.web.site.alphabet import in_order
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from shared.http.lists import CURSOR_MAX

ROWS = 50
PAYMENTS_SHOWN = 100
UNVERIFIED, VERIFIED = "unverified", "verified"

WithStatus = Annotated[str, QueryParameter(name="status", max_length=20, required=False)]
Written = Annotated[str, QueryParameter(name="q", required=False)]
After = Annotated[str | None, QueryParameter(name="after", max_length=CURSOR_MAX, required=False)]


@get("/money/accounts", name="page_accounts_of_associations")
async def accounts_page(
    caller: Caller, status: WithStatus = UNVERIFIED, q: Written = "", after: After = None
) -> Response[Any]:
    """To verify are those that money is to go to: an account that nothing is paid to needs nobody's proof."""
    caller.required(*SEE_ACCOUNTS)
    chosen = status if status in (UNVERIFIED, VERIFIED) else UNVERIFIED
    found = await find(caller, q)
    asked = {"status": chosen, "ids": found.of_associations, "after": after, "limit": ROWS}
    if chosen == UNVERIFIED:
        asked["to_be_paid"] = "true"
    listed = NO_ITEMS if found.nothing else (await caller.ask("payouts", "/payees", **asked)).json
    accounts = [{**one, "scheme": said(caller, SCHEMES, one["scheme"])} for one in listed["items"]]
    named = in_order(accounts, "association_name", caller.language)
    return drawn(
        caller,
        "money/accounts.html",
        accounts=named,
        next_page=listed["next"],
        following=address("/money/accounts", status=chosen, q=found.words, after=listed["next"]),
        found=found,
        chosen=chosen,
    )


@get("/money/accounts/{association:uuid}", name="page_account_of_association")
async def account_page(association: UUID, caller: Caller) -> Response[Any]:
    caller.required(*SEE_ACCOUNTS)
    return await _drawn(caller, association)


async def _drawn(caller: Caller, association: UUID, **given: Any) -> Response[Any]:
    shown = await caller.ask("payouts", f"/payees/{association}")
    held = await caller.ask_if_there("applications", f"/associations/{association}")
    account = shown.json["account"]
    return drawn(
        caller,
        "money/account.html",
        payee=shown.json,
        account=account,
        scheme=said(caller, SCHEMES, account["scheme"]) if account else "",
        version=shown.version,
        may=shown.may,
        association=held.json if held else None,
        **given,
    )


@post("/money/accounts/{association:uuid}/verification", name="post_verify_payee")
async def verify(association: UUID, caller: Caller) -> Response[Any]:
    """How it was verified is written down: what was seen, and when."""
    caller.required(*SEE_ACCOUNTS)
    form = await caller.form()
    words = form.get("words")
    try:
        if not words:
            missing = caller.gettext("Write what you have seen, and when.")
            raise Wrong(422, missing, missing, (("words", missing),))
        await caller.tell("payouts", "POST", f"/payees/{association}/verification", {"words": words}, form=form)
    except Wrong as wrong:
        if wrong.status in (403, 404):
            raise
        return await _drawn(caller, association, wrong=wrong, written=form, status=wrong.status)
    return caller.goes_on(f"/money/accounts/{association}", caller.gettext("The account is verified."))


ROUTES = (accounts_page, account_page, verify)
