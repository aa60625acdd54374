"""The link of an invitation: one at a time, for one address, until it is used, withdrawn or too old.

Whoever opens it shows that the address is theirs; who they are to us they choose then: an account they have, an e-ID,
or a password. The letter may be sent again; the link in it is then a new one.
"""

from __future__ import annotations

import hmac
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from uuid import UUID

import msgspec

from services.web.domain.invitation import AcceptInvitation, Invitation
from services.web.domain.invitation import Status as Stage
from services.web.signing_in import letters, people, rate_limits
from services.web.signing_in.lookup import Lookup, digest_of, secret
from services.web.signing_in.people import ITEM, SCOPE, Contact
from shared.identity import Role
from shared.office import Office
from shared.refused import Refused
from shared.words import Text

LINK = """
insert into invitation_link (invitation, digest, expires_at) values ($1, $2, $3)
on conflict (invitation) do update
set digest = excluded.digest, sent_at = clock_timestamp(), expires_at = excluded.expires_at
"""


class NoInvitation(Refused):
    status = 404
    title = Text("Länken fungerar inte längre", "The link no longer works")

    def __init__(self) -> None:
        super().__init__(
            "Inbjudan kan vara använd, återtagen eller för gammal. Be den som bjöd in dig att skicka en ny.",
            "The invitation may have been used, withdrawn or be too old. Ask whoever invited you to send a new one.",
        )


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
    key = secret()
    await office.pool.execute(LINK, invitation, digest_of(key), state.expires_at)
    return f"/invitation/{invitation}?key={key}"


async def opened(office: Office, invitation: UUID, key: str, network: bytes) -> Opened:
    """Raises NoInvitation, and TooMany where one network tries many."""
    await rate_limits.count(office.pool, ("invitation.network", network))
    row = await office.pool.fetchrow(
        "select digest from invitation_link where invitation = $1 and expires_at > clock_timestamp()", invitation
    )
    if row is None or not hmac.compare_digest(row["digest"], digest_of(key)):
        raise NoInvitation
    state, contact = await _waiting(office, invitation)
    return Opened(invitation, state.role, state.association, state.expires_at, contact, state.until)


async def accepted(office: Office, lookup: Lookup, one: Opened, account: UUID) -> None:
    """The account takes the role; the address, which they have shown to be theirs, is its own from now on.
    Raises Refused."""
    await office.act(AcceptInvitation(subject=one.id, account=account), "invitation")
    if await people.claim(office.pool, lookup, account, one.email) == account:
        await people.verified(office, lookup, account, one.email)
    async with office.pool.acquire() as connection, connection.transaction():
        await forget(connection, one.id)


async def forget(connection: Any, invitation: UUID) -> None:
    """Whom it went to is nobody's business any more."""
    await connection.execute("delete from invitation_link where invitation = $1", invitation)
    await connection.execute("delete from store where owner = $1 and scope = $2", invitation, SCOPE)


async def addresses(office: Office, invitations: list[UUID]) -> dict[UUID, str]:
    """Whom invitations that nobody has answered yet went to."""
    found = await office.store.open_each(office.pool, SCOPE, [(one, ITEM) for one in invitations])
    return {one: msgspec.json.decode(content, type=Contact).email or "" for (one, _), content in found.items()}


async def _waiting(office: Office, invitation: UUID) -> tuple[Invitation, Contact]:
    state = await office.book.read(office.pool, invitation)
    if not isinstance(state, Invitation) or state.status is not Stage.WAITING:
        raise NoInvitation
    content = await office.store.open(office.pool, invitation, SCOPE, ITEM)
    if content is None:
        raise NoInvitation
    return state, msgspec.json.decode(content, type=Contact)
