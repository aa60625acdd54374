"""What comes from the bank: its answers and its statements, handed in as files, with a clear word on the result."""

from typing import Any

from litestar import Response, get, post

from services.web.pages.money.drawing import drawn
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from shared.identity import Role

FILE_MAX_BYTES = 21 * 1024 * 1024
LOOKED_AT_BYTES = 4_096
XML = "application/xml"
KINDS = ((b"pain.002", "bank-answers"), (b"camt.05", "bank-statements"))
"""What a file of each kind says of itself near its beginning, and where it goes."""


@get("/money/bank", name="page_bank")
async def bank_page(caller: Caller) -> Response[Any]:
    caller.required(Role.FINANCE)
    return drawn(caller, "money/bank.html", taken=None)


@post("/money/bank", name="hand_in_bank_file", request_max_body_size=FILE_MAX_BYTES)
async def hand_in(caller: Caller) -> Response[Any]:
    """One place for all files: each says itself what it is."""
    caller.required(Role.FINANCE)
    form = await caller.form()
    file = form.file("file")
    try:
        if file is None:
            raise _wrong(caller.gettext("Choose the file that came from the bank."))
        content = await file.read()
        where = _where(content)
        if where is None:
            raise _wrong(
                caller.gettext("This is no answer (pain.002) and no statement (camt.053 or camt.054) from a bank.")
            )
        taken = await caller.tell("payouts", "POST", f"/{where}", raw=(content, XML), form=form)
    except Wrong as wrong:
        if wrong.status in (403, 404):
            raise
        return drawn(caller, "money/bank.html", status=wrong.status, wrong=wrong, taken=None)
    return drawn(caller, "money/bank.html", taken=taken.json, kind=where, name=file.filename)


def _where(content: bytes) -> str | None:
    beginning = content[:LOOKED_AT_BYTES]
    return next((where for mark, where in KINDS if mark in beginning), None)


def _wrong(sentence: str) -> Wrong:
    return Wrong(422, sentence, sentence, (("file", sentence),))


ROUTES = (bank_page, hand_in)
