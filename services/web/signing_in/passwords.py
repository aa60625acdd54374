"""Passwords: argon2id, at least twelve characters, no other rules; pasting and password managers are welcome.

Trying one costs the same whether there is an account or not, and is done off the event loop, a few at a time.
"""

from __future__ import annotations

import asyncio
import unicodedata
from functools import cache
from typing import Any
from uuid import UUID

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from services.web.signing_in import rate_limits
from services.web.signing_in.lookup import Lookup, normal
from services.web.signing_in.people import account_with
from shared.refused import FieldError, Refused
from shared.words import Text

LENGTH_MIN = 12
LENGTH_MAX = 200
AT_ONCE = 2
"""Each takes tens of megabytes and a core for a while."""


class WrongPassword(Refused):
    """The same for an address nobody has: which there are is not for others to learn."""

    def __init__(self) -> None:
        what = Text("Adressen eller lösenordet stämmer inte.", "The address or the password is not right.")
        super().__init__(what.sv, what.en, (FieldError("password", what),))


class UnfitPassword(Refused):
    def __init__(self) -> None:
        what = Text(
            f"Välj ett lösenord på minst {LENGTH_MIN} tecken. Flera vanliga ord efter varandra går bra.",
            f"Choose a password of at least {LENGTH_MIN} characters. Several common words in a row will do.",
        )
        super().__init__(what.sv, what.en, (FieldError("password", what),))


class Passwords:
    def __init__(self, pool: Any, lookup: Lookup, hasher: PasswordHasher | None = None) -> None:
        self._pool = pool
        self._lookup = lookup
        self._hasher = hasher or PasswordHasher()
        self._room = asyncio.Semaphore(AT_ONCE)

    @staticmethod
    def refuse_unfit(password: str) -> None:
        """Raises UnfitPassword."""
        if not LENGTH_MIN <= len(_plain(password)) <= LENGTH_MAX:
            raise UnfitPassword

    async def set(self, account: UUID, password: str) -> None:
        """Raises UnfitPassword."""
        self.refuse_unfit(password)
        plain = _plain(password)
        async with self._room:
            hashed = await asyncio.to_thread(self._hasher.hash, plain)
        await self._pool.execute(
            "insert into password (account, hash) values ($1, $2)"
            " on conflict (account) do update set hash = excluded.hash, set_at = clock_timestamp()",
            account,
            hashed,
        )

    async def has(self, account: UUID) -> bool:
        return bool(await self._pool.fetchval("select exists (select from password where account = $1)", account))

    async def remove(self, account: UUID) -> None:
        await self._pool.execute("delete from password where account = $1", account)

    async def sign_in(self, email: str, password: str, network: bytes) -> UUID:
        """Whose account it is. Raises WrongPassword, and TooMany before anything is compared."""
        who = self._lookup.digest("password", normal(email))
        await self._count(who, network)
        account = await account_with(self._pool, self._lookup, email)
        if not await self._is(account, password) or account is None:
            raise WrongPassword
        await rate_limits.forgive(self._pool, "password.account", who)
        return account

    async def show_again(self, account: UUID, password: str, network: bytes) -> None:
        """The same person, once more, before something that matters. Raises WrongPassword, TooMany."""
        who = self._lookup.digest("password", str(account))
        await self._count(who, network)
        if not await self._is(account, password):
            raise WrongPassword
        await rate_limits.forgive(self._pool, "password.account", who)

    async def _count(self, who: bytes, network: bytes) -> None:
        await rate_limits.count(
            self._pool, ("password.account", who), ("password.account.day", who), ("password.network", network)
        )

    async def _is(self, account: UUID | None, password: str) -> bool:
        hashed = await self._pool.fetchval("select hash from password where account = $1", account)
        plain = _plain(password)[:LENGTH_MAX]
        async with self._room:
            return await asyncio.to_thread(_matches, self._hasher, hashed, plain)


def _plain(password: str) -> str:
    """The same password from any keyboard: composed and decomposed letters are the same letters."""
    return unicodedata.normalize("NFC", password)


def _matches(hasher: PasswordHasher, hashed: str | None, plain: str) -> bool:
    try:
        hasher.verify(hashed or _nobodys(hasher), plain)
    except (VerificationError, InvalidHashError):
        return False
    return hashed is not None


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """What is compared where there is no password, so that it takes as long."""
    return hasher.hash("nobody has this password")
