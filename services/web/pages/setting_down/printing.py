"""What was written down, to print: read back to whoever told it, and signed by hand."""

from typing import Any
from uuid import UUID

from litestar import Response, get

from services.web.pages.applying.drafts import DRAFTERS, SENT_IN, opened
from services.web.pages.applying.signing import parts_of
from services.web.pages.cases.words import SET_DOWN_FROM, said
from services.web.site.caller import Caller


@get("/drafts/{draft:uuid}/print", name="page_print_draft", exception_handlers=SENT_IN)
async def print_page(draft: UUID, caller: Caller) -> Response[Any]:
    """The form as it is filled in now, with lines to sign on. Whoever comes to the draft may print it."""
    caller.required(*DRAFTERS)
    found = await opened(caller, draft)
    return caller.page(
        "setting_down/print.html",
        draft=found,
        parts=parts_of(caller, found),
        signatures=found.saved.signatures,
        set_down_from=said(SET_DOWN_FROM, caller.language),
    )


ROUTES = (print_page,)
