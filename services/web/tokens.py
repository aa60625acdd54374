"""Tokens people ask with: random, kept only as a digest, valid until a date. Opaque, so that taking one back is
deleting a row."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from typing import Any
from uuid import UUID

from services.web.domain.account import Account
from shared.identity import Actor
from shared.office import Office

TOKEN_BYTES = 32
PREFIX = "bifall_"
DEMO_LIFE_S = 12 * 3_600
LOOK_AGAIN_S = 2.0
"""How long a token found valid is believed without asking the database again: another process may have taken it
back."""

KEPT_MAX = 4_096


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


class Tokens:
    def __init__(self, office: Office, demo: bool) -> None:
        self._office = office
        self._demo = demo
        self._kept: OrderedDict[str, tuple[UUID, float]] = OrderedDict()

    async def make(self, account: UUID, life_s: int, *, demo: bool) -> str:
        token = PREFIX + secrets.token_urlsafe(TOKEN_BYTES)
        await self._office.pool.execute("delete from api_token where expires_at < clock_timestamp()")
        await self._office.pool.execute(
            "insert into api_token (digest, account, demo, expires_at)"
            " values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))",
            _digest(token),
            account,
            demo,
            life_s,
        )
        return token

    async def actor(self, token: str) -> Actor | None:
        """Who asks, with the posts they hold now; None where the token is not valid, or a demo's and the demo is
        over."""
        if not token.startswith(PREFIX):
            return None
        kept = self._kept.get(token)
        if kept is not None and time.monotonic() - kept[1] < LOOK_AGAIN_S:
            state = self._office.book.peek(kept[0])
            if state is not None:
                return self._actor(state)
        return await self._looked_up(token)

    async def _looked_up(self, token: str) -> Actor | None:
        account = await self._office.pool.fetchval(
            "select account from api_token where digest = $1 and expires_at > clock_timestamp() and (not demo or $2)",
            _digest(token),
            self._demo,
        )
        if account is None:
            self._kept.pop(token, None)
            return None
        state = await self._office.book.read(self._office.pool, account)
        self._kept[token] = (account, time.monotonic())
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return self._actor(state) if state is not None else None

    @staticmethod
    def _actor(state: Any) -> Actor | None:
        return state.actor if isinstance(state, Account) else None
