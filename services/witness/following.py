"""A log over HTTP, as c2sp.org/tlog-tiles serves it: its checkpoint, and the hashes that a proof needs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import httpx
import msgspec

from shared.merkle import NodeAt, NodeRange, stored_nodes
from shared.tlog.notes import Malformed, Note, read_note
from shared.tlog.tiles import NoSuchTile, Tile, hashes_of, tiles_for

TIMEOUT_S = 20.0
BYTES_MAX = 64 * 1024
AT_ONCE = 8


class Unreachable(Exception):
    """The log does not answer as one would; the sentence says how."""


class HandedOn(msgspec.Struct, frozen=True):
    key: str
    note: str | None


class Followed:
    """The log at a prefix. `token` lets cosignatures be handed in."""

    def __init__(self, prefix: str, client: httpx.AsyncClient, token: str | None = None) -> None:
        self.prefix = prefix.rstrip("/")
        self._client = client
        self._token = token

    async def checkpoint(self) -> Note:
        """The newest. Raises Unreachable."""
        try:
            return read_note((await self._get("checkpoint")).decode())
        except (Malformed, UnicodeDecodeError) as error:
            raise Unreachable(f"{self.prefix}/checkpoint is no checkpoint: {error}") from error

    async def handed_on(self) -> list[Note]:
        """The notes by which the log's key was followed by others; none where it does not tell. Raises Unreachable."""
        try:
            kept = msgspec.json.decode(await self._get("keys"), type=list[HandedOn])
            return [read_note(each.note) for each in kept if each.note is not None]
        except (msgspec.MsgspecError, Malformed) as error:
            raise Unreachable(f"{self.prefix}/keys is no list of keys: {error}") from error

    async def nodes(self, needs: Iterable[NodeRange], size: int) -> NodeAt:
        """The hashes of a tree of `size`, from its tiles. They are what the log says: a proof made from them tells
        whether they are true. Raises Unreachable."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def fetched(tile: Tile) -> dict[tuple[int, int], bytes]:
            async with turn:
                content = await self._get(f"tile/{tile.path}")
            hashes = hashes_of(content, tile.width)
            return {(tile.nodes.level, tile.nodes.first + place): each for place, each in enumerate(hashes)}

        table: dict[tuple[int, int], bytes] = {}
        try:
            for part in await asyncio.gather(*map(fetched, tiles_for(needs, size))):
                table |= part
        except NoSuchTile as error:
            raise Unreachable(f"{self.prefix} has a tile of the wrong length") from error
        return stored_nodes(table)

    async def hand_in(self, size: int, key: str, line: str) -> None:
        """Raises Unreachable."""
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Language": "en"}
        try:
            answer = await self._client.post(
                f"{self.prefix}/cosignatures", params={"size": size}, json={"key": key, "line": line}, headers=headers
            )
        except httpx.HTTPError as error:
            raise Unreachable(f"{self.prefix}: {error!r}") from error
        if not answer.is_success:
            raise Unreachable(f"{self.prefix} did not take the cosignature: {answer.status_code} {answer.text[:200]}")

    @property
    def hands_in(self) -> bool:
        return self._token is not None

    async def _get(self, path: str) -> bytes:
        try:
            async with self._client.stream("GET", f"{self.prefix}/{path}") as answer:
                if not answer.is_success:
                    raise Unreachable(f"{answer.status_code} from {self.prefix}/{path}")
                content = b""
                async for part in answer.aiter_bytes():
                    content += part
                    if len(content) > BYTES_MAX:
                        raise Unreachable(f"{self.prefix}/{path} is longer than it can be")
                return content
        except httpx.HTTPError as error:
            raise Unreachable(f"{self.prefix}/{path}: {error!r}") from error
