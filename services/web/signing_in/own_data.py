"""What is held about somebody here: all of it, for them to read and to take away."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec

from services.web.domain.account import Account
from services.web.signing_in.people import Contact, contact_of
from services.web.tokens import MadeToken, Tokens
from shared.identity import Post
from shared.office import Office

SESSIONS = "select level, signed_in_at, seen_at from session where account = $1 and expires_at > clock_timestamp()"
IDENTITIES = "select provider, at, used_at from identity where account = $1 order by at"
PASSKEYS = "select encode(credential, 'hex') as credential, made_at, used_at from passkey where account = $1 order by 2"

Row = TypeVar("Row", bound=msgspec.Struct)


class HeldSession(msgspec.Struct, frozen=True):
    level: str
    signed_in_at: datetime
    seen_at: datetime


class HeldIdentity(msgspec.Struct, frozen=True):
    """That somebody signed in with this provider: only a digest of who they are to it."""

    provider: str
    at: datetime
    used_at: datetime


class HeldPasskey(msgspec.Struct, frozen=True):
    credential: str
    made_at: datetime
    used_at: datetime | None


class OwnData(msgspec.Struct, frozen=True, kw_only=True):
    account: UUID
    contact: Contact
    roles: tuple[Post, ...]
    proposed_roles: tuple[Post, ...]
    sessions: tuple[HeldSession, ...]
    identities: tuple[HeldIdentity, ...]
    passkeys: tuple[HeldPasskey, ...]
    password_set_at: datetime | None
    tokens: tuple[MadeToken, ...]


async def own_data(office: Office, tokens: Tokens, account: UUID) -> OwnData:
    state = await office.book.read(office.pool, account)
    roles, proposals = (state.posts, state.proposals) if isinstance(state, Account) else ((), ())
    return OwnData(
        account=account,
        contact=await contact_of(office, account),
        roles=roles,
        proposed_roles=tuple(one.post for one in proposals),
        sessions=await _all(office, SESSIONS, account, HeldSession),
        identities=await _all(office, IDENTITIES, account, HeldIdentity),
        passkeys=await _all(office, PASSKEYS, account, HeldPasskey),
        password_set_at=await office.pool.fetchval("select set_at from password where account = $1", account),
        tokens=tuple(await tokens.of(account)),
    )


async def _all(office: Office, sql: str, account: UUID, shape: type[Row]) -> tuple[Row, ...]:
    return tuple(msgspec.convert(dict(row), shape) for row in await office.pool.fetch(sql, account))
