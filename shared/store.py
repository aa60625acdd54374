"""The erasable store: what can identify a person, and all free text, encrypted; the event holds only a salted digest.

digest = SHA-256(salt ‖ content), salt = HKDF(key of the owner, item). Without the key the content can neither be read
nor guessed back.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.keyring import NONCE_BYTES, Keyring
from shared.refused import Refused
from shared.words import Text

log = structlog.get_logger()

SALT_BYTES = 32
CONTENT_MAX_BYTES = 25 * 1024 * 1024
"""One item: a form, a letter or an attached file."""


class Sealed(msgspec.Struct, frozen=True):
    """One item of content, encrypted under its owner's key and ready to be written."""

    owner: UUID
    scope: str
    item: str
    nonce: bytes
    content: bytes
    digest: str


def salt(key: bytes, item: str) -> bytes:
    return HKDF(hashes.SHA256(), SALT_BYTES, salt=None, info=b"bifall salt " + item.encode()).derive(key)


def digest(key: bytes, item: str, content: bytes) -> str:
    return hashlib.sha256(salt(key, item) + content).hexdigest()


class Altered(Refused):
    """Its bytes are not those that were sealed: they do not open with their own key. Whoever verifies is told so."""

    title = Text("Innehållet är ändrat", "The content was altered")

    def __init__(self) -> None:
        super().__init__(
            "Det som ligger sparat är inte det som en gång förseglades. Det går inte att öppna.",
            "What is kept is not what was once sealed. It cannot be opened.",
        )


class Store:
    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring

    async def seal(self, owner: UUID, scope: str, items: Mapping[str, bytes]) -> list[Sealed]:
        """Encrypts; the owner's key is made and committed first if there was none. Nothing is written yet."""
        key = await self.keyring.made((owner, scope))
        return [_seal(key, owner, scope, item, content) for item, content in items.items()]

    async def open(self, connection: Any, owner: UUID, scope: str, item: str) -> bytes | None:
        """The content, or None where there is none. Raises KeyGone where it was erased."""
        row = await connection.fetchrow(
            "select nonce, content from store where owner = $1 and scope = $2 and item = $3", owner, scope, item
        )
        return None if row is None else await self.opened(owner, scope, item, row["nonce"], row["content"])

    async def opened(self, owner: UUID, scope: str, item: str, nonce: bytes, content: bytes) -> bytes:
        """One item that the caller has fetched itself. Raises KeyGone where it was erased, Altered where it is not as
        it was sealed."""
        return _opened(AESGCM(await self.keyring.key((owner, scope))), owner, scope, item, nonce, content)

    async def open_all(self, connection: Any, owner: UUID, scope: str) -> dict[str, bytes]:
        """Every item of one owner, by name. Raises KeyGone where they were erased."""
        rows = await connection.fetch(
            "select item, nonce, content from store where owner = $1 and scope = $2 order by item", owner, scope
        )
        if not rows:
            return {}
        opener = AESGCM(await self.keyring.key((owner, scope)))
        return {row["item"]: _opened(opener, owner, scope, *row) for row in rows}

    async def open_each(
        self, connection: Any, scope: str, wanted: Collection[tuple[UUID, str]]
    ) -> dict[tuple[UUID, str], bytes]:
        """One item of each of several owners, by (owner, item), in two statements. What was erased is not there."""
        if not wanted:
            return {}
        rows = await connection.fetch(EACH, scope, [owner for owner, _ in wanted], [item for _, item in wanted])
        keys = await self.keyring.keys((row["owner"], scope) for row in rows)
        return {
            (row["owner"], row["item"]): _opened(
                AESGCM(key), row["owner"], scope, row["item"], row["nonce"], row["content"]
            )
            for row in rows
            if (key := keys.get((row["owner"], scope))) is not None
        }


EACH = """
select store.owner, store.item, store.nonce, store.content
from unnest($2::uuid[], $3::text[]) as wanted (owner, item)
    join store on store.owner = wanted.owner and store.scope = $1 and store.item = wanted.item
"""
WRITE = """
insert into store (owner, scope, item, nonce, content, digest)
select * from unnest($1::uuid[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::text[])
"""
REPLACE = """
on conflict (owner, scope, item) do update
set nonce = excluded.nonce, content = excluded.content, digest = excluded.digest, at = clock_timestamp()
"""


async def write(connection: Any, sealed: Sequence[Sealed], replacing: bool = False) -> None:
    """Writes sealed items in the caller's transaction. What an event stands for is never replaced; a draft's is."""
    await connection.execute(
        WRITE + REPLACE if replacing else WRITE,
        [one.owner for one in sealed],
        [one.scope for one in sealed],
        [one.item for one in sealed],
        [one.nonce for one in sealed],
        [one.content for one in sealed],
        [one.digest for one in sealed],
    )


def _seal(key: bytes, owner: UUID, scope: str, item: str, content: bytes) -> Sealed:
    nonce = os.urandom(NONCE_BYTES)
    encrypted = AESGCM(key).encrypt(nonce, content, _bound_to(owner, scope, item))
    return Sealed(owner, scope, item, nonce, encrypted, digest(key, item, content))


def _opened(opener: AESGCM, owner: UUID, scope: str, item: str, nonce: bytes, content: bytes) -> bytes:
    try:
        return opener.decrypt(nonce, content, _bound_to(owner, scope, item))
    except InvalidTag:
        log.error("content was altered", owner=str(owner), scope=scope, item=item)
        raise Altered from None


def _bound_to(owner: UUID, scope: str, item: str) -> bytes:
    return f"{owner}/{scope}/{item}".encode()
