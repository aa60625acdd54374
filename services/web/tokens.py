"""Tokens programs ask with: random, kept only as a digest, valid until a date. Opaque, so that taking one back is
deleting a row.

A person makes them for themselves, for some services or only for reading; a program never signs.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec

from services.web.domain.account import Account
from services.web.site.sessions import Level, lent
from shared.identity import Actor, Role
from shared.office import Office

TOKEN_BYTES = 32
PREFIX = "bifall_"
HINT_LENGTH = 6
"""So many of a token's own letters are kept in the clear, for its maker to tell one from another."""

DEMO_LIFE_S = 12 * 3_600
LIFE_MAX_S = 366 * 86_400
TOKENS_MAX = 20
LOOK_AGAIN_S = 2.0
"""How long a token found valid is believed without asking the database again: another process may have taken it
back."""

KEPT_MAX = 4_096
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Scope(msgspec.Struct, frozen=True):
    """What a token is for: all services or some, everything there or only reading."""

    services: tuple[str, ...] | None = None
    read_only: bool = False

    def allows(self, service: str, method: str) -> bool:
        return (self.services is None or service in self.services) and (not self.read_only or method in READING)


EVERYTHING = Scope()


class Held(msgspec.Struct, frozen=True):
    """A valid token: who holds it, and for what."""

    actor: Actor
    scope: Scope


class MadeToken(msgspec.Struct, frozen=True):
    """A token as its maker sees it again: never the token."""

    id: UUID
    hint: str
    services: tuple[str, ...] | None
    read_only: bool
    made_at: datetime
    expires_at: datetime


class _Known(msgspec.Struct, frozen=True):
    account: UUID
    scope: Scope
    level: Level


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class Tokens:
    def __init__(self, office: Office, demo: bool) -> None:
        self._office = office
        self._demo = demo
        self._kept: OrderedDict[str, tuple[_Known, float]] = OrderedDict()

    async def make(
        self,
        account: UUID,
        life_s: int,
        *,
        demo: bool,
        scope: Scope = EVERYTHING,
        level: Level = Level.DEMO,
        asked: str = "",
    ) -> str:
        """`asked` is the key of the form that asks: sent twice, it is one token, and the one that was shown last."""
        token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        await self._office.pool.execute("delete from api_token where expires_at < clock_timestamp()")
        await self._office.pool.execute(
            "insert into api_token (digest, account, demo, hint, services, read_only, level, expires_at, id)"
            " values ($1, $2, $3, $4, $5, $6, $7, clock_timestamp() + make_interval(secs => $8), $9)"
            " on conflict (id) do update set digest = excluded.digest, hint = excluded.hint,"
            " services = excluded.services, read_only = excluded.read_only, level = excluded.level,"
            " expires_at = excluded.expires_at",
            _digest(token),
            account,
            demo,
            token.removeprefix(PREFIX)[:HINT_LENGTH],
            scope.services,
            scope.read_only,
            level,
            min(life_s, LIFE_MAX_S),
            uuid5(account, asked) if asked else uuid4(),
        )
        return token

    async def of(self, account: UUID) -> list[MadeToken]:
        rows = await self._office.pool.fetch(
            "select id, hint, services, read_only, made_at, expires_at from api_token"
            " where account = $1 and expires_at > clock_timestamp() order by made_at",
            account,
        )
        return [msgspec.convert(dict(row), MadeToken) for row in rows]

    async def withdraw(self, account: UUID, id_: UUID) -> None:
        await self._office.pool.execute("delete from api_token where account = $1 and id = $2", account, id_)
        self._kept.clear()

    async def withdraw_all(self, account: UUID) -> None:
        await self._office.pool.execute("delete from api_token where account = $1", account)
        self._kept.clear()

    async def actor(self, token: str) -> Actor | None:
        """Who asks, with the posts they hold now; None where the token is not valid, or a demo's and the demo is
        over."""
        held = await self.held(token)
        return held.actor if held else None

    async def held(self, token: str) -> Held | None:
        """As `actor`, with what the token is for."""
        if not token.startswith(PREFIX):
            return None
        kept = self._kept.get(token)
        if kept is not None and time.monotonic() - kept[1] < LOOK_AGAIN_S:
            state = self._office.book.peek(kept[0].account)
            if state is not None:
                return _held(state, kept[0])
        return await self._looked_up(token)

    async def _looked_up(self, token: str) -> Held | None:
        row = await self._office.pool.fetchrow(
            "select account, services, read_only, level from api_token"
            " where digest = $1 and expires_at > clock_timestamp() and (not demo or $2)",
            _digest(token),
            self._demo,
        )
        if row is None:
            self._kept.pop(token, None)
            return None
        services = None if row["services"] is None else tuple(row["services"])
        known = _Known(row["account"], Scope(services, row["read_only"]), Level(row["level"]))
        state = await self._office.book.read(self._office.pool, known.account)
        self._kept[token] = (known, time.monotonic())
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return _held(state, known) if state is not None else None


def _held(state: Any, known: _Known) -> Held | None:
    if not isinstance(state, Account):
        return None
    return Held(_unattended(lent(state.actor, known.level), known.level), known.scope)


def _unattended(actor: Actor, level: Level) -> Actor:
    """The posts a program may have: a signature takes the person themselves. The demo's people play alone."""
    if level is Level.DEMO:
        return actor
    return Actor(actor.id, tuple(post for post in actor.posts if post.role is not Role.SIGNATORY))
