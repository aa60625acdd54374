"""Before one begins: who may apply, what is needed, how long it takes; then a draft for one's association."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.web.pages.applying.drafts import WRITERS, Call
from services.web.pages.applying.questions import papers_beforehand
from services.web.pages.applying.reuse import first_answers
from services.web.site.alphabet import in_order
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.money_and_time import last_day
from services.web.site.rules import rules_of
from shared.deadlines import local_date

MINUTES_A_QUESTION = 1.5
MINUTES_ROUNDED_TO = 15
ASSOCIATION = "association"
UNFINISHED = 422


@get("/apply/{call:uuid}", name="page_before_you_begin")
async def before_page(call: UUID, caller: Caller, association: str = "") -> Response[Any]:
    caller.required(*WRITERS)
    return await _before(caller, call, association)


async def _before(caller: Caller, call: UUID, association: str, wrong: Wrong | None = None) -> Response[Any]:
    found, associations, drafts = await caller.ask_all(
        ("applications", f"/calls/{call}"), ("applications", "/associations"), ("applications", "/drafts")
    )
    shown = msgspec.json.decode(found.body, type=Call)
    rules = await rules_of(caller, shown.programme)
    opens, closes = shown.rules.opens_at, shown.rules.closes_at
    return caller.page(
        "applying/before.html",
        status=UNFINISHED if wrong else 200,
        wrong=wrong,
        call=shown,
        rules=rules,
        association=association,
        associations=in_order(associations.json["items"], "name", caller.language),
        begun=[
            one
            for one in drafts.json["items"]
            if one["call"] == str(call) and UUID(one["association"]) in caller.associations
        ],
        papers=papers_beforehand(rules, shown.rules, caller.language),
        minutes=minutes(len(rules.forms.application_fields())),
        last_day=last_day(closes.isoformat()),
        today=local_date(shown.now),
        is_over=shown.now > closes or shown.status not in ("published", "open"),
        is_early=shown.now < opens,
    )


def minutes(questions: int) -> int:
    """About how long the form takes, rounded up to a quarter of an hour."""
    quarters = -(-int(questions * MINUTES_A_QUESTION) // MINUTES_ROUNDED_TO)
    return quarters * MINUTES_ROUNDED_TO


@post("/apply/{call:uuid}", name="begin_draft")
async def begin_draft(call: UUID, caller: Caller) -> Response[Any]:
    """A draft with what is known already filled in. The form's key is its id: pressing twice makes one."""
    caller.required(*WRITERS)
    form = await caller.form()
    association = form.get(ASSOCIATION)
    if association not in {str(one) for one in caller.associations}:
        message = caller.gettext("Choose which association you apply for.")
        return await _before(caller, call, association, Wrong(UNFINISHED, "", message, ((ASSOCIATION, message),)))
    draft = form.key
    if await caller.ask_if_there("applications", f"/drafts/{draft}") is None:
        answers = await first_answers(caller, call, UUID(association))
        body = {"call": call, "association": association, "answers": answers}
        try:
            await caller.tell("applications", "PUT", f"/drafts/{draft}", body, form=form)
        except Wrong as wrong:
            if await caller.ask_if_there("applications", f"/drafts/{draft}") is None:  # else the other press made it
                return await _before(caller, call, association, wrong)
    return caller.goes_on(f"/drafts/{draft}")


ROUTES = (before_page, begin_draft)
