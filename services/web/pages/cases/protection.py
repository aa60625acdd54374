"""Protecting a case: somebody in it may not be found. Marked and lifted by those who keep the case."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.cases.desk import can_be_put_right, drawn
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form
from shared.identity import Role
from shared.words import Text

PROTECTS = (Role.OFFICER, Role.COORDINATOR)
WHY: dict[str, Text] = {
    "confidentiality_mark": Text("någon har sekretessmarkering", "somebody's data is marked confidential"),
    "protected_registration": Text("någon har skyddad folkbokföring", "somebody has a protected registration"),
    "threat": Text("någon är hotad, eller kan bli det", "somebody is threatened, or may be"),
    "health": Text("någons hälsa går att läsa ut", "somebody's health can be read from it"),
}


async def _show(caller: Caller, case: UUID, wrong: Wrong | None = None, written: Form | None = None) -> Response[Any]:
    shown = await caller.ask("applications", f"/cases/{case}")
    return drawn(
        caller,
        "cases/protection.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        written=written,
        case=shown.json,
        version=shown.version,
        reasons=[(reason, caller.say(words).capitalize()) for reason, words in WHY.items()],
    )


@get("/cases/{case:uuid}/protection", name="page_protection")
async def protection_page(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*PROTECTS)
    return await _show(caller, case)


@post("/cases/{case:uuid}/protection", name="post_protection")
async def protect(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*PROTECTS)
    form = await caller.form()
    reason = form.get("reason")
    if not reason:
        missing = caller.gettext("Choose why the case is protected.")
        return await _show(caller, case, Wrong(422, "", missing, (("reason", missing),)), form)
    return await _told(caller, case, "PUT", form, {"reason": reason}, caller.gettext("The case is protected."))


@post("/cases/{case:uuid}/protection/lift", name="post_protection_lifted")
async def lift(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*PROTECTS)
    form = await caller.form()
    return await _told(caller, case, "DELETE", form, None, caller.gettext("The case is no longer protected."))


async def _told(caller: Caller, case: UUID, method: str, form: Form, body: Any, said: str) -> Response[Any]:
    try:
        await caller.tell("applications", method, f"/cases/{case}/protection", body, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _show(caller, case, wrong, form)
    return caller.goes_on(f"/cases/{case}", said)


ROUTES = (protection_page, protect, lift)
