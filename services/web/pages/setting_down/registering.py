"""Registering what was written down: the paper that is signed by hand goes with it, and how many have signed it; or the
association's signatory signs here, as any draft of theirs."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.applying.drafts import SENT_IN, Draft, File
from services.web.pages.applying.papers import BODY_MAX_BYTES, accept, hand_in, take_away
from services.web.pages.cases.desk import drawn
from services.web.pages.cases.words import SET_DOWN_FROM, said
from services.web.pages.setting_down.beginning import PUT_RIGHT, opened_here
from services.web.signing_in import people
from services.web.signing_in.signatories import signatories_of
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form, whole
from shared.catalogue.applications import SIGNED_PAPER, SIGNED_PAPER_ACCEPTS

REFUSED = 422
REGISTER = "register"
SIGNED, COMPARED = "signed_on_paper", "compared"


@get("/drafts/{draft:uuid}/register", name="page_register_on_behalf", exception_handlers=SENT_IN)
async def register_page(draft: UUID, caller: Caller) -> Response[Any]:
    found = await opened_here(caller, draft)
    return await _page(caller, found) if found.is_ready else caller.goes_on(f"{found.path}/check")


async def _page(caller: Caller, draft: Draft, wrong: Wrong | None = None, form: Form | None = None) -> Response[Any]:
    accounts = await signatories_of(caller.site.office, draft.saved.association)
    contacts = await people.contacts_of(caller.site.office, accounts)
    return drawn(
        caller,
        "setting_down/register.html",
        status=REFUSED if wrong else 200,
        wrong=wrong,
        draft=draft,
        paper=SIGNED_PAPER,
        accepts=accept(SIGNED_PAPER_ACCEPTS),
        kept=_signed_papers(draft),
        signed=form.get(SIGNED) if form else "",
        compared=bool(form and form.get(COMPARED)),
        signatories=[one.name or one.email for one in contacts.values() if one.name or one.email],
        set_down_from=said(SET_DOWN_FROM, caller.language),
    )


def _signed_papers(draft: Draft) -> list[File]:
    return [file for file in draft.saved.attachments if file.key == SIGNED_PAPER]


@post(
    "/drafts/{draft:uuid}/register",
    name="register_on_behalf_of",
    request_max_body_size=BODY_MAX_BYTES,
    exception_handlers=SENT_IN,
)
async def register(draft: UUID, caller: Caller) -> Response[Any]:
    """Takes what was chosen, and registers where that button was pressed. Pressed twice, it is one."""
    found, form = await opened_here(caller, draft), await caller.form()
    path = f"/drafts/{draft}/attachments"
    await take_away(caller, path, form, _signed_papers(found))
    told = await hand_in(caller, path, form, (SIGNED_PAPER,))
    errors = [(key, one.detail) for key, one in told if isinstance(one, Wrong)]
    found = await opened_here(caller, draft)
    errors += _missing(caller, found, form) if form.get("go") == REGISTER else []
    if errors or form.get("go") != REGISTER:
        return await _page(caller, found, Wrong(REFUSED, "", "", tuple(errors)) if errors else None, form)
    body = {SIGNED: whole(form.get(SIGNED))}
    try:
        await caller.tell("applications", "POST", f"/drafts/{draft}/registration", body, form=form)
    except Wrong as wrong:
        if wrong.status not in PUT_RIGHT:
            raise
        errors = list(wrong.errors) or [(COMPARED, wrong.detail)]
        return await _page(caller, await opened_here(caller, draft), Wrong(wrong.status, "", "", tuple(errors)), form)
    return caller.goes_on(f"/cases/{draft}", said=caller.gettext("The application is registered."))


def _missing(caller: Caller, draft: Draft, form: Form) -> list[tuple[str, str]]:
    wrong = []
    if not _signed_papers(draft):
        wrong.append((SIGNED_PAPER, caller.gettext("Add a picture or a copy of the paper that was signed.")))
    if not whole(form.get(SIGNED)):
        wrong.append((SIGNED, caller.gettext("Write how many signatures the paper has.")))
    if not form.get(COMPARED):
        wrong.append((COMPARED, caller.gettext("Compare with the paper, and tick that it says the same.")))
    return wrong


ROUTES = (register_page, register)
