"""The tree's hashes, and its growing edge: however the leaves arrive, the root is the RFC's."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.merkle import (
    EMPTY_FRONTIER,
    EMPTY_ROOT,
    HASH_BYTES,
    SIZE_MAX,
    Frontier,
    leaf_hash,
    node_hash,
    root,
    root_at,
    root_needs,
    stored_nodes,
)
from tests.unit.merkle import reference

ENTRIES = [f"entry {number}".encode() for number in range(700)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_certificate_transparency(size: int) -> None:
    assert root(map(leaf_hash, reference.ENTRIES[:size])) == reference.ROOTS[size]
    assert reference.mth(reference.ENTRIES[:size]) == reference.ROOTS[size]


def test_the_reference_hashes_of_rfc_6962() -> None:
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash(b"L123456").hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    assert node_hash(b"N123", b"N456").hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


def test_a_node_can_never_pass_for_a_leaf() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right) != node_hash(right, left)
    assert sha256(left + right).digest() != node_hash(left, right), "without the prefix they could be confused"


@pytest.mark.parametrize("size", [*range(140), 255, 256, 257, 511, 512, 513, 700])
def test_the_root_is_the_rfcs_at_every_size(size: int) -> None:
    assert root(LEAVES[:size]) == reference.mth(ENTRIES[:size])


@given(st.lists(st.integers(0, 300), max_size=6))
def test_leaves_may_arrive_in_any_batches(batches: list[int]) -> None:
    leaves = [leaf_hash(number.to_bytes(2)) for number in range(sum(batches))]
    frontier, completed = EMPTY_FRONTIER, []
    for batch in batches:
        frontier, nodes = frontier.extended(leaves[frontier.size : frontier.size + batch])
        completed += nodes
    assert (frontier, completed) == EMPTY_FRONTIER.extended(leaves)
    assert frontier.root() == root(leaves)


@given(st.lists(st.binary(max_size=4), max_size=40), st.integers(0, 40))
def test_a_frontier_kept_as_bytes_grows_on_as_if_it_had_never_been(entries: list[bytes], stop: int) -> None:
    leaves = [leaf_hash(entry) for entry in entries]
    kept = EMPTY_FRONTIER.extended(leaves[:stop])[0].to_bytes()
    grown, _ = Frontier.from_bytes(kept).extended(leaves[stop:])
    assert grown.root() == reference.mth(entries)
    assert Frontier.from_bytes(grown.to_bytes()) == grown


def test_growing_changes_nothing_that_was() -> None:
    before, _ = EMPTY_FRONTIER.extended(LEAVES[:5])
    after, _ = before.extended(LEAVES[5:9])
    assert (before.size, after.size) == (5, 9)
    assert before.root() == root(LEAVES[:5])
    assert EMPTY_FRONTIER.root() == EMPTY_ROOT


def test_the_subtrees_that_close_are_told_once_each_with_their_hashes() -> None:
    many = [leaf_hash(number.to_bytes(4)) for number in range(65_536 + 300)]
    _, completed = EMPTY_FRONTIER.extended(many)
    assert [(level, index) for level, index, _ in completed if level == 16] == [(16, 0)]
    assert [index for level, index, _ in completed if level == 8] == list(range(257))
    assert {level for level, _, _ in completed} == {8, 16}
    for level, index, hashed in completed[::16]:
        assert hashed == root(many[index << level : index + 1 << level])


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 300, 511, 512, 513, 699, 700])
def test_an_earlier_root_is_found_again_from_what_is_stored(size: int) -> None:
    _, completed = EMPTY_FRONTIER.extended(LEAVES)
    table = {(0, index): leaf for index, leaf in enumerate(LEAVES)}
    table |= {(level, index): hashed for level, index, hashed in completed}
    fetched = {
        (level, index): table[level, index] for level, first, end in root_needs(size) for index in range(first, end)
    }
    assert len(fetched) <= size // 256 + size % 256
    assert root_at(size, stored_nodes(fetched)) == root(LEAVES[:size])


@pytest.mark.parametrize("leaf", [b"", b"x", b"x" * 31, b"x" * 33])
def test_an_entry_is_not_taken_for_its_hash(leaf: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        EMPTY_FRONTIER.extended([leaf])


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"\x00" * 7,
        b"\x00" * 9,
        b"\x00" * 8 + b"x" * 32,
        (1).to_bytes(8),
        (1).to_bytes(8) + b"x" * 31,
        (1).to_bytes(8) + b"x" * 64,
        (3).to_bytes(8) + b"x" * 32,
        (SIZE_MAX + 1).to_bytes(8) + b"x" * 32,
        b"\xff" * 8 + b"x" * 64 * 32,
    ],
)
def test_a_damaged_frontier_is_refused(stored: bytes) -> None:
    with pytest.raises(ValueError):
        Frontier.from_bytes(stored)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frontier_or_refused(stored: bytes) -> None:
    try:
        frontier = Frontier.from_bytes(stored)
    except ValueError:
        return
    assert frontier.to_bytes() == stored
    assert len(frontier.root()) == HASH_BYTES


def test_a_tree_can_be_as_large_as_a_bigint_and_no_larger() -> None:
    full = Frontier(SIZE_MAX, (b"x" * HASH_BYTES,) * 63)
    assert Frontier.from_bytes(full.to_bytes()) == full
    with pytest.raises(ValueError):
        full.extended([b"x" * HASH_BYTES])
    with pytest.raises(ValueError):
        root_at(SIZE_MAX + 1, lambda _level, _index: b"")
    with pytest.raises(ValueError):
        root_at(-1, lambda _level, _index: b"")
