"""One disposal: what it covers and why, the second person's yes or no, and then who has erased what, and until when
backups can be read."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.archiving.schedules import CAN_BE_PUT_RIGHT, READERS
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.names import known_names
from shared.identity import Role
from shared.words import Text

UNFILLED = 422
DECIDERS = (Role.ARCHIVIST, Role.DECISION_MAKER)
SERVICES = {
    "applications": Text("Ansökningar och bilagor", "Applications and their papers"),
    "review": Text("Handläggning och beslut", "Review and decisions"),
    "payouts": Text("Utbetalningar och redovisning", "Payments and reports"),
    "web": Text("Brev och underskrifter", "Letters and signatures"),
}


@get("/archive/disposals/{disposal:uuid}", name="page_disposal")
async def disposal_page(disposal: UUID, caller: Caller) -> Response[Any]:
    caller.required(*READERS)
    return await _shown(caller, disposal)


async def _shown(caller: Caller, disposal: UUID, wrong: Wrong | None = None) -> Response[Any]:
    shown = await caller.ask("applications", f"/disposals/{disposal}")
    execution = await caller.ask_if_there("audit", f"/disposals/{disposal}") if shown.json["number"] else None
    return caller.page(
        "archiving/disposal.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        disposal=shown.json,
        version=shown.version,
        may=shown.may,
        execution=execution.json if execution else None,
        services={name: caller.say(text) for name, text in SERVICES.items()},
        names=await known_names(caller, [shown.json["proposed_by"], shown.json["decided_by"]]),
        proposed_it=shown.json["proposed_by"] == str(caller.account),
        decided_it=shown.json["decided_by"] == str(caller.account),
    )


@post("/archive/disposals/{disposal:uuid}/decision", name="post_disposal_decision")
async def decide(disposal: UUID, caller: Caller) -> Response[Any]:
    """Ticked first that it is meant: what is erased comes back for nobody."""
    caller.required(*DECIDERS)
    if (await caller.form()).get("sure") != "yes":
        missing = caller.gettext("Tick that you have read what it covers, if you decide it.")
        return await _shown(caller, disposal, Wrong(UNFILLED, missing, missing, (("sure", missing),)))
    said = caller.gettext("The disposal is decided. Everything it covers is being erased.")
    return await _pressed(caller, disposal, "decision", said)


@post("/archive/disposals/{disposal:uuid}/refusal", name="post_disposal_refusal")
async def decline(disposal: UUID, caller: Caller) -> Response[Any]:
    caller.required(*DECIDERS)
    return await _pressed(caller, disposal, "refusal", caller.gettext("The disposal was declined. Nothing is erased."))


async def _pressed(caller: Caller, disposal: UUID, what: str, said: str) -> Response[Any]:
    form = await caller.form()
    try:
        await caller.tell("applications", "POST", f"/disposals/{disposal}/{what}", form=form)
    except Wrong as wrong:
        if wrong.status not in CAN_BE_PUT_RIGHT:
            raise
        return await _shown(caller, disposal, wrong)
    return caller.goes_on(f"/archive/disposals/{disposal}", said)


ROUTES = (disposal_page, decide, decline)
