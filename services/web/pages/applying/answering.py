"""Money that is to come back: what, why, how and until when; and the association's own answer to it."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.applying.drafts import WRITERS
from services.web.pages.applying.matters import Matter, rules_of, the_matter
from services.web.pages.cases.words import STANDPOINTS
from services.web.pages.cases.words import said as in_words
from services.web.site.amounts import ore_of
from services.web.site.asking import Answered, Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form, read_day

REFUSED = 422
NOTIFIED = "notified"
HAS_PAID, OBJECTS = "has_paid", "objects"
BEFORE_DECIDED = ("agrees", "asks_for_instalments", HAS_PAID, OBJECTS)
AFTERWARDS = (HAS_PAID, "asks_for_instalments", OBJECTS)
"""Once it is decided there is nothing left to agree to."""
FIELDS = ("standpoint", "paid", "paid_on", "words")


@get("/my/cases/{case:uuid}/repayment", name="page_my_repayment")
async def repayment_page(case: UUID, caller: Caller) -> Response[Any]:
    """What is to be paid back, why, how and until when; or what may be, and how to answer."""
    caller.required(*WRITERS)
    matter = await the_matter(caller, case)
    if matter.recovery is None:
        return caller.goes_on(matter.path)
    return await _page(caller, matter)


async def _page(caller: Caller, matter: Matter, wrong: Wrong | None = None, form: Form | None = None) -> Response[Any]:
    recovery = await _recovery(caller, matter)
    call = await caller.ask("applications", f"/calls/{matter.application['call']}")
    return caller.page(
        "applying/repayment.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        matter=matter,
        rules=await rules_of(caller, matter),
        recovery=recovery.json,
        version=recovery.version,
        answers="answer_recovery" in recovery.may,
        choices=_choices(caller, recovery.json["status"]),
        standpoints=in_words(STANDPOINTS, caller.language),
        values={name: form.get(name) if form else "" for name in FIELDS},
        support=call.json["rules"]["support"],
    )


async def _recovery(caller: Caller, matter: Matter) -> Answered:
    return await caller.ask("payouts", f"/recoveries/{(matter.recovery or {})['id']}")


def _choices(caller: Caller, status: str) -> list[tuple[str, str]]:
    said = {
        "agrees": caller.gettext("We pay the money back"),
        "asks_for_instalments": caller.gettext("We want to pay in parts"),
        HAS_PAID: caller.gettext("We have already paid"),
        OBJECTS: caller.gettext("We do not agree"),
    }
    return [(one, said[one]) for one in (BEFORE_DECIDED if status == NOTIFIED else AFTERWARDS)]


@post("/my/cases/{case:uuid}/repayment", name="answer_about_my_repayment")
async def answer(case: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    form = await caller.form()
    matter = await the_matter(caller, case)
    if matter.recovery is None:
        return caller.goes_on(matter.path)
    missing = _missing(caller, form)
    if missing:
        return await _page(caller, matter, Wrong(REFUSED, "", "", tuple(missing)), form)
    try:
        await caller.tell("payouts", "POST", f"/recoveries/{matter.recovery['id']}/answer", told(form), form=form)
    except Wrong as wrong:
        if wrong.status not in (400, REFUSED, 409):
            raise
        return await _page(caller, await the_matter(caller, case), _on_the_page(wrong), form)
    return caller.goes_on(f"{matter.path}/repayment", said=caller.gettext("Your answer has come in. Thank you."))


def told(form: Form) -> dict[str, Any]:
    """The answer as payouts takes it: what was paid, and when, of whoever says that they have paid."""
    answered = {"standpoint": form.get("standpoint"), "words": form.get("words")}
    if answered["standpoint"] != HAS_PAID:
        return answered
    return {**answered, "paid_ore": ore_of(form.get("paid")), "paid_on": form.get("paid_on")}


def _missing(caller: Caller, form: Form) -> list[tuple[str, str]]:
    chosen, missing = form.get("standpoint"), []
    if chosen not in BEFORE_DECIDED:
        missing.append(("standpoint", caller.gettext("Choose what you want to say.")))
    if chosen == HAS_PAID and not ore_of(form.get("paid")):
        missing.append(("paid", caller.gettext("Write how much you have paid, in kronor.")))
    if chosen == HAS_PAID and read_day(form.get("paid_on")) is None:
        missing.append(("paid_on", caller.gettext("Write which day you paid.")))
    if chosen == OBJECTS and not form.get("words"):
        missing.append(("words", caller.gettext("Write why you do not agree.")))
    return missing


def _on_the_page(wrong: Wrong) -> Wrong:
    """The field is called `paid` there: people write kronor."""
    errors = tuple(("paid" if field == "paid_ore" else field, message) for field, message in wrong.errors)
    return Wrong(wrong.status, wrong.title, wrong.detail, errors, wrong.reference)


ROUTES = (repayment_page, answer)
