"""What the user representatives say about a proposal, before anybody decides (KL 7:7, rule H6)."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.cases.desk import can_be_put_right, drawn
from services.web.pages.cases.words import OPINIONS
from services.web.pages.deciding.proposal import around
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form
from shared.identity import Role


async def _show(caller: Caller, case: UUID, wrong: Wrong | None = None, written: Form | None = None) -> Response[Any]:
    found = await around(caller, case)
    if "proposal" not in found["case"]:
        return caller.goes_on(f"/cases/{case}/interest")
    return drawn(
        caller,
        "deciding/statement.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        written=written,
        says=[(key, caller.say(text)) for key, text in OPINIONS.items()],
        **found,
    )


@get("/cases/{case:uuid}/statement", name="page_statement")
async def statement_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.PANEL)
    return await _show(caller, case)


@post("/cases/{case:uuid}/statement", name="post_statement")
async def give_statement(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.PANEL)
    form = await caller.form()
    if not form.get("opinion"):
        missing = caller.gettext("Choose what the panel says.")
        return await _show(caller, case, Wrong(422, "", missing, (("opinion", missing),)), form)
    try:
        body = {"opinion": form.get("opinion"), "words": form.get("words")}
        await caller.tell("review", "POST", f"/cases/{case}/statement", body, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _show(caller, case, wrong, form)
    return caller.goes_on(f"/cases/{case}", caller.gettext("The statement is kept with the proposal."))


ROUTES = (statement_page, give_statement)
