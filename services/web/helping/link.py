"""The link of a letter to a support person: good once, for whoever reads letters to that address.

Opening it shows that the address is theirs, which is as much as a code by e-mail shows: enough to write, never to sign.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

import msgspec

from services.web.domain.account import Account
from services.web.domain.helping import AcceptHelp, Help, Status
from services.web.signing_in import letters, links, rate_limits
from services.web.signing_in.links import NoInvitation
from shared.docket import Ticket
from shared.envelope import Because
from shared.office import Office
from shared.refused import Refused, Unknown
from shared.words import Language, Text

ITEM = "invited"
ACCEPT = "accept_help"


class HelpIsOver(Refused):
    """Told only to whoever helped; for all others there is no such draft."""

    status = 404
    title = Text("Du hjälper inte till längre", "You no longer help")

    def __init__(self) -> None:
        super().__init__(
            "Ansökan kan vara inskickad, eller så tog föreningen tillbaka inbjudan. Det du skrev är kvar hos dem.",
            "The application may have been sent in, or the association has taken the invitation back. What you wrote "
            "is still with them.",
        )


class Invitee(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the letter goes to, and what it says that the help is with."""

    email: str
    language: Language
    association: str
    call: Text


class Opened(msgspec.Struct, frozen=True):
    """An invitation as whoever holds its link sees it."""

    id: UUID
    draft: UUID
    expires_at: datetime
    until: datetime
    invitee: Invitee


async def letter(office: Office, help_: UUID, url: str, fund: str) -> EmailMessage:
    """The letter with a new link; the one before no longer works. Raises NoInvitation, TooMany."""
    state, invitee = await _waiting(office, help_)
    await rate_limits.count(office.pool, ("invitation.sent", state.invited_by.bytes))
    key = await links.new_key(office.pool, help_, state.expires_at)
    return letters.asks_for_help(
        invitee.email,
        f"{url}/help-with/{help_}?key={key}",
        {"association": invitee.association, "call": invitee.call.into(invitee.language), "fund": fund},
        (state.expires_at, state.until),
        invitee.language,
    )


async def opened(office: Office, help_: UUID, key: str, network: bytes) -> Opened:
    """Raises NoInvitation, and TooMany where one network tries many."""
    await links.need_key(office.pool, help_, key, network)
    state, invitee = await _waiting(office, help_)
    return Opened(help_, state.draft, state.expires_at, state.until, invitee)


async def accepted(office: Office, one: Opened, account: UUID) -> None:
    """The account helps from now on, and the link is used up. Raises Refused."""
    state = await office.book.read(office.pool, account)
    if not isinstance(state, Account):
        raise Unknown
    await office.desk.do(
        Ticket(
            operation=ACCEPT,
            command=AcceptHelp(subject=one.id, account=account),
            actor=state.actor,
            because=Because(correlation="help"),
            started=time.monotonic(),
        )
    )
    await links.forget(office.pool, one.id)


async def has_helped(office: Office, account: UUID, draft: UUID) -> bool:
    """Whether it is, or was, their help: so that they are told why the draft is gone for them."""
    return bool(
        await office.pool.fetchval("select exists (select from help where draft = $1 and account = $2)", draft, account)
    )


async def addresses(office: Office, helps: Collection[UUID]) -> dict[UUID, str]:
    """Whom invitations that nobody has answered yet went to."""
    found = await links.addressees(office, helps, ITEM, Invitee)
    return {one: invitee.email for one, invitee in found.items()}


async def _waiting(office: Office, help_: UUID) -> tuple[Help, Invitee]:
    state = await office.book.read(office.pool, help_)
    if not isinstance(state, Help) or state.status is not Status.INVITED:
        raise NoInvitation
    return state, await links.addressee(office, help_, ITEM, Invitee)
