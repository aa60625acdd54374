"""The auditor's questions, each with its answer and the rows behind it, and a sample of cases drawn at random."""

import asyncio
import secrets
from typing import Annotated, Any

from litestar import Response, get
from litestar.params import QueryParameter

from services.web.pages.cases.desk import as_uuid
from services.web.site.caller import Caller
from shared.identity import Role
from shared.words import LINE_MAX, Text

SEED_BYTES = 4
SAMPLE = 10
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
async def questions_page(caller: Caller, programme: Asked = "", seed: Asked = "") -> Response[Any]:
    caller.required(Role.AUDITOR)
    chosen = as_uuid(programme.strip())
    drawn = seed.strip()
    report, programmes, sample, accounts = await asyncio.gather(
        caller.ask("audit", "/report", programme=chosen),
        caller.ask("applications", "/programmes", limit=PROGRAMMES_MAX),
        _sample(caller, chosen, drawn),
        caller.ask_if_there("payouts", "/shared-accounts"),
    )
    return caller.page(
        "audit/questions.html",
        report=report.json,
        options=[(one["id"], one["title"][caller.language]) for one in programmes.json["items"]],
        figures={name: words.into(caller.language) for name, words in FIGURES.items()},
        chosen=str(chosen or ""),
        seed=drawn or secrets.token_hex(SEED_BYTES),
        sample=sample,
        accounts=accounts.json if accounts else None,
    )


async def _sample(caller: Caller, programme: object, seed: str) -> Any:
    if not seed:
        return None
    return (await caller.ask("audit", "/sample", programme=programme, seed=seed, size=SAMPLE)).json


ROUTES = (questions_page,)
