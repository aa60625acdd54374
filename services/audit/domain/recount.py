"""The recount: a source's tree computed anew from its texts, page by page, and compared with what is stored.

A page starts at a whole tile, so that its hashes join into the stored ones. If every page agrees, the stored root is
that of the texts: each leaf is its text's, each stored hash that of the 256 below it, and the root that of those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from shared.merkle import (
    STORED_LEVELS_STEP,
    Frontier,
    NodeRange,
    leaf_hash,
    root,
    root_at,
    root_needs,
    stored_nodes,
)

TILE = 1 << STORED_LEVELS_STEP
"""Hashes of one stored level that join into one of the next."""

Place = tuple[int, int]
"""Level and index of a complete subtree."""


class Kept(NamedTuple):
    """One entry as it is stored."""

    position: int
    text: bytes
    leaf: bytes


class Found(msgspec.Struct, frozen=True):
    """What a page of the recount found. `computed` is None where a hash that the root needs is gone."""

    altered: list[int]
    missing: list[int]
    wrong: list[Place]
    computed: bytes | None


class Recount:
    """One page, a tile at a time from `start`, in a tree of `size`."""

    def __init__(self, start: int, size: int) -> None:
        if start % TILE or not 0 <= start <= size:
            raise ValueError(f"No page starts after {start} of {size} entries.")
        self.end = start
        self._start = start
        self._size = size
        self._computed: dict[Place, bytes] = {}
        self._altered: list[int] = []

    @property
    def tile_end(self) -> int:
        """The last position of the tile to come; where there is none, the size."""
        return min(self.end + TILE, self._size)

    def add(self, entries: Sequence[Kept]) -> None:
        """What is there of the next tile, in order: the texts are hashed here, and can be let go."""
        for entry in entries:
            leaf = leaf_hash(entry.text)
            self._computed[0, entry.position - 1] = leaf
            if leaf != entry.leaf:
                self._altered.append(entry.position)
        if len(entries) == TILE:
            self._computed[STORED_LEVELS_STEP, self.end // TILE] = root(
                self._computed[0, entry.position - 1] for entry in entries
            )
        self.end = self.tile_end

    def needs(self) -> list[NodeRange]:
        """The stored hashes to compare with: those of whole subtrees that end here, what is below, and the root's."""
        ranges = [each for each in root_needs(self._size) if each.level or not self._covers(each)]
        for level, index in self._closed():
            ranges.append(NodeRange(level, index, index + 1))
            if level > STORED_LEVELS_STEP:
                ranges.append(NodeRange(level - STORED_LEVELS_STEP, index * TILE, (index + 1) * TILE))
        return ranges

    def found(self, stored: Mapping[Place, bytes]) -> Found:
        """`stored` is what `needs` asked for, as far as it is there. What the texts gave goes before what is stored."""
        best = {**stored, **self._computed}
        wrong = [place for place in self._closed() if stored.get(place) != self._joined(place, best)]
        positions = range(self._start + 1, self.end + 1)
        missing = [position for position in positions if (0, position - 1) not in self._computed]
        return Found(self._altered, missing, wrong, None if missing else self._root(best))

    def _root(self, best: Mapping[Place, bytes]) -> bytes | None:
        try:
            return root_at(self._size, stored_nodes(best))
        except KeyError:  # a stored hash was removed
            return None

    def _joined(self, place: Place, best: Mapping[Place, bytes]) -> bytes | None:
        level, index = place
        below = [best.get((level - STORED_LEVELS_STEP, index * TILE + child)) for child in range(TILE)]
        present = [each for each in below if each is not None]
        return root(present) if len(present) == TILE else None

    def _closed(self) -> list[Place]:
        """The stored subtrees whose last leaf lies in the page, lowest level first."""
        closed: list[Place] = []
        level = STORED_LEVELS_STEP
        while self.end >> level:
            closed += [(level, index) for index in range(self._start >> level, self.end >> level)]
            level += STORED_LEVELS_STEP
        return closed

    def _covers(self, nodes: NodeRange) -> bool:
        return self._start <= nodes.first and nodes.end <= self.end


def is_root_of(frontier: bytes, size: int, kept_root: bytes) -> bool:
    """Whether the edge the tree grows from is that of the size and root beside it."""
    try:
        edge = Frontier.from_bytes(frontier)
    except ValueError:
        return False
    return edge.size == size and edge.root() == kept_root
