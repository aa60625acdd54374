"""Signing: the exact text is shown, its reader shows anew who they are, and the two are kept together for good.

A page begins it and sends its reader to `/sign/<id>`; back at the page, `finish` makes the signature, once, for that
text and no other. The event holds digests; text and evidence are in the store.
"""

from __future__ import annotations

import hashlib
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from services.web.domain.signature import Signature, SignText
from services.web.signing_in.id_token import Identity
from services.web.site.sessions import Level
from shared import store
from shared.office import Office
from shared.refused import Refused, Unknown
from shared.uuid7 import uuid7
from shared.words import Text

SCOPE = "signature"
TEXT, EVIDENCE = "text", "evidence"
TEXT_MAX = 200_000
LIFE_S = 60 * 60
SHOWN_FOR_S = 15 * 60
"""How long after showing anew who they are a person has to come back to where they signed."""

SIGNS = frozenset({Level.LOCAL, Level.EID, Level.DEMO})
"""Ways of signing in that are sure enough to sign with."""

Way = Literal["password", "passkey", "eid", "practice"]

FORGET = """
with gone as (delete from signing where expires_at < clock_timestamp() returning id)
delete from store using gone
where store.owner = gone.id and store.scope = 'signature'
    and not exists (select from journal where subject_id = gone.id)
"""

SHOWN = """
update signing set shown_anew_at = clock_timestamp(), level = $2
where id = $1 and not exists (select from journal where subject_id = $1)
"""


class NotSurelyEnough(Refused):
    """Signed in with an e-mail code: enough to write, not to sign."""

    status = 403
    title = Text("Det behövs en säkrare inloggning", "It takes a surer sign-in")

    def __init__(self) -> None:
        super().__init__(
            "Med en kod till e-posten kan du skriva men inte skriva under. "
            "Logga in med e-legitimation för att skriva under.",
            "With a code to your e-mail you can write but not sign. Sign in with an e-ID to sign.",
        )


class NotSigned(Refused):
    """Nobody has shown anew who they are for this text, or it was too long ago, or the text is another now."""

    status = 409
    title = Text("Inte underskrivet", "Not signed")

    def __init__(self) -> None:
        super().__init__(
            "Texten är inte underskriven. Den kan ha ändrats, eller så gick det för lång tid. "
            "Läs den och skriv under igen.",
            "The text has not been signed. It may have changed, or too much time has passed. Read it and sign again.",
        )


class Evidence(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How they showed it. `text_sha256` is of the text itself, for whoever holds it beside the signature."""

    way: Way
    level: Level
    at: str
    text_sha256: str
    practice: bool = False
    provider: str | None = None
    issuer: str | None = None
    acr: str | None = None
    auth_time: int | None = None
    id_token_sha256: str | None = None


class Begun(msgspec.Struct, frozen=True):
    """A text on its way to being signed."""

    id: UUID
    account: UUID
    returns_to: str
    text: str
    is_signed: bool = False

    @property
    def back(self) -> str:
        glue = "&" if urlsplit(self.returns_to).query else "?"
        return f"{self.returns_to}{glue}signature={self.id}"


async def begin(
    office: Office, account: UUID, level: Level, text: str, returns_to: str, case: UUID | None = None
) -> UUID:
    """Keeps what is shown, and the case that it goes with one day. Raises NotSurelyEnough."""
    if level not in SIGNS:
        raise NotSurelyEnough
    if len(text) > TEXT_MAX:
        raise ValueError("nobody reads and signs a text as long as that")
    signing = uuid7()
    sealed = await office.store.seal(signing, SCOPE, {TEXT: text.encode()})
    async with office.pool.acquire() as connection, connection.transaction():
        await connection.execute(FORGET)
        await store.write(connection, sealed)
        await connection.execute(
            "insert into signing (id, account, returns_to, expires_at)"
            " values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))",
            signing,
            account,
            returns_to,
            LIFE_S,
        )
        if case is not None:
            await connection.execute("insert into signature_of (signature, case_id) values ($1, $2)", signing, case)
    return signing


async def begun(office: Office, account: UUID, signing: UUID) -> Begun:
    """What this person is about to sign, or has just signed. Raises Unknown."""
    row = await office.pool.fetchrow(
        "select returns_to from signing where id = $1 and account = $2 and expires_at > clock_timestamp()",
        signing,
        account,
    )
    text = await office.store.open(office.pool, signing, SCOPE, TEXT) if row else None
    if row is None or text is None:
        raise Unknown
    is_signed = isinstance(await office.book.read(office.pool, signing), Signature)
    return Begun(signing, account, row["returns_to"], text.decode(), is_signed)


async def shown_anew(office: Office, one: Begun, way: Way, level: Level, identity: Identity | None = None) -> None:
    """The person has shown who they are, for this text. What a signature stands on already stays as it is."""
    at = await office.pool.fetchval("select clock_timestamp()")
    evidence = Evidence(
        way=way,
        level=level,
        at=at.isoformat(),
        text_sha256=hashlib.sha256(one.text.encode()).hexdigest(),
        practice=way == "practice",
        provider=identity.provider if identity else None,
        issuer=identity.issuer if identity else None,
        acr=identity.acr if identity else None,
        auth_time=identity.auth_time if identity else None,
        id_token_sha256=identity.token if identity else None,
    )
    sealed = await office.store.seal(one.id, SCOPE, {EVIDENCE: msgspec.json.encode(evidence)})
    async with office.pool.acquire() as connection, connection.transaction():
        done = await connection.execute(SHOWN, one.id, str(level))
        if done.endswith(" 1"):
            await store.write(connection, sealed, replacing=True)


async def finish(office: Office, account: UUID, signing: UUID, text: str) -> UUID:
    """The signature of this person under exactly this text; again and again the same one. Raises NotSigned, Unknown."""
    shown = await office.store.open(office.pool, signing, SCOPE, TEXT)
    if shown is None:
        raise Unknown
    state = await office.book.read(office.pool, signing)
    if isinstance(state, Signature):
        if state.signed_by != account:
            raise Unknown
        if shown != text.encode():
            raise NotSigned
        return signing
    level = await office.pool.fetchval(
        "select level from signing where id = $1 and account = $2 and expires_at > clock_timestamp()"
        " and shown_anew_at > clock_timestamp() - make_interval(secs => $3)",
        signing,
        account,
        SHOWN_FOR_S,
    )
    if level is None or shown != text.encode():
        raise NotSigned
    digests = dict(
        await office.pool.fetch("select item, digest from store where owner = $1 and scope = $2", signing, SCOPE)
    )
    await office.act(
        SignText(subject=signing, signed_by=account, text=digests[TEXT], evidence=digests[EVIDENCE], level=level),
        "signing",
    )
    return signing
