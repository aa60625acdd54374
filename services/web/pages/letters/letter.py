"""One letter as it was sent, how far it has come, its paper, and what is done with it by hand."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.letters.ground import case_address, channel_of, reason_of, tag_of
from services.web.site.caller import Caller
from services.web.site.sessions import is_staff


@get("/letters/{letter:uuid}", name="page_letter")
async def letter_page(letter: UUID, caller: Caller) -> Response[Any]:
    caller.required()
    shown = await caller.ask("web", f"/letters/{letter}")
    told = shown.json
    return caller.page(
        "letters/letter.html",
        letter=told,
        sheet=told["sheet"],
        tag=tag_of(told["status"]),
        reason=reason_of(caller, told),
        channel=channel_of(caller, told),
        may=shown.may,
        version=shown.version,
        is_staff=is_staff(caller.actor),
        case_address=case_address(caller, told["case"]),
    )


@get("/letters/{letter:uuid}/pdf", name="page_letter_pdf")
async def letter_pdf(letter: UUID, caller: Caller) -> Response[bytes]:
    caller.required()
    return caller.file(await caller.ask("web", f"/letters/{letter}/pdf"))


@post("/letters/{letter:uuid}/printed", name="post_letter_printed")
async def letter_printed(letter: UUID, caller: Caller) -> Response[Any]:
    return await _told(caller, letter, "printed", caller.gettext("The letter is marked as printed and posted."))


@post("/letters/{letter:uuid}/queue", name="post_letter_queue")
async def letter_queued(letter: UUID, caller: Caller) -> Response[Any]:
    return await _told(caller, letter, "queue", caller.gettext("The letter is in the print queue."))


async def _told(caller: Caller, letter: UUID, what: str, said: str) -> Response[Any]:
    """Goes on to where the form was: the letter, or the print queue."""
    caller.required()
    form = await caller.form()
    await caller.tell("web", "POST", f"/letters/{letter}/{what}", {}, form=form)
    back = "/letters?status=to_print" if form.get("back") == "queue" else f"/letters/{letter}"
    return caller.goes_on(back, said)


ROUTES = (letter_page, letter_pdf, letter_printed, letter_queued)
