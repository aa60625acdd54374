"""Shared numbers: nobody overruns a ceiling, and what is written down is only what moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.life import Mark, Tally
from shared.refused import Refused
from shared.tallies import Tallies


def test_a_mark_adds_to_what_was_there() -> None:
    tallies = Tallies({"budget": Tally(30, 100)})
    tallies.mark(Mark("budget", add=50))

    assert tallies.seen == {"budget": Tally(80, 100)}
    assert tallies.moves() == [("budget", Tally(30, 100), Tally(80, 100))]


def test_the_last_ore_may_be_granted_and_not_one_more() -> None:
    tallies = Tallies({"budget": Tally(30, 100)})
    tallies.mark(Mark("budget", add=70))

    with pytest.raises(Refused, match="not enough money"):
        tallies.mark(Mark("budget", add=1))
    assert tallies.seen["budget"] == Tally(100, 100)


def test_a_ceiling_cannot_be_set_below_what_is_granted() -> None:
    tallies = Tallies({"budget": Tally(30, 100)})

    with pytest.raises(Refused):
        tallies.mark(Mark("budget", ceiling=29))
    tallies.mark(Mark("budget", ceiling=30))


def test_what_did_not_move_is_not_written() -> None:
    tallies = Tallies({"budget": Tally(30, 100), "register": Tally(4)})
    tallies.mark(Mark("budget", add=5))
    tallies.mark(Mark("budget", add=-5))
    tallies.mark(Mark("new", add=1))

    assert tallies.moves() == [("new", None, Tally(1))]


def test_a_copy_is_a_draft_of_its_own() -> None:
    tallies = Tallies({"budget": Tally(30, 100)})
    copy = tallies.copy()
    copy.mark(Mark("budget", add=5))

    assert tallies.moves() == []
    assert copy.moves() == [("budget", Tally(30, 100), Tally(35, 100))]


@given(st.integers(0, 1_000), st.lists(st.integers(0, 200), max_size=30))
def test_whatever_is_asked_for_the_sum_never_passes_the_ceiling(ceiling: int, asked: list[int]) -> None:
    tallies = Tallies({"budget": Tally(0, ceiling)})
    granted = 0
    for amount in asked:
        try:
            tallies.mark(Mark("budget", add=amount))
        except Refused:
            assert granted + amount > ceiling
            continue
        granted += amount

    assert tallies.seen["budget"].value == granted <= ceiling
