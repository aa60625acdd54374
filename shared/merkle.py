"""The Merkle tree over a journal: hashes, the growing edge, and proofs an outsider can check. RFC 9162, SHA-256.

A *complete subtree* at `level` and `index` covers the leaves from index·2^level up to (index + 1)·2^level; its hash
never changes. Storage keeps those of levels 0, 8, 16, 24 …; the levels between are computed when a proof needs them,
from what `inclusion_needs`, `consistency_needs` and `root_needs` list, fetched at once and read through `stored_nodes`.
Nothing here reads or writes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec

HASH_BYTES = 32
SIZE_MAX = 2**63 - 1
"""Leaves in a tree, so that every size fits a bigint."""
STORED_LEVELS_STEP = 8
"""Levels that are stored are multiples of this: the hashes of C2SP tlog-tiles."""
EMPTY_ROOT = sha256(b"").digest()
"""RFC 9162 §2.1.1: the hash of a tree without leaves."""

_LEAF, _NODE = b"\x00", b"\x01"
_SIZE_BYTES = 8

NodeAt = Callable[[int, int], bytes]
"""Level and index to the hash of that complete subtree."""

Node = tuple[int, int, bytes]
"""Level, index and hash of a complete subtree."""


class NodeRange(NamedTuple):
    """Stored nodes of one level: indexes `first` up to but not including `end`."""

    level: int
    first: int
    end: int


def leaf_hash(entry: bytes) -> bytes:
    """RFC 9162 §2.1.1: SHA-256(0x00 ‖ entry)."""
    return sha256(_LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """RFC 9162 §2.1.1: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(_NODE + left + right).digest()


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """RFC 9162 §2.1.1: the root over all these leaf hashes, in order."""
    return EMPTY_FRONTIER.extended(leaf_hashes)[0].root()


class Frontier(msgspec.Struct, frozen=True):
    """The edge where a tree grows: its size, and the hashes of the complete subtrees it consists of, largest first.

    Enough to append and to know the root; one hash for each 1 in the size's binary form: the stack of RFC 9162 §2.1.2.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size <= SIZE_MAX:
            raise ValueError(f"A tree has 0 to {SIZE_MAX} leaves, not {self.size}.")
        if len(self.hashes) != self.size.bit_count() or any(len(each) != HASH_BYTES for each in self.hashes):
            raise ValueError(f"These {len(self.hashes)} hashes are not the frontier of a tree of {self.size} leaves.")

    def extended(self, leaf_hashes: Iterable[bytes]) -> tuple[Frontier, list[Node]]:
        """The frontier with these leaves appended, and every subtree at level 8, 16, 24 … that they complete.

        Level 0 is the leaves themselves, which the caller has.
        """
        size, stack, completed = self.size, list(self.hashes), []
        for each in leaf_hashes:
            if len(each) != HASH_BYTES:
                raise ValueError(f"A leaf hash has {HASH_BYTES} bytes, not {len(each)}.")
            level, index, joined = 0, size, each
            while index & 1:
                joined = node_hash(stack.pop(), joined)
                level, index = level + 1, index >> 1
                if level % STORED_LEVELS_STEP == 0:
                    completed.append((level, index, joined))
            stack.append(joined)
            size += 1
        return Frontier(size, tuple(stack)), completed

    def root(self) -> bytes:
        """RFC 9162 §2.1.1: the root of the tree, EMPTY_ROOT if it has no leaves."""
        return _folded(self.hashes) if self.hashes else EMPTY_ROOT

    def to_bytes(self) -> bytes:
        """The size as eight bytes, big-endian, then the hashes."""
        return self.size.to_bytes(_SIZE_BYTES) + b"".join(self.hashes)

    @staticmethod
    def from_bytes(stored: bytes) -> Frontier:
        """What `to_bytes` gave; ValueError if it cannot have."""
        hashes = stored[_SIZE_BYTES:]
        if len(stored) < _SIZE_BYTES or len(hashes) % HASH_BYTES:
            raise ValueError(f"A frontier is not {len(stored)} bytes long.")
        split = tuple(hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES))
        return Frontier(int.from_bytes(stored[:_SIZE_BYTES]), split)


EMPTY_FRONTIER = Frontier()


# ---------------------------------------------------------------------------------------------------- making proofs


def root_at(size: int, node_at: NodeAt) -> bytes:
    """RFC 9162 §2.1.1: the root the tree had when it had `size` leaves."""
    _check(0 <= size <= SIZE_MAX, f"A tree has 0 to {SIZE_MAX} leaves, not {size}.")
    return _range_hash(0, size, node_at) if size else EMPTY_ROOT


def inclusion_path(index: int, size: int, node_at: NodeAt) -> list[bytes]:
    """RFC 9162 §2.1.3.1, PATH(index, D[size]): the hashes that lead from leaf `index` to the root at `size`."""
    return [_range_hash(start, end, node_at) for start, end in inclusion_ranges(index, size)]


def consistency_path(old: int, new: int, node_at: NodeAt) -> list[bytes]:
    """RFC 9162 §2.1.4.1, PROOF(old, D[new]): hashes that show that the tree of `new` leaves begins with that of `old`.

    ValueError for `old` 0: every tree begins with nothing, so such a proof would prove nothing.
    """
    return [_range_hash(start, end, node_at) for start, end in _consistency_ranges(old, new)]


def root_needs(size: int) -> list[NodeRange]:
    """The stored nodes that `root_at` reads."""
    return _needs([(0, size)])


def inclusion_needs(index: int, size: int) -> list[NodeRange]:
    """The stored nodes that `inclusion_path` reads: one query to the leaves and one to the nodes above."""
    return _needs(inclusion_ranges(index, size))


def consistency_needs(old: int, new: int) -> list[NodeRange]:
    """The stored nodes that `consistency_path` reads."""
    return _needs(_consistency_ranges(old, new))


def stored_nodes(stored: Mapping[tuple[int, int], bytes]) -> NodeAt:
    """`node_at` over what was fetched, (level, index) → hash, computing the levels between. KeyError: not fetched."""

    def node_at(level: int, index: int) -> bytes:
        above = level % STORED_LEVELS_STEP
        hashes = [stored[level - above, place] for place in range(index << above, (index + 1) << above)]
        while len(hashes) > 1:
            hashes = [node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    return node_at


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """The leaves under each hash of an inclusion path, from the leaf towards the root."""
    _check(0 <= index < size <= SIZE_MAX, f"Leaf {index} is not in a tree of {size} leaves.")
    siblings, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    return siblings[::-1]


def _consistency_ranges(old: int, new: int) -> list[tuple[int, int]]:
    """The leaves under each hash of a consistency path, SUBPROOF(old, D[new], true) unrolled."""
    _check(0 < old <= new <= SIZE_MAX, f"There is no proof from a tree of {old} leaves to one of {new}.")
    siblings, start, end = [], 0, new
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            siblings.append((middle, end))
            end = middle
        else:
            siblings.append((start, middle))
            start = middle
    if start:  # otherwise the old tree is this very subtree, and its root is already in the verifier's hands
        siblings.append((start, end))
    return siblings[::-1]


def _split(leaves: int) -> int:
    """RFC 9162 §2.1.1: k, the largest power of two smaller than the number of leaves."""
    return 1 << (leaves - 1).bit_length() - 1


def _complete_subtrees(start: int, end: int) -> list[tuple[int, int]]:
    """(level, index) of the complete subtrees that make up the leaves from start to end, largest first.

    Starts come from `_split`, so they are multiples of every power of two that fits.
    """
    subtrees = []
    while start < end:
        level = (end - start).bit_length() - 1
        subtrees.append((level, start >> level))
        start += 1 << level
    return subtrees


def _range_hash(start: int, end: int, node_at: NodeAt) -> bytes:
    return _folded([node_at(level, index) for level, index in _complete_subtrees(start, end)])


def _folded(hashes: Sequence[bytes]) -> bytes:
    folded = hashes[-1]
    for each in reversed(hashes[:-1]):
        folded = node_hash(each, folded)
    return folded


def _needs(ranges: Iterable[tuple[int, int]]) -> list[NodeRange]:
    """Without overlaps, in order, neighbours joined."""
    needed: list[NodeRange] = []
    for level, index in (each for start, end in ranges for each in _complete_subtrees(start, end)):
        below = level % STORED_LEVELS_STEP
        needed.append(NodeRange(level - below, index << below, (index + 1) << below))
    joined: list[NodeRange] = []
    for each in sorted(needed):
        if joined and joined[-1].level == each.level and joined[-1].end == each.first:
            joined[-1] = joined[-1]._replace(end=each.end)
        else:
            joined.append(each)
    return joined


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)


# -------------------------------------------------------------------------------------------------- checking proofs


def verify_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 §2.1.3.2: whether the path leads from `leaf`, a leaf *hash*, at `index` to the root at `size`."""
    if not 0 <= index < size <= SIZE_MAX or not _are_hashes(leaf, root, *path):
        return False
    place, last, joined = index, size - 1, leaf
    for each in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            joined = node_hash(each, joined)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            joined = node_hash(joined, each)
        place, last = place >> 1, last >> 1
    return last == 0 and joined == root


def verify_consistency(old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """RFC 9162 §2.1.4.2: whether the path shows that the tree of `new` leaves begins with the tree of `old`.

    Never from size 0: everything begins with nothing, so a log could "prove" any history consistent with an empty one.
    """
    if not 0 < old <= new <= SIZE_MAX:
        return False
    if old == new:
        return not path and old_root == new_root
    if not _are_hashes(old_root, new_root, *path):
        return False
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old_joined = new_joined = hashes[0]
    for each in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old_joined, new_joined = node_hash(each, old_joined), node_hash(each, new_joined)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new_joined = node_hash(new_joined, each)
        place, last = place >> 1, last >> 1
    return last == 0 and old_joined == old_root and new_joined == new_root


def _are_hashes(*hashes: bytes) -> bool:
    return all(len(each) == HASH_BYTES for each in hashes)
