"""The link of an invitation: one at a time, and only the digest of its key stays here.

Beside it, sealed, lies whom the letter went to, until somebody has answered or it is withdrawn.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from services.web.signing_in import rate_limits
from services.web.signing_in.lookup import digest_of, secret
from services.web.signing_in.people import SCOPE
from shared.office import Office
from shared.refused import Refused
from shared.words import Text

Addressee = TypeVar("Addressee", bound=msgspec.Struct)

RENEW = """
insert into invitation_link (invitation, digest, expires_at) values ($1, $2, $3)
on conflict (invitation) do update
set digest = excluded.digest, sent_at = clock_timestamp(), expires_at = excluded.expires_at
"""
GOOD = "select digest from invitation_link where invitation = $1 and expires_at > clock_timestamp()"


class NoInvitation(Refused):
    status = 404
    title = Text("Länken fungerar inte längre", "The link no longer works")

    def __init__(self) -> None:
        super().__init__(
            "Har du redan tackat ja? Logga in som vanligt. Annars är inbjudan återtagen eller för gammal: be den som "
            "bjöd in dig att skicka en ny.",
            "Have you accepted already? Sign in as usual. Otherwise the invitation was taken back or is too old: ask "
            "whoever invited you to send a new one.",
        )


async def new_key(pool: Any, invitation: UUID, expires_at: datetime) -> str:
    """What the link is opened with from now on; the one before no longer works."""
    key = secret()
    await pool.execute(RENEW, invitation, digest_of(key), expires_at)
    return key


async def need_key(pool: Any, invitation: UUID, key: str, network: bytes) -> None:
    """Raises NoInvitation, and TooMany where one network tries many."""
    await rate_limits.count(pool, ("invitation.network", network))
    digest = await pool.fetchval(GOOD, invitation)
    if digest is None or not hmac.compare_digest(digest, digest_of(key)):
        raise NoInvitation


async def forget(pool: Any, invitation: UUID) -> None:
    """The link, and whom it went to: that is nobody's business any more."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("delete from invitation_link where invitation = $1", invitation)
        await connection.execute("delete from store where owner = $1 and scope = $2", invitation, SCOPE)


async def addressee(office: Office, invitation: UUID, item: str, kind: type[Addressee]) -> Addressee:
    """Whom it went to. Raises NoInvitation."""
    content = await office.store.open(office.pool, invitation, SCOPE, item)
    if content is None:
        raise NoInvitation
    return msgspec.json.decode(content, type=kind)


async def addressees(
    office: Office, invitations: Collection[UUID], item: str, kind: type[Addressee]
) -> dict[UUID, Addressee]:
    """Whom those went to that nobody has answered yet."""
    found = await office.store.open_each(office.pool, SCOPE, [(one, item) for one in invitations])
    return {one: msgspec.json.decode(content, type=kind) for (one, _), content in found.items()}
