"""Tiles, c2sp.org/tlog-tiles: the tree as files that never change, 256 hashes in each, and the entries in bundles.

Tile `number` at `level` holds the hashes of the complete subtrees of height 8·level from 256·number on: those that are
stored anyway. A tile at the edge of the tree is partial and says how wide it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from shared.merkle import HASH_BYTES, SIZE_MAX, STORED_LEVELS_STEP, NodeRange

WIDTH = 1 << STORED_LEVELS_STEP
LEVEL_MAX = 63 // STORED_LEVELS_STEP
"""No tree here is higher: its size fits a bigint. The specification would go up to 63."""
ENTRY_BYTES_MAX = 2**16 - 1
LENGTH_BYTES = 2
ENTRIES = "entries"

_NUMBER = r"(?:x[0-9]{3}/)*[0-9]{3}"
_PLACE = re.compile(rf"(?P<number>{_NUMBER})(?:\.p/(?P<width>[1-9][0-9]{{0,2}}))?\Z")
_LEVEL = re.compile(r"(?:0|[1-9])\Z")
_DIGITS = 3


class NoSuchTile(ValueError):
    """No tile has that address."""


class EntryTooLong(ValueError):
    """A bundle counts an entry's bytes in sixteen bits; this one has more."""

    def __init__(self, index: int) -> None:
        self.index = index
        super().__init__(f"Entry {index} is longer than {ENTRY_BYTES_MAX} bytes.")


class Tile(NamedTuple):
    """`level` is None for a bundle of entries; `width` is 256 for a full one."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """As it is asked for, after `tile/`."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // _DIGITS) * _DIGITS)
        parts = [digits[at : at + _DIGITS] for at in range(0, len(digits), _DIGITS)]
        place = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{ENTRIES if self.level is None else self.level}/{place}{partial}"

    @property
    def nodes(self) -> NodeRange:
        """The stored hashes it holds; for a bundle, the leaves of its entries."""
        first = self.number * WIDTH
        return NodeRange((self.level or 0) * STORED_LEVELS_STEP, first, first + self.width)


def read_tile(level: str, place: str) -> Tile:
    """From the two parts of an address, `<L>` or `entries` and `<N>[.p/<W>]`. Raises NoSuchTile."""
    match = _PLACE.match(place)
    if match is None or len(place) > SIZE_MAX.bit_length():
        raise NoSuchTile
    width = int(match["width"]) if match["width"] else WIDTH
    number = int(match["number"].replace("/", "").replace("x", ""))
    tile = Tile(_read_level(level), number, width)
    if match["width"] and width >= WIDTH:
        raise NoSuchTile
    if tile.path != f"{level}/{place}" or tile.nodes.end << tile.nodes.level > SIZE_MAX:
        raise NoSuchTile
    return tile


def _read_level(level: str) -> int | None:
    if level == ENTRIES:
        return None
    if not _LEVEL.match(level) or int(level) > LEVEL_MAX:
        raise NoSuchTile
    return int(level)


def tile_with(level: int, node: int, size: int) -> Tile:
    """The tile of a tree of `size` that holds a stored hash: `node` at `level`, a multiple of 8. Raises NoSuchTile."""
    number = node // WIDTH
    width = min(WIDTH, (size >> level) - number * WIDTH)
    if level % STORED_LEVELS_STEP or not node - number * WIDTH < width:
        raise NoSuchTile
    return Tile(level // STORED_LEVELS_STEP, number, width)


def tiles_for(needs: Iterable[NodeRange], size: int) -> list[Tile]:
    """Where a tree of `size` keeps the hashes that a proof needs, each tile once."""
    found = {
        tile_with(each.level, max(each.first, place * WIDTH), size)
        for each in needs
        for place in range(each.first // WIDTH, (each.end - 1) // WIDTH + 1)
    }
    return sorted(found)


def hashes_of(content: bytes, width: int) -> list[bytes]:
    """The hashes of a tile. Raises NoSuchTile where there are not so many."""
    if len(content) != width * HASH_BYTES:
        raise NoSuchTile
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]


def bundle(first: int, entries: Sequence[bytes]) -> bytes:
    """The entries from index `first` on, each after its length. Raises EntryTooLong."""
    for index, entry in enumerate(entries, first):
        if len(entry) > ENTRY_BYTES_MAX:
            raise EntryTooLong(index)
    return b"".join(len(entry).to_bytes(LENGTH_BYTES) + entry for entry in entries)


def entries_of(content: bytes, length_bytes: int = LENGTH_BYTES) -> list[bytes]:
    """What `bundle` put together. Raises ValueError where it ends in the middle of an entry."""
    entries, at = [], 0
    while at < len(content):
        start = at + length_bytes
        at = start + int.from_bytes(content[at:start])
        if start > len(content) or at > len(content):
            raise ValueError("The bundle ends in the middle of an entry.")
        entries.append(content[start:at])
    return entries
