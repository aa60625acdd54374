"""The auditor's questions, each with its answer and the rows behind it, and samples of cases drawn at random."""

import asyncio
from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import QueryParameter

from services.web.pages.audit.answers import REPORT, SHARED_ACCOUNTS, together
from services.web.pages.audit.samples import SIZE, draw, new_seed, on_record
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import as_uuid
from shared.identity import Role
from shared.words import LINE_MAX, Text

PROGRAMMES_MAX = 100

FIGURES = {
    "ceiling_ore": Text("Utlysningarnas budget", "The calls' budget"),
    "granted_ore": Text("Beviljat", "Granted"),
    "paid_ore": Text("Utbetalt", "Paid"),
    "unspent_ore": Text("Inte använt", "Not spent"),
    "returned_ore": Text("Återbetalt", "Paid back"),
    "given_ore": Text("Fonden har fått", "Given to the fund"),
    "used_ore": Text("Använt", "Used"),
    "unused_ore": Text("Inte använt än", "Not used yet"),
}
Asked = Annotated[str, QueryParameter(max_length=LINE_MAX, required=False)]


@get("/audit/questions", name="page_questions")
async def questions_page(caller: Caller, programme: Asked = "") -> Response[Any]:
    caller.required(Role.AUDITOR)
    return await _show(caller, programme)


async def _show(caller: Caller, programme: str, wrong: Wrong | None = None) -> Response[Any]:
    chosen = as_uuid(programme.strip())
    report, programmes, samples, accounts = await asyncio.gather(
        caller.ask("audit", REPORT, programme=chosen),
        caller.ask("applications", "/programmes", limit=PROGRAMMES_MAX),
        on_record(caller),
        caller.ask_if_there("payouts", SHARED_ACCOUNTS),
    )
    form = await caller.form() if wrong else None
    return caller.page(
        "audit/questions.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        report=together(report.json, accounts.json if accounts else None),
        options=[(one["id"], one["title"][caller.language]) for one in programmes.json["items"]],
        figures={name: words.into(caller.language) for name, words in FIGURES.items()},
        chosen=str(chosen or ""),
        seed=form.get("seed") if form else new_seed(),
        size=form.get("size") if form else str(SIZE),
        samples=samples,
    )


@post("/audit/samples", name="post_sample")
async def draw_sample(caller: Caller) -> Response[Any]:
    caller.required(Role.AUDITOR)
    try:
        sample = await draw(caller)
    except Wrong as wrong:
        if not wrong.errors:
            raise
        return await _show(caller, (await caller.form()).get("programme"), wrong)
    return caller.goes_on(f"/audit/samples/{sample}", caller.gettext("The sample is drawn, and on record."))


ROUTES = (questions_page, draw_sample)
