"""Two who sign together, as a draft's pages tell of it: who has signed, who is waited for, and a letter to them."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, post

from services.web.pages.account.ground import desk_of
from services.web.pages.account.sign import may_sign
from services.web.pages.applying.drafts import SENT_IN, WRITERS, Draft, opened_as_own
from services.web.signing_in import letters, people
from services.web.signing_in.desk import LetterNotSent
from services.web.signing_in.rate_limits import TooMany, count
from services.web.signing_in.signatories import signatories_of
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from shared.words import Text

LETTERS = "signing.letter"
OVER = frozenset({404, 409})
"""What applications answers where the signature is taken back already, or the second came first."""


class Together(msgspec.Struct, frozen=True, kw_only=True):
    """`first` is the name of who has signed, empty while nobody has or where whoever looks only helps. `others` are the
    names of those who may sign beside them; `may_sign` says whether it is the reader's turn, and `first_left` that who
    signed may no longer sign for the association."""

    is_waiting: bool
    at: datetime | None
    first: str = ""
    is_mine: bool = False
    others: list[str] = []
    may_sign: bool = False
    may_take_back: bool = False
    first_left: bool = False


async def together_of(caller: Caller, draft: Draft) -> Together | None:
    """None where one signature is enough."""
    if not draft.takes_two:
        return None
    saved = draft.saved
    signs = may_sign(caller, saved.association)
    is_mine = saved.signed_by == caller.account
    if draft.is_helped or draft.is_set_down_here:
        return Together(is_waiting=draft.is_signed_once, at=saved.signed_at)
    first = [saved.signed_by] if saved.signed_by else []
    accounts = await signatories_of(caller.site.office, saved.association, first)
    waited_for = [one for one in accounts if one != (saved.signed_by or caller.account)]
    contacts = await people.contacts_of(caller.site.office, [*waited_for, *first])

    def named(account: UUID) -> str:
        contact = contacts.get(account, people.Contact())
        return contact.name or contact.email or caller.gettext("somebody without a name")

    left = bool(first) and saved.signed_by not in accounts
    return Together(
        is_waiting=draft.is_signed_once,
        first=named(first[0]) if first else "",
        at=saved.signed_at,
        is_mine=is_mine,
        others=[named(one) for one in waited_for],
        may_sign=signs and not is_mine and not left,
        may_take_back=signs and draft.is_signed_once,
        first_left=left,
    )


async def ask_the_others(caller: Caller, draft: Draft) -> bool:
    """A letter to everybody who may give the second signature. Whether all of them could be sent."""
    accounts = await signatories_of(caller.site.office, draft.saved.association)
    contacts = await people.contacts_of(caller.site.office, accounts)
    mine = contacts.pop(caller.account, people.Contact())
    addresses = [one for one in contacts.values() if one.email]
    if not addresses:
        return False
    try:
        await count(caller.site.office.pool, (LETTERS, draft.id.bytes))
    except TooMany:
        return False
    return all([await _asked(caller, draft, mine, contact) for contact in addresses])


async def _asked(caller: Caller, draft: Draft, by: people.Contact, to: people.Contact) -> bool:
    """One address that takes no letters keeps nobody else from being asked."""
    try:
        await desk_of(caller).send(_letter(caller, draft, by, to))
    except LetterNotSent:
        return False
    return True


def _letter(caller: Caller, draft: Draft, by: people.Contact, to: people.Contact) -> EmailMessage:
    somebody = Text("En av er", "One of you")
    return letters.asks_to_sign(
        to.email or "",
        f"{desk_of(caller).url}{draft.path}",
        {
            "association": draft.association_name,
            "call": draft.call.rules.title.into(to.language),
            "fund": caller.site.about.operator,
            "signed_by": by.name or somebody.into(to.language),
        },
        None if draft.set_down else draft.last_day,
        to.language,
    )


@post("/drafts/{draft:uuid}/take-back", name="take_back_my_signature", exception_handlers=SENT_IN)
async def take_back(draft: UUID, caller: Caller) -> Response[Any]:
    """One's own signature or the other's: then the draft can be changed again."""
    caller.required(*WRITERS)
    found = await opened_as_own(caller, draft)
    try:
        await caller.tell("applications", "DELETE", f"/drafts/{draft}/signature", form=await caller.form())
    except Wrong as wrong:
        if wrong.status not in OVER:
            raise
        return caller.goes_on(found.path)
    return caller.goes_on(
        found.path, said=caller.gettext("The signature is taken back. Now the application can be changed again.")
    )


ROUTES = (take_back,)
