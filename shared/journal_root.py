"""A service's own root: the tree over its journal, computed from the journal itself, for audit to compare with its own.

Two books that must agree: a row altered by the service's own administrator gives another root than the one audit has.
What was counted is remembered for a while, so that asking again costs only what has come since.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from shared.book import Leaf, Told
from shared.journal import entries, head
from shared.merkle import EMPTY_FRONTIER, Frontier, leaf_hash
from shared.refused import FieldError, Refused
from shared.words import Text

PAGE = 1_000
REMEMBERED_S = 3_600.0
"""How long a count is built upon. After it everything is read anew: an old row may have been altered since."""


class NotSoLong(Refused):
    """The journal has fewer entries than that."""

    def __init__(self, size: int) -> None:
        super().__init__(
            f"Journalen har {size} poster.",
            f"The journal has {size} entries.",
            (FieldError("size", Text("Värdet är inte giltigt.", "The value is not valid.")),),
        )


class RowMissing(Exception):
    """The journal has lost a row in its middle: it has no root any more."""


class JournalRoot:
    """The frontier at the largest size counted is what is remembered: what is smaller is counted from the start."""

    def __init__(self, pool: Any, *, remembered_s: float = REMEMBERED_S) -> None:
        self._pool = pool
        self._remembered_s = remembered_s
        self._largest = EMPTY_FRONTIER
        self._since = time.monotonic()
        self._turn = asyncio.Lock()

    async def own_root(self, size: int, *, anew: bool = False) -> bytes:
        """The root of the journal's first `size` entries. `anew` reads them all again. Raises NotSoLong, RowMissing."""
        last = await head(self._pool)
        if not 0 <= size <= last:
            raise NotSoLong(last)
        async with self._turn:
            if anew or time.monotonic() - self._since > self._remembered_s:
                self._largest, self._since = EMPTY_FRONTIER, time.monotonic()
            start = self._largest if self._largest.size <= size else EMPTY_FRONTIER
            counted = await self._count(start, size)
            if counted.size > self._largest.size:
                self._largest = counted
        return counted.root()

    async def told(self, size: int) -> Told:
        """As an `OwnBook`: read anew, for an old row may have been altered since."""
        last = await head(self._pool)
        try:
            root = await self.own_root(min(size, last), anew=True)
        except RowMissing:
            return Told(min(size, last), None)
        return Told(min(size, last), root.hex())

    async def leaves(self, after: int, most: int) -> list[Leaf]:
        """As an `OwnBook`."""
        page = await entries(self._pool, after, most)
        return [Leaf(number, leaf_hash(text.encode()).hex()) for number, _, text in page]

    async def _count(self, edge: Frontier, size: int) -> Frontier:
        while edge.size < size:
            page = await entries(self._pool, edge.size, min(PAGE, size - edge.size))
            if [number for number, _, _ in page] != list(range(edge.size + 1, edge.size + 1 + len(page))) or not page:
                raise RowMissing(f"entry {edge.size + 1} or one of the {PAGE} after it")
            edge, _ = edge.extended(leaf_hash(text.encode()) for _, _, text in page)
        return edge


async def own_root(pool: Any, size: int) -> bytes:
    """The root of the journal's first `size` entries, read anew. Raises NotSoLong, RowMissing."""
    return await JournalRoot(pool).own_root(size)
