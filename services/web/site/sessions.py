"""Sessions of our own: opaque, kept only as a digest, with a new id at every sign-in and whenever roles change.

Whoever applies is never thrown out while they write: their session lives for thirty days. Staff are signed out after
half an hour of rest, and ten hours after they signed in; what they wrote is in their form, and comes back with them.
Only what a person does is no rest: a page that fetches itself anew says so (`by_itself`), and prolongs nothing.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from services.web.domain.account import Account
from shared.identity import Actor, Role
from shared.office import Office

ID_BYTES = 32
ID_MAX = 128
OLD_ID_LIVES_S = 15
"""What is under way when the id is changed carries the old one; so does a second click on the button that signs."""
SEEN_EVERY_S = 60
APPLICANT_LIFE_S = 30 * 86_400
STAFF_LIFE_S = 30 * 60
"""Without a person doing anything."""
STAFF_LONGEST_S = 10 * 60 * 60
"""From the sign-in on, whatever they do."""
APPLICANTS = frozenset({Role.APPLICANT, Role.SIGNATORY, Role.HELPER})
WITH_EMAIL_ONLY = frozenset({Role.APPLICANT, Role.HELPER})
"""Whoever signed in with a code to their e-mail may draft, never sign, and never acts as the fund's staff."""

INSERT = """
insert into session (digest, account, account_version, level, signed_in_at, expires_at)
select $1, $2, $3, $4, began.at, least(
    clock_timestamp() + make_interval(secs => $6), began.at + make_interval(secs => $7), $8::timestamptz
)
from (select coalesce($5, clock_timestamp()) as at) as began
"""
REPLACED = """
with others as (delete from session where digest = $1 and account <> $2)
update session set seen_at = clock_timestamp(),
    expires_at = least(expires_at, clock_timestamp() + make_interval(secs => $3))
where digest = $1 and account = $2
"""
"""Seen just now: no request that found it before, and is still under way, prolongs what is to die (`PROLONG`)."""
PROLONG = """
update session set seen_at = clock_timestamp(), expires_at = least(
    clock_timestamp() + make_interval(secs => $2), signed_in_at + make_interval(secs => $3)
)
where digest = $1 and seen_at < clock_timestamp() - make_interval(secs => $4) and expires_at > clock_timestamp()
"""
"""A length that is null is no limit: `least` leaves it out."""
END = """
with this as (delete from session where digest = $1 returning account)
delete from session using this
where session.account = this.account and session.expires_at < clock_timestamp() + make_interval(secs => $2)
"""


class Level(StrEnum):
    """How surely we know who it is. Signing takes `LOCAL` or `EID`, and in a demo `DEMO`."""

    DEMO = "demo"
    EMAIL = "email"
    LOCAL = "local"
    EID = "eid"


class Session(msgspec.Struct, frozen=True):
    digest: bytes
    account: UUID
    account_version: int
    level: Level
    signed_in_at: datetime
    expires_at: datetime
    is_stale: bool
    """Seen long enough ago that its life has to be prolonged."""
    current_version: int | None
    """The account's, as it is now."""


def digest_of(session_id: str) -> bytes:
    return hashlib.sha256(session_id.encode()).digest()


class Sessions:
    """`demo` says whether the demo's people may be signed in at all."""

    def __init__(self, office: Office, demo: bool) -> None:
        self._office = office
        self._demo = demo
        self._key = office.settings.request_mac_key

    async def begin(
        self,
        account: UUID,
        level: Level,
        old_id: str | None = None,
        *,
        is_anew: bool = False,
        signed_in_at: datetime | None = None,
    ) -> str:
        """Signs in: a new id, whatever the browser had before. What it had dies at once; only where the same person
        shows anew who they are (`is_anew`), shortly. `signed_in_at` where they have shown nothing now, and go on as
        they signed in then. Raises LookupError where there is no such account."""
        state = await self._account(account)
        if state is None:
            raise LookupError(f"there is no account {account}")
        if old_id:
            lives_s = OLD_ID_LIVES_S if is_anew else 0
            await self._office.pool.execute(REPLACED, digest_of(old_id), account, lives_s)
        return await self._insert(state, level, signed_in_at)

    async def _insert(
        self,
        account: Account,
        level: Level,
        signed_in_at: datetime | None = None,
        no_longer_than: datetime | None = None,
    ) -> str:
        session_id = secrets.token_urlsafe(ID_BYTES)
        await self._office.pool.execute("delete from session where expires_at < clock_timestamp()")
        await self._office.pool.execute(
            INSERT,
            digest_of(session_id),
            account.id,
            account.version,
            level,
            signed_in_at,
            *life_s(lent(account.actor, level)),
            no_longer_than,
        )
        return session_id

    async def find(self, session_id: str) -> Session | None:
        if not session_id or len(session_id) > ID_MAX:
            return None
        row = await self._office.pool.fetchrow(
            "select digest, account, account_version, level, signed_in_at, expires_at,"
            " seen_at < clock_timestamp() - make_interval(secs => $2) as is_stale,"
            " (select version from account where id = session.account) as current_version"
            " from session where digest = $1 and expires_at > clock_timestamp() and (level <> 'demo' or $3)",
            digest_of(session_id),
            SEEN_EVERY_S,
            self._demo,
        )
        return None if row is None else msgspec.convert(dict(row), Session, strict=False)

    async def actor(self, session: Session) -> tuple[Actor, int] | None:
        """Who it is, with the posts they hold now and that their way of signing in is enough for, and the account's
        version. What this process knows is asked for again only where the account has changed."""
        known = self._office.book.peek(session.account)
        if not isinstance(known, Account) or known.version != session.current_version:
            known = await self._account(session.account)
        return None if known is None else (lent(known.actor, session.level), known.version)

    async def change(self, session: Session, *, by_itself: bool = False) -> str | None:
        """A new id for the same sign-in, where the account's roles have changed. The old one dies shortly."""
        state = await self._account(session.account)
        done = await self._office.pool.execute(
            "update session set account_version = $2, seen_at = clock_timestamp(),"
            " expires_at = least(expires_at, clock_timestamp() + make_interval(secs => $3))"
            " where digest = $1 and account_version <> $2"
            " and expires_at > clock_timestamp() + make_interval(secs => $3)",
            session.digest,
            state.version if state else 0,
            OLD_ID_LIVES_S,
        )
        if state is None or not done.endswith(" 1"):
            return None  # another request of the same browser has just done it, or it is an old id that dies shortly
        no_longer_than = session.expires_at if by_itself else None
        return await self._insert(state, session.level, session.signed_in_at, no_longer_than)

    async def prolong(self, session: Session, actor: Actor) -> None:
        """The person has done something. `actor` with the posts that they hold in this session."""
        await self._office.pool.execute(PROLONG, session.digest, *life_s(actor), SEEN_EVERY_S)

    async def end(self, session_id: str) -> None:
        """Signs out, and with it whatever old id of theirs had some seconds left."""
        await self._office.pool.execute(END, digest_of(session_id), OLD_ID_LIVES_S)

    async def end_all(self, account: UUID) -> None:
        """Signs out everywhere."""
        await self._office.pool.execute("delete from session where account = $1", account)

    def form_token(self, session: Session) -> str:
        """What a form of this session carries, so that no other site can have sent it."""
        return hmac.new(self._key, b"form" + session.digest, hashlib.sha256).hexdigest()

    async def _account(self, account: UUID) -> Account | None:
        state: Any = await self._office.book.read(self._office.pool, account)
        return state if isinstance(state, Account) else None


def lent(actor: Actor, level: Level) -> Actor:
    """The same person with the posts that this way of signing in is enough for."""
    if level is not Level.EMAIL:
        return actor
    return Actor(actor.id, tuple(post for post in actor.posts if post.role in WITH_EMAIL_ONLY))


def life_s(actor: Actor) -> tuple[int, int | None]:
    """How long a session lives without its person, and how long at the most, if there is a most."""
    return (STAFF_LIFE_S, STAFF_LONGEST_S) if is_staff(actor) else (APPLICANT_LIFE_S, None)


def is_staff(actor: Actor | None) -> bool:
    """Whoever holds a role beside those of an association."""
    return actor is not None and not {post.role for post in actor.posts} <= APPLICANTS
