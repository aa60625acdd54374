"""Somebody to help with a draft: asked by letter, seen on the draft, thanked off again by whoever asked (A11)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.web.domain.helping import HELP_DAYS, LINK_DAYS
from services.web.helping import link
from services.web.letters.post import NoPost, is_open
from services.web.pages.account.ground import desk_of, is_demo, wrong_of
from services.web.pages.applying.drafts import SENT_IN, WRITERS, Draft, opened_as_own
from services.web.signing_in import people
from services.web.signing_in.desk import LetterNotSent
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form
from shared.http.lists import PAGE_MAX
from shared.refused import Refused

REFUSED = 422
ALREADY = 409
ENDED = "ended"


class Helper(msgspec.Struct, frozen=True):
    """Somebody as the association sees them: by name, or by the address they were asked at."""

    id: UUID
    named: str
    has_accepted: bool
    is_over: bool
    expires_at: datetime
    until: datetime

    @property
    def is_too_late(self) -> bool:
        """Nobody has answered, and the link does not work any more."""
        return not self.has_accepted and self.expires_at <= datetime.now(UTC)


class _Listed(msgspec.Struct, frozen=True):
    id: UUID
    status: str
    account: UUID | None
    expires_at: datetime
    until: datetime


class _Page(msgspec.Struct, frozen=True):
    items: list[_Listed]


async def helpers_of(caller: Caller, draft: UUID) -> list[Helper]:
    """Everybody who was asked to help with the draft, the first first."""
    answered = await caller.ask("web", "/helpers", draft=draft, limit=PAGE_MAX)
    listed = msgspec.json.decode(answered.body, type=_Page).items
    if not listed:
        return []
    office = caller.site.office
    contacts = await people.contacts_of(office, [one.account for one in listed if one.account])
    asked = await link.addresses(office, [one.id for one in listed if one.account is None])

    def named(one: _Listed) -> str:
        if one.account is None:
            return asked.get(one.id, "")
        contact = contacts.get(one.account, people.Contact())
        return contact.name or contact.email or caller.gettext("somebody without a name")

    return [
        Helper(one.id, named(one), one.account is not None, one.status == ENDED, one.expires_at, one.until)
        for one in listed
    ]


async def who_helped(caller: Caller, draft: UUID) -> str:
    """The names of everybody who has accepted, whether or not they still may write; empty for nobody."""
    return ", ".join(one.named for one in await helpers_of(caller, draft) if one.has_accepted)


async def end_all(caller: Caller, draft: UUID) -> None:
    for one in await helpers_of(caller, draft):
        if not one.is_over:
            await _end(caller, one.id)


async def _end(caller: Caller, helper: UUID) -> None:
    try:
        await caller.tell("web", "DELETE", f"/helpers/{helper}")
    except Wrong as wrong:
        if wrong.status != ALREADY:  # pressed twice, or over by itself
            raise


@get("/drafts/{draft:uuid}/helpers", name="page_helpers", exception_handlers=SENT_IN)
async def helpers_page(draft: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    return await _page(caller, await opened_as_own(caller, draft))


async def _page(
    caller: Caller, draft: Draft, wrong: Wrong | None = None, written: Form | None = None, shown: str | None = None
) -> Response[Any]:
    return caller.page(
        "applying/helpers.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        written=written,
        draft=draft,
        helpers=await helpers_of(caller, draft.id),
        link_days=LINK_DAYS,
        help_days=HELP_DAYS,
        shown=shown,
    )


@post("/drafts/{draft:uuid}/helpers", name="invite_my_helper", status_code=200, exception_handlers=SENT_IN)
async def invite(draft: UUID, caller: Caller) -> Response[Any]:
    """The form's key is the invitation's id: pressing twice asks once."""
    caller.required(*WRITERS)
    form = await caller.form()
    found = await opened_as_own(caller, draft)
    language = "en" if form.get("language") == "en" else "sv"
    try:
        body = {"draft": draft, "email": people.email_of(form.get("email")), "language": language}
        await caller.tell("web", "PUT", f"/helpers/{form.key}", body, form=form)
        shown = await _sent(caller, UUID(form.key))
    except LetterNotSent:
        await _end(caller, UUID(form.key))
        return await _page(caller, found, _not_sent(caller), form)
    except Refused as refused:
        return await _page(caller, found, wrong_of(caller, refused), form)
    except Wrong as wrong:
        if wrong.status not in (REFUSED, ALREADY):
            raise
        return await _page(caller, found, wrong, form)
    if shown is not None:
        return await _page(caller, found, shown=shown)
    return caller.goes_on(f"{found.path}/helpers", said=caller.gettext("The invitation is sent."))


async def _sent(caller: Caller, helper: UUID) -> str | None:
    """Sends the letter. In a demo without a mail server its text is given back, to be shown. Raises LetterNotSent."""
    desk = desk_of(caller)
    letter = await link.letter(caller.site.office, helper, desk.url, caller.site.about.operator)
    try:
        await desk.send(letter)
    except LetterNotSent as error:
        if isinstance(error.__cause__, NoPost) and is_demo(caller) and not is_open():
            return str(letter.get_content())
        raise
    return None


def _not_sent(caller: Caller) -> Wrong:
    said = caller.gettext("The letter could not be sent just now, so nobody is invited. Try again in a while.")
    return Wrong(503, "", said, (("email", said),))


@post("/drafts/{draft:uuid}/helpers/{helper:uuid}/end", name="end_my_helper", exception_handlers=SENT_IN)
async def end(draft: UUID, helper: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    found = await opened_as_own(caller, draft)
    if helper in {one.id for one in await helpers_of(caller, draft)}:
        await _end(caller, helper)
    return caller.goes_on(f"{found.path}/helpers", said=caller.gettext("They can no longer see the draft."))


ROUTES = (helpers_page, invite, end)
