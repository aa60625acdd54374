"""What a person is offered: no more than the life has a place for, the policy lets them, and the subject's rules."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from shared.identity import Actor, Post, Role
from shared.offers import offered_to
from shared.policy import May, Policy
from shared.refused import NotNow, Refused, lets
from tests.unit.shared.lending import BOOK, Book, BookLent, BookReturned, Status

OWN, OTHER, PERSON, READER = (UUID(int=number) for number in (1, 2, 3, 4))
KIND = replace(
    BOOK,
    offers={"lend": BookLent, "return": BookReturned, "look_after": (BookLent, BookReturned)},
    association=lambda book, _: OWN,
    barred=lambda book: (UUID(int=9),),
)
POLICY = Policy(
    {
        "lend": (May(Role.OFFICER),),
        "return": (May(Role.OFFICER), May(Role.APPLICANT, own=True)),
        "look_after": (May(Role.COORDINATOR),),
    }
)
IN = Book(id=UUID(int=8), version=1, status=Status.IN, price_ore=100)
OUT = Book(id=UUID(int=8), version=2, status=Status.OUT, price_ore=100, reader=READER)


def one(*posts: Post, person: UUID = PERSON) -> Actor:
    return Actor(person, posts)


OFFICER = one(Post(Role.OFFICER))


def test_the_life_has_a_place_for_some_operations_and_not_for_others() -> None:
    assert KIND.offered(IN) == {"lend", "look_after"}
    assert KIND.offered(OUT) == {"return", "look_after"}


@pytest.mark.parametrize(
    ("actor", "book", "offered"),
    [
        (OFFICER, IN, ["lend"]),
        (OFFICER, OUT, ["return"]),
        (one(Post(Role.APPLICANT, OWN)), OUT, ["return"]),
        (one(Post(Role.APPLICANT, OTHER)), OUT, []),
        (one(Post(Role.APPLICANT)), OUT, []),
        (one(Post(Role.AUDITOR)), OUT, []),
        (one(Post(Role.COORDINATOR), Post(Role.OFFICER)), IN, ["lend", "look_after"]),
        (one(), IN, []),
    ],
)
def test_a_person_is_offered_what_the_policy_lets_them_do_with_it_sorted(
    actor: Actor, book: Book, offered: list[str]
) -> None:
    assert offered_to(actor, book, KIND, POLICY) == offered


def test_h7_whoever_is_barred_is_offered_nothing() -> None:
    assert offered_to(one(Post(Role.OFFICER), person=UUID(int=9)), IN, KIND, POLICY) == []


def test_a_rule_about_the_person_takes_away_what_it_would_refuse() -> None:
    careful = replace(KIND, offers_to=lambda book, actor, operation: (book.reader, operation) != (actor.id, "return"))

    assert offered_to(one(Post(Role.OFFICER), person=READER), OUT, careful, POLICY) == []
    assert offered_to(OFFICER, OUT, careful, POLICY) == ["return"]


def test_an_operation_without_a_row_is_offered_to_nobody() -> None:
    everybody = one(*(Post(role) for role in Role))

    assert offered_to(everybody, IN, replace(KIND, offers={"burn": BookLent}), POLICY) == []


def test_a_rule_is_asked_as_it_refuses_and_a_mistake_of_ours_is_no_refusal() -> None:
    def rule(number: int) -> None:
        if number > 1:
            raise NotNow("Nej", "No")
        if number < 1:
            raise ZeroDivisionError

    assert lets(rule, 1)
    assert not lets(rule, 2)
    with pytest.raises(ZeroDivisionError):
        lets(rule, 0)
    assert issubclass(NotNow, Refused)
