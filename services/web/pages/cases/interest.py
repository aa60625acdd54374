"""Conflicts of interest: said before anything of the case is read, by everybody who takes part in it (rule H7)."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.cases.desk import can_be_put_right, drawn
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.disposed import refuse_disposed
from services.web.site.forms import Form
from shared.identity import Role

DECLARES = (Role.PANEL, Role.OFFICER, Role.DECISION_MAKER, Role.SECRETARY, Role.FINANCE, Role.ATTESTER)
NONE = "none"
ASSESSING = "assessing"
DECIDING = "deciding"


async def _show(caller: Caller, case: UUID, wrong: Wrong | None = None, written: Form | None = None) -> Response[Any]:
    review, application = await asyncio.gather(
        caller.ask("review", f"/cases/{case}"), caller.ask("applications", f"/cases/{case}")
    )
    refuse_disposed(application.json)
    return drawn(
        caller,
        "cases/interest.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        written=written,
        case=review.json,
        words=application.json,
        free=NONE,
        then=_then(caller, written),
    )


def _then(caller: Caller, written: Form | None) -> str:
    """Where whoever answers came from, and goes on to; nothing for anywhere else."""
    asked = written.get("then") if written is not None else caller.request.query_params.get("then", "")
    return asked if asked in (ASSESSING, DECIDING) else ""


@get("/cases/{case:uuid}/interest", name="page_interest")
async def interest_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*DECLARES)
    return await _show(caller, case)


@post("/cases/{case:uuid}/interest", name="post_interest")
async def declare(case: UUID, caller: Caller) -> Response[Any]:
    """Free: on to the case. In conflict: the case does not exist for them from now on."""
    caller.required(*DECLARES)
    form = await caller.form()
    answer = form.get("conflict")
    if not answer:
        missing = caller.gettext("Answer whether you have a conflict of interest.")
        return await _show(caller, case, Wrong(422, "", missing, (("conflict", missing),)), form)
    conflict = None if answer == NONE else answer
    try:
        await caller.tell("review", "POST", f"/cases/{case}/interests", {"conflict": conflict}, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _show(caller, case, wrong, form)
    if conflict is not None:
        return caller.goes_on(
            "/today", caller.gettext("Thank you for saying so. The case is now left to others, and you see it no more.")
        )
    return caller.goes_on(
        await _onward(caller, case, form), caller.gettext("Thank you. You can read the application now.")
    )


async def _onward(caller: Caller, case: UUID, form: Form) -> str:
    then = _then(caller, form)
    if then == ASSESSING:
        return f"/assessing/{case}"
    if then == DECIDING:
        return f"/deciding/{(await caller.ask('review', f'/cases/{case}')).json['call']}"
    return f"/cases/{case}"


ROUTES = (interest_page, declare)
