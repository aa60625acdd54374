"""Tiles are addressed and filled as c2sp.org/tlog-tiles says, and any proof can be made from them alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.merkle import (
    EMPTY_FRONTIER,
    SIZE_MAX,
    consistency_needs,
    consistency_path,
    inclusion_needs,
    inclusion_path,
    leaf_hash,
    root,
    root_at,
    root_needs,
    stored_nodes,
    verify_consistency,
    verify_inclusion,
)
from shared.tlog.tiles import (
    ENTRY_BYTES_MAX,
    WIDTH,
    EntryTooLong,
    NoSuchTile,
    Tile,
    bundle,
    entries_of,
    hashes_of,
    read_tile,
    tile_with,
    tiles_for,
)

SIZE = 70_000
LEAVES = [leaf_hash(number.to_bytes(4)) for number in range(SIZE)]
STORED = {(0, index): leaf for index, leaf in enumerate(LEAVES)}
STORED |= {(level, index): joined for level, index, joined in EMPTY_FRONTIER.extended(LEAVES)[1]}

EVERYTHING = stored_nodes(STORED)


def root_of(size: int) -> bytes:
    """What the whole tree says; that this is right is shown where trees are."""
    return root_at(size, EVERYTHING)


def all_tiles(size: int) -> list[Tile]:
    """As the specification counts them: floor(s / 256^l) hashes at level l, 256 in each tile."""
    found, level = [], 0
    while count := size >> (8 * level):
        found += [Tile(level, index) for index in range(count // WIDTH)]
        if count % WIDTH:
            found.append(Tile(level, count // WIDTH, count % WIDTH))
        level += 1
    return found


def fetched(tiles: list[Tile]) -> dict[tuple[int, int], bytes]:
    """What a client has that knows nothing but these tiles, asked for by their paths."""
    table = {}
    for tile in tiles:
        level, _, place = tile.path.partition("/")
        asked = read_tile(level, place)
        nodes = asked.nodes
        content = b"".join(STORED[nodes.level, index] for index in range(nodes.first, nodes.end))
        table |= {(nodes.level, nodes.first + at): each for at, each in enumerate(hashes_of(content, asked.width))}
    return table


def test_the_specified_example_of_seventy_thousand() -> None:
    tiles = all_tiles(SIZE)

    assert sum(tile.level == 0 and tile.width == WIDTH for tile in tiles) == 273
    assert [tile for tile in tiles if tile.width < WIDTH] == [Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert all_tiles(256) == [Tile(0, 0), Tile(1, 0, 1)]


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "0/000"),
        (Tile(0, 1_234_067), "0/x001/x234/067"),
        (Tile(1, 999, 3), "1/999.p/3"),
        (Tile(2, 1_000, 255), "2/x001/000.p/255"),
        (Tile(None, 1_234_067, 17), "entries/x001/x234/067.p/17"),
        (Tile(0, 12_345_678), "0/x012/x345/678"),
    ],
)
def test_addresses_are_those_of_the_specification(tile: Tile, path: str) -> None:
    assert tile.path == path
    level, _, place = path.partition("/")
    assert read_tile(level, place) == tile


NOT_THE_NUMBER = ["0", "00", "0000", "x000/000", "x001", "001/000", "x01/000", "000/", "/000", "٠٠٠", "000\n", "x", ""]
NOT_THE_WIDTH = ["0", "256", "01", "", "1.p/1", "-1", "1000"]
NO_ADDRESSES = [
    *(f"0/{number}" for number in NOT_THE_NUMBER),
    *(f"0/000.p/{width}" for width in NOT_THE_WIDTH),
    *(f"{level}/000" for level in ("00", "8", "64", "-1", "a", "Entries", "")),
    "0/000.p",
    "7/x001/000",
    "entries/x",
    "0/" + "x999/" * 20 + "999",
]


@pytest.mark.parametrize("path", NO_ADDRESSES)
def test_whatever_else_is_no_address(path: str) -> None:
    level, _, place = path.partition("/")
    with pytest.raises(NoSuchTile):
        read_tile(level, place)


@given(st.integers(0, 6), st.integers(0, 2**50), st.integers(1, WIDTH))
def test_every_address_is_read_as_it_is_written(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)
    first, _, place = tile.path.partition("/")
    if tile.nodes.end << tile.nodes.level > SIZE_MAX:
        with pytest.raises(NoSuchTile):
            read_tile(first, place)
    else:
        assert read_tile(first, place) == tile


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 4_097, 65_535, 65_536, 65_537, SIZE])
def test_every_proof_can_be_made_from_the_tiles_of_that_size(size: int) -> None:
    there = set(all_tiles(size))
    needs = tiles_for(root_needs(size), size)
    assert set(needs) <= there, "nobody asks for a tile that is not of this tree"
    assert root_at(size, stored_nodes(fetched(needs))) == root_of(size)
    for index in {0, size // 2, size - 1}:
        needs = tiles_for(inclusion_needs(index, size), size)
        assert set(needs) <= there
        path = inclusion_path(index, size, stored_nodes(fetched(needs)))
        assert verify_inclusion(LEAVES[index], index, size, path, root_of(size))
    for old in {1, size // 2, size - 1, size} - {0}:
        needs = tiles_for(consistency_needs(old, size), size)
        assert set(needs) <= there
        path = consistency_path(old, size, stored_nodes(fetched(needs)))
        assert verify_consistency(old, size, path, root_of(old), root_of(size))


def test_every_small_pair_of_sizes_is_proven_from_tiles() -> None:
    roots = [root(LEAVES[:size]) for size in range(70)]
    for new in range(1, 70):
        nodes = stored_nodes(fetched(all_tiles(new)))
        for old in range(1, new + 1):
            assert set(tiles_for(consistency_needs(old, new), new)) <= set(all_tiles(new))
            assert verify_consistency(old, new, consistency_path(old, new, nodes), roots[old], roots[new])


def test_a_hash_beyond_the_tree_is_in_no_tile() -> None:
    assert tile_with(0, 299, 300) == Tile(0, 1, 44)
    for level, node in ((0, 300), (8, 1), (16, 0), (4, 0)):
        with pytest.raises(NoSuchTile):
            tile_with(level, node, 300)


def test_a_tile_of_the_wrong_length_is_none() -> None:
    assert hashes_of(bytes(64), 2) == [bytes(32)] * 2
    for content in (b"", bytes(63), bytes(96)):
        with pytest.raises(NoSuchTile):
            hashes_of(content, 2)


def test_a_bundle_holds_the_exact_entries() -> None:
    entries = [b"", b"{}", "å".encode(), bytes(ENTRY_BYTES_MAX)]
    assert bundle(0, [b"ab"]) == b"\x00\x02ab"
    assert entries_of(bundle(256, entries)) == entries
    with pytest.raises(EntryTooLong, match="Entry 259"):
        bundle(256, [*entries[:3], bytes(ENTRY_BYTES_MAX + 1)])


@given(st.lists(st.binary(max_size=40), max_size=6), st.integers(0, 200))
def test_a_bundle_that_was_cut_is_noticed_or_whole_entries_shorter(entries: list[bytes], cut: int) -> None:
    whole = bundle(0, entries)
    try:
        read = entries_of(whole[: max(0, len(whole) - cut)])
    except ValueError:
        return
    assert read == entries[: len(read)]
