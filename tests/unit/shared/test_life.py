"""What a subject may become, and what is said when it may not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from shared.identity import FUND, Role
from shared.life import Circumstances, Mark, Tally
from shared.life_book import LifeBook
from shared.refused import NotNow
from tests.unit.shared.lending import BOOK, Book, BookBought, BookLent, BookReturned, LendBook, Status

BOOK_ID, READER = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def bought() -> Book:
    return BOOK.follow(None, BookBought(price_ore=100), BOOK_ID)


def test_a_subject_begins_with_its_first_event() -> None:
    assert bought() == Book(id=BOOK_ID, version=1, status=Status.IN, price_ore=100)


def test_each_event_moves_the_status_and_the_version_and_only_what_it_is_about() -> None:
    lent = BOOK.follow(bought(), BookLent(reader=READER), BOOK_ID)
    back = BOOK.follow(lent, BookReturned(), BOOK_ID)

    assert lent == Book(id=BOOK_ID, version=2, status=Status.OUT, price_ore=100, reader=READER)
    assert back == Book(id=BOOK_ID, version=3, status=Status.IN, price_ore=100, reader=None)


@pytest.mark.parametrize("event", [BookBought(price_ore=1), BookReturned()])
def test_what_has_no_place_now_is_refused_with_the_words_of_the_stage_it_is_at(
    event: BookBought | BookReturned,
) -> None:
    with pytest.raises(NotNow) as refused:
        BOOK.follow(bought(), event, BOOK_ID)

    assert refused.value.detail.sv == "Det går inte i det här läget: Boken är inne."
    assert refused.value.detail.en == "That cannot be done at this stage: The book is in."
    assert refused.value.status == 409


def test_nothing_can_be_done_to_what_is_not_there() -> None:
    with pytest.raises(NotNow) as refused:
        BOOK.follow(None, BookLent(reader=READER), BOOK_ID)

    assert refused.value.detail.en == "There is nothing to do that with yet."


def test_a_page_may_offer_what_has_a_place_now() -> None:
    assert BOOK.possible(None) == {BookBought}
    assert BOOK.possible(Status.IN) == {BookLent}
    assert BOOK.possible(Status.OUT) == {BookReturned}
    assert BOOK.events == {BookBought, BookLent, BookReturned}


def test_an_answer_says_who_has_the_next_move() -> None:
    answer = BOOK.answer(bought())

    assert (answer.id, answer.version, answer.status, answer.next) == (BOOK_ID, 1, "in", Role.OFFICER)


def test_rules_read_the_programmes_clock_for_now_and_for_the_first_byte() -> None:
    here = Circumstances(actor=FUND, at=NOON, received_at=NOON - timedelta(seconds=3))

    assert here.now(60) == NOON + timedelta(seconds=60)
    assert here.received(60) == NOON + timedelta(seconds=57)
    assert here.now(0) == NOON


def test_a_number_nobody_has_written_is_nought_without_a_ceiling() -> None:
    here = Circumstances(actor=FUND, at=NOON, received_at=NOON, tallies={"budget": Tally(30, 100)})

    assert here.tally("budget").left == 70
    assert here.tally("other") == Tally(0)
    assert here.tally("other").left > 10**18
    assert Mark("budget").add == 0


def test_the_book_of_lives_knows_the_kind_of_a_state_an_event_and_a_command() -> None:
    book = LifeBook([BOOK])

    for thing in (bought(), BookLent(reader=READER), LendBook(subject=BOOK_ID, reader=READER)):
        assert book.kind_of(thing) is BOOK
    with pytest.raises(LookupError, match="Tally"):
        book.kind_of(Tally(0))  # type: ignore[arg-type]
