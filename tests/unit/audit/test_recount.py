"""The recount agrees with a true tree, page by page, and with no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from services.audit.domain.recount import TILE, Found, Kept, Place, Recount, is_root_of
from shared.merkle import EMPTY_FRONTIER, Frontier, leaf_hash

TEXTS = [f"fact {number}".encode() for number in range(3 * TILE + 17)]


class Books:
    """A stored tree in memory, as the archive would have stored it."""

    def __init__(self, texts: list[bytes]) -> None:
        leaves = [leaf_hash(text) for text in texts]
        self.edge, completed = EMPTY_FRONTIER.extended(leaves)
        self.root = self.edge.root()
        self.rows = [Kept(*row) for row in zip(range(1, len(texts) + 1), texts, leaves, strict=True)]
        self.nodes: dict[Place, bytes] = {(0, index): leaf for index, leaf in enumerate(leaves)}
        self.nodes |= {(level, index): joined for level, index, joined in completed}

    def page(self, start: int, tiles: int) -> tuple[Recount, Found]:
        recount = Recount(start, self.edge.size)
        for _ in range(tiles):
            recount.add([row for row in self.rows if recount.end < row.position <= recount.tile_end])
        asked = {
            (each.level, index): self.nodes[each.level, index]
            for each in recount.needs()
            for index in range(each.first, each.end)
            if (each.level, index) in self.nodes
        }
        return recount, recount.found(asked)

    def agrees(self, tiles: int) -> bool:
        """Every page of so many tiles."""
        start, clean = 0, True
        while True:
            recount, found = self.page(start, tiles)
            clean = clean and found == Found([], [], [], self.root)
            start = recount.end
            if start == self.edge.size:
                return clean


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 785])
@pytest.mark.parametrize("tiles", [1, 2, 16])
def test_a_true_tree_agrees_however_long_its_pages(size: int, tiles: int) -> None:
    assert Books(TEXTS[:size]).agrees(tiles)


def test_a_tree_with_a_stored_hash_two_levels_up_agrees() -> None:
    books = Books([number.to_bytes(3) for number in range(TILE * TILE + 300)])

    assert (16, 0) in books.nodes
    assert books.page(TILE * (TILE - 1), 1)[1] == Found([], [], [], books.root)
    assert books.page(TILE * TILE, 2)[1] == Found([], [], [], books.root)

    books.nodes[16, 0] = bytes(32)
    assert books.page(TILE * (TILE - 1), 1)[1].wrong == [(16, 0)]


def test_an_altered_text_is_named() -> None:
    books = Books(TEXTS)
    books.rows[300] = books.rows[300]._replace(text=b"another")

    found = books.page(0, 16)[1]

    assert found.altered == [301]
    assert found.computed not in (None, books.root)


def test_an_altered_text_whose_leaf_was_altered_with_it_shows_in_the_hash_above() -> None:
    books = Books(TEXTS)
    books.rows[300] = Kept(301, b"another", leaf_hash(b"another"))
    books.nodes[0, 300] = leaf_hash(b"another")

    found = books.page(TILE, 1)[1]

    assert found.altered == []
    assert found.wrong == [(8, 1)]


def test_an_altered_text_in_the_open_end_shows_in_the_root() -> None:
    books = Books(TEXTS)
    books.rows[-1] = Kept(len(TEXTS), b"another", leaf_hash(b"another"))
    books.nodes[0, len(TEXTS) - 1] = leaf_hash(b"another")

    assert books.page(3 * TILE, 1)[1].computed not in (None, books.root)


def test_a_missing_entry_is_named() -> None:
    books = Books(TEXTS)
    del books.rows[TILE + 4]

    assert books.page(0, 16)[1].missing == [TILE + 5]


@pytest.mark.parametrize("place", [(8, 0), (8, 2)])
def test_a_stored_hash_that_was_altered_or_removed_is_named(place: Place) -> None:
    books = Books(TEXTS)
    books.nodes[place] = bytes(32)
    assert books.page(0, 16)[1].wrong == [place]

    del books.nodes[place]
    assert books.page(0, 16)[1].wrong == [place]
    assert not books.agrees(1)


@pytest.mark.parametrize(
    "tamper",
    [
        lambda books: books.rows.__setitem__(0, books.rows[0]._replace(text=b"another")),
        lambda books: books.rows.__setitem__(0, Kept(1, b"another", leaf_hash(b"another"))),
        lambda books: books.rows.pop(700),
        lambda books: books.nodes.__setitem__((8, 1), bytes(32)),
        lambda books: setattr(books, "root", bytes(32)),
    ],
)
@pytest.mark.parametrize("tiles", [1, 3, 16])
def test_whatever_is_altered_some_page_does_not_agree(tamper: Callable[[Books], object], tiles: int) -> None:
    books = Books(TEXTS)
    assert books.agrees(tiles)

    tamper(books)

    assert not books.agrees(tiles)


@pytest.mark.parametrize(("start", "size"), [(1, 300), (255, 300), (512, 300), (-256, 300)])
def test_no_page_starts_within_a_tile_or_outside_the_tree(start: int, size: int) -> None:
    with pytest.raises(ValueError):
        Recount(start, size)


def test_the_edge_a_tree_grows_from_is_checked_too() -> None:
    edge, _ = EMPTY_FRONTIER.extended(map(leaf_hash, TEXTS[:5]))

    assert is_root_of(edge.to_bytes(), 5, edge.root())
    assert not is_root_of(edge.to_bytes(), 4, edge.root())
    assert not is_root_of(Frontier(5, (bytes(32), bytes(32))).to_bytes(), 5, edge.root())
    assert not is_root_of(b"scribble", 5, edge.root())
