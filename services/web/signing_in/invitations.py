"""An invitation by letter: for one address, until it is used, withdrawn or too old.

Whoever opens it shows that the address is theirs; who they are to us they choose then: an account they have, an e-ID,
or a password. The letter may be sent again; the link in it is then a new one.
"""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from uuid import UUID

import msgspec

from services.web.domain.invitation import AcceptInvitation, Invitation
from services.web.domain.invitation import Status as Stage
from services.web.signing_in import letters, links, people, rate_limits
from services.web.signing_in.links import NoInvitation
from services.web.signing_in.lookup import Lookup
from services.web.signing_in.people import ITEM, Contact
from shared.identity import Role
from shared.office import Office
from shared.words import Text


class Opened(msgspec.Struct, frozen=True):
    """An invitation as whoever holds its link sees it."""

    id: UUID
    role: Role
    association: UUID | None
    expires_at: datetime
    contact: Contact
    until: datetime | None = None

    @property
    def email(self) -> str:
        return self.contact.email or ""


async def letter(office: Office, invitation: UUID, url: str, fund: str, role: Text) -> EmailMessage:
    """The letter with a new link; the one before no longer works. Raises NoInvitation, TooMany."""
    state, contact = await _waiting(office, invitation)
    await rate_limits.count(office.pool, ("invitation.sent", state.invited_by.bytes))
    address, language = f"{url}{await link(office, invitation)}", contact.language
    return letters.invitation(contact.email or "", role.into(language), fund, address, state.expires_at, language)


async def link(office: Office, invitation: UUID) -> str:
    """The path of a new link; the one before no longer works. Raises NoInvitation."""
    state, _ = await _waiting(office, invitation)
    return f"/invitation/{invitation}?key={await links.new_key(office.pool, invitation, state.expires_at)}"


async def opened(office: Office, invitation: UUID, key: str, network: bytes) -> Opened:
    """Raises NoInvitation, and TooMany where one network tries many."""
    await links.need_key(office.pool, invitation, key, network)
    state, contact = await _waiting(office, invitation)
    return Opened(invitation, state.role, state.association, state.expires_at, contact, state.until)


async def accepted(office: Office, lookup: Lookup, one: Opened, account: UUID) -> None:
    """The account takes the role; the address, which they have shown to be theirs, is its own from now on.
    Raises Refused."""
    await office.act(AcceptInvitation(subject=one.id, account=account), "invitation")
    if await people.claim(office.pool, lookup, account, one.email) == account:
        await people.verified(office, lookup, account, one.email)
    await links.forget(office.pool, one.id)


async def addresses(office: Office, invitations: list[UUID]) -> dict[UUID, str]:
    """Whom invitations that nobody has answered yet went to."""
    found = await links.addressees(office, invitations, ITEM, Contact)
    return {one: contact.email or "" for one, contact in found.items()}


async def _waiting(office: Office, invitation: UUID) -> tuple[Invitation, Contact]:
    state = await office.book.read(office.pool, invitation)
    if not isinstance(state, Invitation) or state.status is not Stage.WAITING:
        raise NoInvitation
    return state, await links.addressee(office, invitation, ITEM, Contact)
