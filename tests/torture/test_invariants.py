"""The checks after a run would notice: each is shown books in which something is not as it must be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from services.web.domain.letter import letter_id
from shared.catalogue import Event
from shared.catalogue.applications import AssociationRegistered, CaseRegistered
from shared.catalogue.letters import LetterDue
from shared.catalogue.review import Authority, BudgetSet, DecisionMade
from shared.catalogue.web import AccountOpened, RoleGranted
from shared.envelope import Because, seal, unseal
from shared.identity import FUND, Role
from tests.torture.books import Book
from tests.torture.invariants import (
    Findings,
    check_acknowledged,
    check_bookmarks,
    check_journal,
    check_reactions,
)
from tests.torture.ledger import Acknowledged, Ledger
from tests.torture.letters import check_letters
from tests.torture.money import check_money

AT = datetime(2027, 3, 1, tzinfo=UTC)
KEY, OTHER_KEY = UUID(int=71), UUID(int=72)
SOMEBODY, ASSOCIATION, CALL, CASE = (UUID(int=number) for number in (1, 2, 3, 4))
ASKED = Because(correlation="first attempt", idempotency_key=KEY)
ASKED_AGAIN = Because(correlation="second attempt", idempotency_key=KEY)


def book(name: str, *told: tuple[UUID, int, Event, Because], bookmarks: dict[str, int] | None = None) -> Book:
    texts = [seal(event, subject, version, AT, FUND, because) for subject, version, event, because in told]
    positions = list(range(1, len(texts) + 1))
    return Book(name, len(texts), positions, texts, [unseal(text) for text in texts], bookmarks or {}, [])


def opened(version: int = 1, because: Because = ASKED) -> tuple[UUID, int, Event, Because]:
    return SOMEBODY, version, AccountOpened(), because


def acknowledged(web: Book, *keys: UUID) -> Findings:
    ledger, found = Ledger(asked=dict.fromkeys((KEY, OTHER_KEY), "PUT /somebody")), Findings()
    ledger.acknowledged = [Acknowledged("web", key, "PUT /somebody", 1) for key in keys]
    check_acknowledged({"web": web}, ledger, found)
    return found


def test_a_gap_in_a_journal_is_noticed() -> None:
    whole = book("web", opened(), opened(2))
    for told, broken in ((whole, 0), (replace(whole, positions=[1, 3]), 1), (replace(whole, head=3), 1)):
        found = Findings()
        check_journal(told, found)
        assert len(found.broken) == broken


def test_a_version_that_comes_twice_is_noticed() -> None:
    found = Findings()
    check_journal(book("web", opened(), opened()), found)
    assert len(found.broken) == 1


def test_an_acknowledged_command_without_its_fact_is_lost() -> None:
    assert acknowledged(book("web", opened()), KEY).lost == 0
    assert acknowledged(book("web", opened()), KEY, OTHER_KEY).lost == 1


def test_a_command_done_in_two_attempts_is_doubled() -> None:
    assert acknowledged(book("web", opened(), opened(2)), KEY).doubled == 0
    assert acknowledged(book("web", opened(), opened(2, ASKED_AGAIN)), KEY).doubled == 1


def test_a_fact_nobody_asked_for_is_noticed() -> None:
    strange = Because(correlation="another", idempotency_key=UUID(int=73))
    assert acknowledged(book("web", opened(because=strange))).broken


def test_a_reader_that_is_behind_or_ahead_is_noticed() -> None:
    books = {"web": book("web", opened())}
    for position, broken in ((1, 0), (0, 1), (2, 1)):
        found = Findings()
        check_bookmarks(book("audit", bookmarks={"web": position}), books, found)
        assert len(found.broken) == broken


def test_a_reaction_done_twice_or_out_of_order_is_noticed() -> None:
    def registered(number: int) -> tuple[UUID, int, Event, Because]:
        event = AssociationRegistered(organisation_number="8029990002", registered_by=SOMEBODY, content="0" * 64)
        return UUID(int=number), 1, event, Because(correlation=f"request {number}")

    def granted(number: int, version: int) -> tuple[UUID, int, Event, Because]:
        event = RoleGranted(role=Role.APPLICANT, association=UUID(int=number), granted_by=FUND.id)
        because = Because(correlation=f"request {number}", causation=f"{UUID(int=number)}-1")
        return SOMEBODY, version, event, because

    applications = book("applications", registered(10), registered(11))
    for told, broken, doubled in (
        ((granted(10, 1), granted(11, 2)), 0, 0),
        ((granted(10, 1), granted(10, 2)), 1, 1),
        ((granted(11, 1), granted(10, 2)), 1, 0),
    ):
        found = Findings()
        web = book("web", *told)
        check_reactions(web, {"applications": applications, "web": web}, frozenset(), found)
        assert (len(found.broken), found.doubled) == (broken, doubled)


def test_r7_what_came_of_an_id_that_two_services_use_is_in_order_if_it_is_for_either() -> None:
    """One case, version 1 in both, and the one led to the other: web heard the latter after much else of the former."""

    def registered(subject: UUID, because: Because) -> tuple[UUID, int, Event, Because]:
        return (
            subject,
            1,
            AssociationRegistered(organisation_number="8029990002", registered_by=SOMEBODY, content=""),
            because,
        )

    def led_to(subject: UUID, version: int) -> tuple[UUID, int, Event, Because]:
        return SOMEBODY, version, AccountOpened(), Because(correlation=f"request {subject}", causation=f"{subject}-1")

    shared, other = CASE, ASSOCIATION
    told = [registered(one, Because(correlation=f"request {one}")) for one in (shared, other)]
    heard = registered(shared, Because(correlation=f"request {shared}", causation=f"{shared}-1"))
    applications = book("applications", *told)
    for reviewed, broken in (([heard], 0), ([], 1)):
        found = Findings()
        web = book("web", led_to(other, 1), led_to(shared, 2))
        books = {"applications": applications, "review": book("review", *reviewed), "web": web}
        check_reactions(web, books, frozenset(), found)
        assert len(found.broken) == broken


def test_a_budget_overrun_by_one_ore_is_noticed() -> None:
    def decided(granted_ore: int) -> tuple[UUID, int, Event, Because]:
        event = DecisionMade(
            programme=UUID(int=5),
            call=CALL,
            association=ASSOCIATION,
            number="EX 2027/00001",
            outcome="approved",
            granted_ore=granted_ore,
            reason=None,
            decided_by=SOMEBODY,
            authority=Authority(delegation="D1"),
            content="0" * 64,
        )
        return CASE, 1, event, ASKED

    budget = (CALL, 1, BudgetSet(programme=UUID(int=5), ceiling_ore=100), ASKED)
    assert check_money({"review": book("review", budget, decided(100)), "payouts": book("payouts")}) == []
    assert len(check_money({"review": book("review", budget, decided(101)), "payouts": book("payouts")})) == 1


def test_a_letter_that_never_came_or_came_twice_is_noticed() -> None:
    registered = CaseRegistered(
        programme=UUID(int=5),
        call=CALL,
        association=ASSOCIATION,
        number="EX 2027/00001",
        series="EX",
        year=2027,
        running=1,
        amount_applied_ore=100,
        received_at=AT,
    )
    cause = f"{CASE}-1"
    letter = LetterDue(kind="receipt", case=CASE, cause=cause, recipient="association", due_at=AT)
    due = (letter_id(cause), 1, letter, ASKED)
    applications = book("applications", (CASE, 1, registered, ASKED))
    for told, broken in (((due,), 0), ((), 1), ((due, due), 1)):
        assert len(check_letters({"applications": applications, "web": book("web", *told)})) == broken
