"""What was signed held against a book: whatever was done to it lies where it is said to lie, and nowhere else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.audit.domain.as_signed import Held, Matter, Span, Stands, Unlike, narrowed, unlike
from shared.merkle import EMPTY_FRONTIER, leaf_hash

ENTRIES = 60
SIZES = st.sets(st.integers(1, ENTRIES), min_size=1).map(sorted)


def signed(texts: list[int], sizes: list[int]) -> dict[int, str]:
    """Size → the root that was signed."""
    roots = {}
    edge = EMPTY_FRONTIER
    for text in texts:
        edge, _ = edge.extended([leaf_hash(bytes([text]))])
        roots[edge.size] = edge.root().hex()
    return {size: roots[size] for size in sizes}


def held(was: dict[int, str], now: list[int]) -> list[Held]:
    is_now = signed(now, list(range(1, len(now) + 1)))
    return [
        Held(size, root, Stands.GONE if size > len(now) else Stands.HOLDS if is_now[size] == root else Stands.OTHER)
        for size, root in was.items()
    ]


WHOLE = list(range(ENTRIES))


@given(SIZES, st.integers(0, ENTRIES - 1))
def test_an_entry_that_was_changed_lies_between_the_checkpoints_that_are_named(sizes: list[int], place: int) -> None:
    now = [200 if at == place else text for at, text in enumerate(WHOLE)]

    found = unlike(held(signed(WHOLE, sizes), now), 0, ENTRIES)

    if place >= sizes[-1]:
        assert found == [], "nobody had signed it yet"
    else:
        (one,) = found
        assert one.what is Matter.REWRITTEN
        assert one.first <= place + 1 <= one.last == one.size
        assert one.first == max([0, *(size for size in sizes if size <= place)]) + 1
        assert one.last == min(size for size in sizes if size > place)


@given(SIZES, st.integers(0, ENTRIES))
def test_what_was_signed_and_is_gone_is_named_to_the_number(sizes: list[int], left: int) -> None:
    found = unlike(held(signed(WHOLE, sizes), WHOLE[:left]), 0, left)

    expected = [Unlike(Matter.CUT, left + 1, sizes[-1], sizes[-1])] if sizes[-1] > left else []
    assert found == expected


@given(SIZES)
def test_a_book_that_is_what_was_signed_gives_nothing(sizes: list[int]) -> None:
    assert unlike(held(signed(WHOLE, sizes), WHOLE), 0, ENTRIES) == []


def test_a_checkpoint_that_is_false_is_named_and_not_the_entries() -> None:
    one, other, last = Held(10, "a", Stands.OTHER), Held(20, "b", Stands.FALSE), Held(30, "c", Stands.HOLDS)

    found = unlike([last, other, one], 0, 30)

    assert [(each.what, each.size) for each in found] == [(Matter.FALSE_CHECKPOINT, 10), (Matter.FALSE_CHECKPOINT, 20)]


def test_where_the_stored_hash_above_is_the_older_truth_it_is_the_entries_that_were_changed() -> None:
    """Entry and leaf were changed and the hash above left: checkpoints beyond its subtree still seem to hold."""
    kept = [Held(300, "a", Stands.HOLDS), Held(400, "b", Stands.OTHER), Held(600, "c", Stands.HOLDS)]

    assert [one.what for one in unlike(kept, 0, 600)] == [Matter.FALSE_CHECKPOINT], "the control"
    (one,) = unlike(kept, 0, 600, [Span(257, 512)])

    assert (one.what, one.first, one.last) == (Matter.REWRITTEN, 301, 400)


def test_a_log_that_began_anew_counts_from_its_source_s_first_entry() -> None:
    kept = [Held(11, "a", Stands.HOLDS), Held(21, "b", Stands.OTHER), Held(41, "c", Stands.GONE)]

    assert unlike(kept, 1, 31) == [
        Unlike(Matter.REWRITTEN, 11, 20, 21),
        Unlike(Matter.CUT, 31, 40, 41),
    ]
    (one,) = unlike([Held(5, "a", Stands.OTHER)], 1, 31)
    assert (one.first, one.last) == (1, 4)


def test_the_innermost_of_what_is_known_says_where() -> None:
    one = Unlike(Matter.REWRITTEN, 11, 40, 40)

    spans = [Span(1, 32), Span(17, 24), Span(20, 20), Span(33, 40), Span(50, 60)]

    assert [(each.first, each.last) for each in narrowed(one, spans)] == [(20, 20), (33, 40)]
    assert narrowed(one, [Span(50, 60)]) == [one]
    cut = Unlike(Matter.CUT, 11, 40, 40)
    assert narrowed(cut, spans) == [cut]
