"""Appeals: registered when one comes in, sent on to the court, and the judgment written down when it comes."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.cases.desk import can_be_put_right, days, drawn
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.disposed import refuse_disposed
from services.web.site.forms import Form, as_uuid, read_day
from shared.identity import Role
from shared.uuid7 import uuid7

READERS = (Role.OFFICER, Role.SECRETARY, Role.DECISION_MAKER, Role.AUDITOR)
REGISTRARS = (Role.OFFICER, Role.SECRETARY)


async def _registering(
    caller: Caller, case: UUID, wrong: Wrong | None = None, written: Form | None = None
) -> Response[Any]:
    review, application, clocks = await asyncio.gather(
        caller.ask("review", f"/cases/{case}"), caller.ask("applications", f"/cases/{case}"), days(caller)
    )
    refuse_disposed(application.json)
    return drawn(
        caller,
        "cases/appeal_new.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        written=written,
        case=review.json,
        words=application.json,
        can_be_registered=wrong is not None or "receive_appeal" in review.may,
        appeal=written.get("appeal") if written else str(uuid7()),
        today=clocks.of(review.json["programme"]),
    )


@get("/cases/{case:uuid}/appeal", name="page_new_appeal")
async def new_appeal_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*REGISTRARS)
    return await _registering(caller, case)


@post("/cases/{case:uuid}/appeal", name="post_new_appeal")
async def receive(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*REGISTRARS)
    form = await caller.form()
    appeal, received_on = as_uuid(form.get("appeal")) or uuid7(), read_day(form.get("received_on"))
    if received_on is None:
        message = caller.gettext("Write the day it came in.")
        return await _registering(caller, case, Wrong(422, "", message, (("received_on", message),)), form)
    try:
        body = {"case": str(case), "received_on": received_on.isoformat(), "words": form.get("words")}
        await caller.tell("review", "PUT", f"/appeals/{appeal}", body, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _registering(caller, case, wrong, form)
    return caller.goes_on(f"/appeals/{appeal}", caller.gettext("The appeal is registered."))


async def _show(caller: Caller, appeal: UUID, wrong: Wrong | None = None, written: Form | None = None) -> Response[Any]:
    shown = await caller.ask("review", f"/appeals/{appeal}")
    case, clocks = await asyncio.gather(caller.ask("applications", f"/cases/{shown.json['case']}"), days(caller))
    return drawn(
        caller,
        "cases/appeal.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        written=written,
        appeal=shown.json,
        version=shown.version,
        may=shown.may,
        case=case.json,
        today=clocks.of(case.json["programme"]),
    )


@get("/appeals/{appeal:uuid}", name="page_appeal")
async def appeal_page(appeal: UUID, caller: Caller) -> Response[Any]:
    caller.required(*READERS)
    return await _show(caller, appeal)


@post("/appeals/{appeal:uuid}/forwarding", name="post_forward_appeal")
async def forward(appeal: UUID, caller: Caller) -> Response[Any]:
    caller.required(*REGISTRARS)
    form = await caller.form()
    try:
        await caller.tell("review", "POST", f"/appeals/{appeal}/forwarding", form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _show(caller, appeal, wrong, form)
    return caller.goes_on(f"/appeals/{appeal}", caller.gettext("It is written down that the appeal went to the court."))


@post("/appeals/{appeal:uuid}/judgment", name="post_judgment")
async def judge(appeal: UUID, caller: Caller) -> Response[Any]:
    caller.required(*REGISTRARS)
    form = await caller.form()
    judged_on, said = read_day(form.get("judged_on")), form.get("quashed")
    errors = []
    if said not in ("yes", "no"):
        errors.append(("quashed", caller.gettext("Choose what the court said.")))
    if judged_on is None:
        errors.append(("judged_on", caller.gettext("Write the day of the judgment.")))
    if errors or judged_on is None:
        return await _show(caller, appeal, Wrong(422, "", errors[0][1], tuple(errors)), form)
    try:
        body = {"quashed": said == "yes", "judged_on": judged_on.isoformat()}
        await caller.tell("review", "POST", f"/appeals/{appeal}/judgment", body, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _show(caller, appeal, wrong, form)
    return caller.goes_on(f"/appeals/{appeal}", caller.gettext("The judgment is written down."))


ROUTES = (new_appeal_page, receive, appeal_page, forward, judge)
