"""What is kept how long, programme by programme; and the closed cases of one that may go, with a proposal's form."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import QueryParameter

from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form
from shared.http.lists import CURSOR_MAX
from shared.identity import Role
from shared.refused import Unknown
from shared.words import Text

READERS = (Role.ARCHIVIST, Role.DECISION_MAKER, Role.AUDITOR)
ROWS = 50
CAN_BE_PUT_RIGHT = frozenset({409, 422})

PAPERS = {
    "granted": Text("Beviljade ärenden", "Granted cases"),
    "not_granted": Text("Ärenden utan bidrag", "Cases without a grant"),
    "accounting": Text("Underlag för utbetalningar", "What payments rest on"),
}

After = Annotated[str | None, QueryParameter(name="after", max_length=CURSOR_MAX, required=False)]


def papers(caller: Caller) -> dict[str, str]:
    return {key: caller.say(text) for key, text in PAPERS.items()}


@get("/archive", name="page_archive")
async def archive_page(caller: Caller, after: After = None) -> Response[Any]:
    """Every programme's schedule, how much is due, and the disposals there are."""
    caller.required(*READERS)
    retention, disposals = await asyncio.gather(
        caller.ask("applications", "/retention"),
        caller.ask("applications", "/disposals", after=after, limit=ROWS),
    )
    return caller.page(
        "archiving/archive.html",
        programmes=retention.json,
        papers=papers(caller),
        disposals=disposals.json["items"],
        next_page=disposals.json["next"],
    )


@get("/archive/programmes/{programme:uuid}", name="page_due_cases")
async def due_page(programme: UUID, caller: Caller, after: After = None) -> Response[Any]:
    caller.required(*READERS)
    return await _due(caller, programme, after)


async def _due(
    caller: Caller, programme: UUID, after: str | None, wrong: Wrong | None = None, form: Form | None = None
) -> Response[Any]:
    retention, due = await asyncio.gather(
        caller.ask("applications", "/retention"),
        caller.ask("applications", f"/programmes/{programme}/due-cases", after=after, limit=ROWS),
    )
    found = next((one for one in retention.json if one["programme"] == str(programme)), None)
    if found is None:
        raise Unknown
    return caller.page(
        "archiving/due.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        programme=found,
        papers=papers(caller),
        cases=due.json["items"],
        next_page=due.json["next"],
        proposes=caller.holds(Role.ARCHIVIST),
        chosen=frozenset(form.all("case")) if form else frozenset(),
        reason=form.get("reason") if form else "",
        clear=form is not None and form.get("clear") == "yes",
    )


@post("/archive/programmes/{programme:uuid}", name="post_disposal")
async def propose(programme: UUID, caller: Caller) -> Response[Any]:
    """The form's own key is the disposal's id: sent twice, it is one proposal."""
    caller.required(Role.ARCHIVIST)
    form = await caller.form()
    if (wrong := _lacks(caller, form)) is not None:
        return await _due(caller, programme, None, wrong, form)
    body = {
        "programme": str(programme),
        "cases": form.all("case"),
        "reason": form.get("reason"),
        "clear": form.get("clear") == "yes",
    }
    try:
        await caller.tell("applications", "PUT", f"/disposals/{form.key}", body, form=form)
    except Wrong as refused:
        if refused.status not in CAN_BE_PUT_RIGHT:
            raise
        return await _due(caller, programme, None, refused, form)
    said = caller.gettext("The disposal is proposed. Another person decides it.")
    return caller.goes_on(f"/archive/disposals/{form.key}", said)


def _lacks(caller: Caller, form: Form) -> Wrong | None:
    errors = []
    if not form.all("case"):
        errors.append(("case", caller.gettext("Choose at least one case.")))
    if not form.get("reason").strip():
        errors.append(("reason", caller.gettext("Write why, and by which decision on the records schedule.")))
    return Wrong(422, errors[0][1], errors[0][1], tuple(errors)) if errors else None


ROUTES = (archive_page, due_page, propose)
