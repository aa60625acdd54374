"""Keys for whatever can be erased alone: random, one per owner and scope, in a database apart, wrapped by a key from
outside it.

A key is committed before the content it protects; a key without content is harmless.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.gather import Gatherer

KEY_BYTES = 32
NONCE_BYTES = 12
KEPT_MAX = 4_096
"""Unwrapped keys kept in memory, the least used dropped first."""

GATHERED_MAX = 256

Owner = tuple[UUID, str]
"""Whose key (a case, a draft, an attachment, a person, an association) and its scope."""


class KeyGone(LookupError):
    """There is no key: the content was lawfully erased, or never was."""


class WrongKey(Exception):
    """A key is there and does not open: the key-encryption key is not the one it was wrapped with. Nothing is erased,
    and nothing may be taken for it."""


class Keyring:
    def __init__(self, pool: asyncpg.Pool, wrapping_key: bytes) -> None:
        self._pool = pool
        self._wrapping = AESGCM(wrapping_key)
        self._kept: OrderedDict[Owner, bytes] = OrderedDict()
        self._made: Gatherer[Owner, bytes] = Gatherer(self._make, GATHERED_MAX)

    async def refuse_wrong_key(self) -> None:
        """Raises WrongKey where the keys there are were wrapped with another key-encryption key."""
        row = await self._pool.fetchrow("select owner, scope, wrapped from key limit 1")
        if row is not None:
            self._keep((row["owner"], row["scope"]), row["wrapped"])

    async def made(self, owner: Owner) -> bytes:
        """The owner's key, made and committed if there was none."""
        return self._kept.get(owner) or await self._made.add(owner)

    async def key(self, owner: Owner) -> bytes:
        """Raises KeyGone where there is none."""
        if kept := self._kept.get(owner):
            self._kept.move_to_end(owner)
            return kept
        wrapped = await self._pool.fetchval("select wrapped from key where owner = $1 and scope = $2", *owner)
        if wrapped is None:
            raise KeyGone(owner)
        return self._keep(owner, wrapped)

    async def keys(self, owners: Iterable[Owner]) -> dict[Owner, bytes]:
        """The keys that there are of these owners, in one statement; of whoever was erased there is none."""
        wanted = set(owners)
        found = {owner: kept for owner in wanted if (kept := self._kept.get(owner))}
        if missing := sorted(wanted - found.keys()):
            found |= await self._read(missing)
        return found

    async def destroy(self, owners: Sequence[Owner]) -> None:
        """Deletes the keys: what they protected can never be read again."""
        await self._pool.execute(
            "delete from key using unnest($1::uuid[], $2::text[]) as gone (owner, scope)"
            " where key.owner = gone.owner and key.scope = gone.scope",
            [owner for owner, _ in owners],
            [scope for _, scope in owners],
        )
        self.forget(owners)

    def forget(self, owners: Iterable[Owner]) -> None:
        """Lets go of keys kept in memory: somebody else deletes them."""
        for owner in owners:
            self._kept.pop(owner, None)

    async def _make(self, wanted: Sequence[Owner]) -> list[bytes | Exception]:
        owners = sorted(set(wanted))  # one order for all, so that two makers never wait for each other
        rows = await self._pool.fetch(
            "insert into key (owner, scope, wrapped) select * from unnest($1::uuid[], $2::text[], $3::bytea[])"
            " on conflict do nothing returning owner, scope, wrapped",
            [owner for owner, _ in owners],
            [scope for _, scope in owners],
            [self._wrap(owner) for owner in owners],
        )
        # where rows are missing, somebody was first with some of them
        keys = self._unwrapped(rows) if len(rows) == len(owners) else await self._read(owners)
        return [keys[owner] for owner in wanted]

    async def _read(self, owners: Sequence[Owner]) -> dict[Owner, bytes]:
        rows = await self._pool.fetch(
            "select key.owner, key.scope, wrapped"
            " from key join unnest($1::uuid[], $2::text[]) as want (owner, scope)"
            " on key.owner = want.owner and key.scope = want.scope",
            [owner for owner, _ in owners],
            [scope for _, scope in owners],
        )
        return self._unwrapped(rows)

    def _unwrapped(self, rows: Iterable[Any]) -> dict[Owner, bytes]:
        return {(row["owner"], row["scope"]): self._keep((row["owner"], row["scope"]), row["wrapped"]) for row in rows}

    def _wrap(self, owner: Owner) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, os.urandom(KEY_BYTES), _bound_to(owner))

    def _keep(self, owner: Owner, wrapped: bytes) -> bytes:
        try:
            key = self._wrapping.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _bound_to(owner))
        except InvalidTag:
            raise WrongKey("The keys do not open with this key-encryption key. Give BIFALL_KEK as it was.") from None
        self._kept[owner] = key
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return key


def _bound_to(owner: Owner) -> bytes:
    return f"{owner[0]}/{owner[1]}".encode()
