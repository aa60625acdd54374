"""A service's own book, as whoever holds the other book asks for it: its root at a size, and its leaves.

In one process it is asked in memory; elsewhere over the private network, with a key that only the services have. What
is told are hashes: nothing can be read out of them.
"""

from __future__ import annotations

from typing import Protocol

import httpx
import msgspec

KEY_HEADER = "bifall-book"
"""Carries `Settings.book_key` as hexadecimal digits."""

ASK_TIMEOUT_S = 60.0
LEAVES_MAX = 4_096
"""Of one page: a page of hashes is some 400 kB."""


class Told(msgspec.Struct, frozen=True):
    """The root of the first `size` entries, in hexadecimal: as many as were asked for, or all where there are fewer.
    None where one of them is gone."""

    size: int
    root: str | None


class Leaf(msgspec.Struct, frozen=True, array_like=True):
    """Entry `number`, and in hexadecimal what its text hashes to now."""

    number: int
    hash: str


class OwnBook(Protocol):
    async def told(self, size: int) -> Told: ...

    async def leaves(self, after: int, most: int) -> list[Leaf]: ...


class Silent(Exception):
    """The service does not answer, or not to us."""


class DistantBook:
    """The book of a service in another process."""

    def __init__(self, url: str, key: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._client = httpx.AsyncClient(
            base_url=url, timeout=ASK_TIMEOUT_S, headers={KEY_HEADER: key}, transport=transport
        )

    async def told(self, size: int) -> Told:
        """Raises Silent."""
        return msgspec.json.decode(await self._get("/book/root", size=size), type=Told)

    async def leaves(self, after: int, most: int) -> list[Leaf]:
        """Raises Silent."""
        return msgspec.json.decode(await self._get("/book/leaves", after=after, limit=most), type=list[Leaf])

    async def _get(self, path: str, **query: int) -> bytes:
        try:
            answer = (await self._client.get(path, params=query)).raise_for_status()
        except httpx.HTTPError as error:
            raise Silent(f"{self._client.base_url}: {error!r}") from error
        return answer.content

    async def close(self) -> None:
        await self._client.aclose()
