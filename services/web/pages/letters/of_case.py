"""The letters of one case, for the association and for the fund's people; and a letter before it is sent."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.letters.ground import case_address, channel_of, tag_of
from services.web.site.amounts import ore_of
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.disposed import refuse_disposed
from shared.identity import Role

WRITES = (Role.OFFICER, Role.SECRETARY, Role.DECISION_MAKER)


@get("/cases/{case:uuid}/letters", name="page_letters_of_case")
async def letters_page(case: UUID, caller: Caller) -> Response[Any]:
    """Raises Disposed where what they said is gone."""
    caller.required()
    shown, told = await caller.ask_all(("web", f"/cases/{case}/letters"), ("applications", f"/cases/{case}"))
    refuse_disposed(told.json)
    letters = [
        {**letter, "tag": tag_of(letter["status"]), "channel": channel_of(caller, letter)}
        for letter in shown.json["items"]
    ]
    return caller.page("letters/of_case.html", letters=letters, case=told.json, case_address=case_address(caller, case))


@post("/cases/{case:uuid}/letters/preview", name="post_letter_preview", status_code=200)
async def preview_page(case: UUID, caller: Caller) -> Response[Any]:
    """From the very form in which the letter is written: the button opens this beside it. Fields: `kind`, `words` (or
    `letter`), `missing`, `outcome`, `granted_ore` as kronor are written, `reason`. What is no amount is none: the
    letter is then shown without money, and the form itself will say why."""
    caller.required(*WRITES)
    form = await caller.form()
    body = {
        "kind": form.get("kind") or "decision",
        "words": form.get("words") or form.get("letter"),
        "missing": form.all("missing"),
        "outcome": form.get("outcome") or None,
        "granted_ore": ore_of(form.get("granted_ore")) or 0,
        "reason": form.get("reason") or None,
    }
    try:
        shown = await caller.tell("web", "POST", f"/cases/{case}/letters/preview", body, form=form)
    except Wrong as wrong:
        return caller.page(
            "letters/no_preview.html", wrong=wrong, status=wrong.status, case_address=case_address(caller, case)
        )
    return caller.page("letters/preview.html", sheet=shown.json)


ROUTES = (letters_page, preview_page)
