"""Proofs: every right one is taken, every wrong one refused, and each is made from exactly what was listed for it."""

from __future__ import annotations

import json
from base64 import b64decode
from collections import UserDict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.merkle import (
    EMPTY_FRONTIER,
    EMPTY_ROOT,
    HASH_BYTES,
    SIZE_MAX,
    NodeRange,
    consistency_needs,
    consistency_path,
    inclusion_needs,
    inclusion_path,
    leaf_hash,
    root,
    root_at,
    stored_nodes,
    verify_consistency,
    verify_inclusion,
)
from tests.unit.merkle import reference

DATA = Path(__file__).parent / "data"
INCLUSION: dict[str, Any] = json.loads((DATA / "inclusion.json").read_text())
CONSISTENCY: dict[str, Any] = json.loads((DATA / "consistency.json").read_text())

SMALL = 130
ENTRIES = [bytes([number]) for number in range(SMALL)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ROOTS = [root(LEAVES[:size]) for size in range(SMALL + 1)]
SMALL_NODES = stored_nodes({(0, index): leaf for index, leaf in enumerate(LEAVES)})

LARGE = 70_000
MANY = [leaf_hash(number.to_bytes(4)) for number in range(LARGE)]
TABLE = {(0, index): leaf for index, leaf in enumerate(MANY)}
TABLE |= {(level, index): hashed for level, index, hashed in EMPTY_FRONTIER.extended(MANY)[1]}
EVERYTHING = stored_nodes(TABLE)
LARGE_ROOTS = {size: root(MANY[:size]) for size in (1, 255, 256, 257, 300, 4096, 65_535, 65_536, 65_537, LARGE)}


class Recorded(UserDict[tuple[int, int], bytes]):
    """A table that knows what was read from it."""

    def __init__(self, table: dict[tuple[int, int], bytes]) -> None:
        super().__init__(table)
        self.read: set[tuple[int, int]] = set()

    def __getitem__(self, key: tuple[int, int]) -> bytes:
        self.read.add(key)
        return super().__getitem__(key)


def hashes(encoded: list[str] | None) -> list[bytes]:
    return [b64decode(each) for each in encoded or []]


def table_of(needs: list[NodeRange]) -> dict[tuple[int, int], bytes]:
    """What a database would fetch for the proof; KeyError if it asks for what no tree stores."""
    return {(level, index): TABLE[level, index] for level, first, end in needs for index in range(first, end)}


@pytest.mark.parametrize("vector", INCLUSION.values(), ids=INCLUSION)
def test_inclusion_is_judged_as_by_the_reference_implementation(vector: dict[str, Any]) -> None:
    leaf, tree_root = b64decode(vector["leafHash"]), b64decode(vector["root"])
    judged = verify_inclusion(leaf, vector["leafIdx"], vector["treeSize"], hashes(vector["proof"]), tree_root)
    assert judged is not vector["wantErr"]


@pytest.mark.parametrize("vector", CONSISTENCY.values(), ids=CONSISTENCY)
def test_consistency_is_judged_as_by_the_reference_implementation(vector: dict[str, Any]) -> None:
    old_root, new_root = b64decode(vector["root1"]), b64decode(vector["root2"])
    judged = verify_consistency(vector["size1"], vector["size2"], hashes(vector["proof"]), old_root, new_root)
    assert judged is not vector["wantErr"]


@pytest.mark.parametrize("size", range(1, SMALL + 1))
def test_every_inclusion_in_every_small_tree(size: int) -> None:
    for index in range(size):
        path = inclusion_path(index, size, SMALL_NODES)
        assert verify_inclusion(LEAVES[index], index, size, path, ROOTS[size])
        assert not verify_inclusion(LEAVES[index - 1], index, size, path, ROOTS[size]) or size == 1
        assert not verify_inclusion(LEAVES[index], index, size, path, ROOTS[size - 1])
        assert not verify_inclusion(LEAVES[index], index, size, [*path, LEAVES[0]], ROOTS[size])


@pytest.mark.parametrize("new", range(1, SMALL + 1))
def test_every_consistency_between_small_trees(new: int) -> None:
    for old in range(1, new + 1):
        path = consistency_path(old, new, SMALL_NODES)
        assert verify_consistency(old, new, path, ROOTS[old], ROOTS[new])
        assert not verify_consistency(old, new, path, ROOTS[old - 1], ROOTS[new])
        assert not verify_consistency(old, new, path, ROOTS[old], ROOTS[new - 1])
        assert not verify_consistency(old, new, [*path, LEAVES[0]], ROOTS[old], ROOTS[new])


@pytest.mark.parametrize("size", range(1, 41))
def test_the_proofs_are_the_rfcs_own(size: int) -> None:
    for index in range(size):
        assert inclusion_path(index, size, SMALL_NODES) == reference.path(index, ENTRIES[:size])
        assert consistency_path(index + 1, size, SMALL_NODES) == reference.proof(index + 1, ENTRIES[:size])


def mutations(path: list[bytes]) -> list[list[bytes]]:
    """The path with one bit turned, one hash lost, doubled, swapped with its neighbour, cut short or too long."""
    wrong = []
    for at, each in enumerate(path):
        for byte, bit in ((0, 0x80), (17, 0x10), (31, 0x01)):
            turned = each[:byte] + bytes([each[byte] ^ bit]) + each[byte + 1 :]
            wrong.append([*path[:at], turned, *path[at + 1 :]])
        wrong += [
            [*path[:at], *path[at + 1 :]],
            [*path[:at], each, *path[at:]],
            [*path[:at], each[:-1], *path[at + 1 :]],
            [*path[:at], each + b"\x00", *path[at + 1 :]],
            [*path[:at], b"", *path[at + 1 :]],
        ]
        if at and path[at - 1] != each:
            wrong.append([*path[: at - 1], each, path[at - 1], *path[at + 1 :]])
    wrong += [[*path, b"\x00" * HASH_BYTES], [EMPTY_ROOT, *path]]
    return wrong


@pytest.mark.parametrize("size", [*range(1, 34), 63, 64, 65, 100, 127, 128, 129, 130])
def test_every_mutation_of_an_inclusion_proof_is_refused(size: int) -> None:
    for index in range(size):
        path = inclusion_path(index, size, SMALL_NODES)
        assert verify_inclusion(LEAVES[index], index, size, path, ROOTS[size])
        for wrong in mutations(path):
            assert not verify_inclusion(LEAVES[index], index, size, wrong, ROOTS[size])
        for elsewhere in {index - 1, index + 1, index ^ 2, size, -1} - {index}:
            assert not verify_inclusion(LEAVES[index], elsewhere, size, path, ROOTS[size])


@pytest.mark.parametrize("new", [*range(1, 34), 63, 64, 65, 100, 127, 128, 129, 130])
def test_every_mutation_of_a_consistency_proof_is_refused(new: int) -> None:
    for old in range(1, new + 1):
        path = consistency_path(old, new, SMALL_NODES)
        assert verify_consistency(old, new, path, ROOTS[old], ROOTS[new])
        for wrong in mutations(path):
            assert not verify_consistency(old, new, wrong, ROOTS[old], ROOTS[new])
        assert old == new or not verify_consistency(old, new, path, ROOTS[new], ROOTS[old])
        assert old == new or not verify_consistency(new, old, path, ROOTS[new], ROOTS[old])


@pytest.mark.parametrize("new", [0, 1, 2, 7, 8])
@pytest.mark.parametrize("path", [[], [ROOTS[8]], LEAVES[:3]], ids=len)
def test_a_consistency_proof_from_nothing_is_refused(new: int, path: list[bytes]) -> None:
    assert not verify_consistency(0, new, path, EMPTY_ROOT, ROOTS[new])
    with pytest.raises(ValueError):
        consistency_path(0, new, SMALL_NODES)
    with pytest.raises(ValueError):
        consistency_needs(0, new)


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 3), (1, SIZE_MAX + 1), (-2, -1)])
def test_there_is_no_proof_backwards_or_beyond(old: int, new: int) -> None:
    with pytest.raises(ValueError):
        consistency_path(old, new, SMALL_NODES)
    assert not verify_consistency(old, new, [], ROOTS[1], ROOTS[1])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 1), (0, -1), (5, 3), (0, SIZE_MAX + 1)])
def test_there_is_no_proof_of_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError):
        inclusion_path(index, size, SMALL_NODES)
    assert not verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])


def test_a_rewritten_history_has_no_proof_of_consistency() -> None:
    """The control: with the honest leaves the same path is taken."""
    rewritten = [*LEAVES[:10], leaf_hash(b"another decision"), *LEAVES[11:]]
    nodes = stored_nodes({(0, index): leaf for index, leaf in enumerate(rewritten)})
    for old in range(11, 64):
        honest = consistency_path(old, 64, SMALL_NODES)
        forged = consistency_path(old, 64, nodes)
        assert verify_consistency(old, 64, honest, ROOTS[old], ROOTS[64])
        assert not verify_consistency(old, 64, forged, ROOTS[old], root(rewritten[:64]))
        assert not verify_consistency(old, 64, honest, ROOTS[old], root(rewritten[:64]))


@pytest.mark.parametrize("size", LARGE_ROOTS)
def test_a_proof_from_a_large_tree_reads_exactly_what_was_listed(size: int) -> None:
    for index in {0, 1, 254, 255, 256, 257, size // 2, size - 2, size - 1} & set(range(size)):
        needs = inclusion_needs(index, size)
        fetched = Recorded(table_of(needs))
        path = inclusion_path(index, size, stored_nodes(fetched))
        assert verify_inclusion(MANY[index], index, size, path, LARGE_ROOTS[size])
        assert fetched.read == set(fetched), "the list holds more or less than the proof needs"
        assert sum(end - first for _, first, end in needs) == len(fetched), "something is fetched twice"
        assert len(fetched) <= 3 * 2 * 255
        assert len(needs) <= 2 * size.bit_length()


@pytest.mark.parametrize("old", LARGE_ROOTS)
@pytest.mark.parametrize("new", LARGE_ROOTS)
def test_a_consistency_proof_from_a_large_tree_reads_exactly_what_was_listed(old: int, new: int) -> None:
    if old > new:
        with pytest.raises(ValueError):
            consistency_needs(old, new)
        return
    fetched = Recorded(table_of(consistency_needs(old, new)))
    path = consistency_path(old, new, stored_nodes(fetched))
    assert verify_consistency(old, new, path, LARGE_ROOTS[old], LARGE_ROOTS[new])
    assert fetched.read == set(fetched)
    assert all(level % 8 == 0 for level, _ in fetched)


@given(st.integers(1, LARGE), st.data())
def test_any_leaf_of_any_large_tree_can_be_proven(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, stored_nodes(table_of(inclusion_needs(index, size))))
    assert verify_inclusion(MANY[index], index, size, path, root_at(size, EVERYTHING))
    old = data.draw(st.integers(1, size))
    path = consistency_path(old, size, stored_nodes(table_of(consistency_needs(old, size))))
    assert verify_consistency(old, size, path, root_at(old, EVERYTHING), root_at(size, EVERYTHING))


def test_a_missing_node_is_an_error_and_never_a_wrong_proof() -> None:
    fetched = table_of(inclusion_needs(1000, LARGE))
    fetched.popitem()
    with pytest.raises(KeyError):
        inclusion_path(1000, LARGE, stored_nodes(fetched))


@given(
    st.integers(-2, 200),
    st.integers(-2, 200),
    st.lists(st.sampled_from([*LEAVES[:8], *ROOTS[:20], b"", b"short"]), max_size=9),
    st.sampled_from(LEAVES[:20]),
    st.sampled_from(ROOTS[:40]),
)
def test_any_claim_is_judged_without_failing(
    first: int, second: int, path: list[bytes], leaf: bytes, tree_root: bytes
) -> None:
    assert verify_inclusion(leaf, first, second, path, tree_root) in (True, False)
    assert verify_consistency(first, second, path, leaf, tree_root) in (True, False)
