"""What may be offered of every kind of subject: every operation that commands one is in a table, and every row is true.

That what is not offered cannot be done is tried where whole funds are played: `test_whatever_happens` of each service.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from infra.estate import SERVICES
from services.command.house import service_named
from shared.catalogue import Event
from shared.catalogue import applications as told_by_applications
from shared.catalogue import disposals as told_of_disposals
from shared.catalogue import letters as told_of_letters
from shared.catalogue import payouts as told_by_payouts
from shared.catalogue import review as told_by_review
from shared.catalogue import signing as told_of_signing
from shared.catalogue import web as told_by_web
from shared.http.engine_routes import ENGINE_ROUTES
from shared.identity import FUND, Role
from shared.life import Kind, several
from shared.life_book import LifeBook
from shared.service import Service
from tests.unit.offering import OPERATIONS, hold
from tests.unit.shared.lending import BOOK, Book, BookLent, LendBook, Status

NAMES = [service.name for service in SERVICES]
each_service = pytest.mark.parametrize("service", [service_named(name) for name in NAMES], ids=NAMES)
KINDS = [(name, kind) for name in NAMES for kind in service_named(name).kinds]
each_kind = pytest.mark.parametrize(
    ("service", "kind"),
    [(service_named(name), kind) for name, kind in KINDS],
    ids=[f"{name}.{kind.name}" for name, kind in KINDS],
)

ENGINE = {str(route.name) for route in ENGINE_ROUTES}
BEGINS = {
    "publish_programme",
    "register_association",
    "consider_recovery",
    "open_account",
    "invite",
    "invite_helper",
    "propose_disposal",
    "record_sample",
}
"""What makes a subject that is not there yet: there is nothing to offer it on. Whoever may, may."""
OF_DRAFTS = {"save_draft", "discard_draft", "attach", "detach", "set_down", "submit", "register_on_behalf"}
"""A draft is no subject: it has no events until it is sent in (H8)."""

OF_NO_SUBJECT = {"add_cosignature"}
"""A witness adds its line to a checkpoint, which has no life of its own."""

ONLY_ASK = {"preview_letter"}
"""What only asks, in a body because the question is long: nothing is changed."""

HEARD = {
    told_by_applications.ApplicationClosed,
    told_by_applications.ApplicationDecided,
    told_by_applications.ApplicationFinal,
    told_by_applications.CompletionOpened,
    told_by_applications.ReaderAdmitted,
    told_by_applications.ReaderBarred,
    told_of_letters.CaseFollowed,
    told_of_letters.ClockFollowed,
    told_of_letters.CompletionAwaited,
    told_of_letters.ProtectionFollowed,
    told_of_letters.CompletionSettled,
    told_of_letters.ReportAwaited,
    told_of_letters.ReportSettled,
    told_by_review.CaseStruckOff,
    told_by_review.CheckResumed,
    told_by_review.ClockFollowed,
    told_by_review.GuidelinesAdopted,
    told_by_payouts.ClockFollowed,
    told_by_payouts.GrantFinal,
    told_by_payouts.GrantOpened,
    told_by_payouts.GrantPublished,
    told_by_payouts.GrantQuashed,
    told_by_payouts.PeriodSet,
    told_by_payouts.PersonBarred,
    told_by_payouts.TermsAdopted,
}
"""What a service keeps of another's news."""
DATES = {
    told_by_applications.CallClosed,
    told_by_applications.CallOpened,
    told_by_applications.CompletionExpired,
    told_by_review.DecisionFinal,
    told_of_letters.ReminderDue,
}
"""What comes true on its day."""
WITH_ANOTHER = {
    told_by_web.InvitationAccepted,  # with whoever was invited signing in: they have no role to ask with yet
    told_by_applications.AllDecided,  # with the last application's decision
    told_by_applications.CallFinished,  # with the last application's closing
    told_by_applications.CaseRegistered,  # with the submission
    told_of_signing.ApplicationSigned,  # with sending in what takes two: a draft is no subject, and the signing not yet
    told_of_signing.SigningCompleted,  # with the submission
    told_by_payouts.BatchExported,  # with the order, or when a crash has cut it off
    told_by_review.CaseReopened,  # with the court's judgment
    told_by_review.DecisionPublished,  # with the meeting's notice
    told_by_review.DecisionStands,  # with the court's judgment
}
"""What follows by itself from something else that was done."""
ON_ITS_WAY = {
    told_of_letters.LetterCalledOff,
    told_of_letters.LetterDelayed,
    told_of_letters.LetterFailed,
    told_of_letters.LetterKept,
    told_of_letters.LetterSent,
    told_of_letters.LetterWritten,
}
"""What becomes of a letter that the fund writes and sends by itself."""
ERASED = {
    told_of_disposals.ApplicationDisposed,
    told_of_disposals.ApplicationsDisposalExecuted,
    told_of_disposals.CaseDisposed,
    told_of_disposals.GrantDisposed,
    told_of_disposals.PayoutsDisposalBegun,
    told_of_disposals.PayoutsDisposalExecuted,
    told_of_disposals.ReviewDisposalBegun,
    told_of_disposals.ReviewDisposalExecuted,
    told_of_disposals.WebDisposalBegun,
    told_of_disposals.WebDisposalExecuted,
}
"""What follows from a decision to dispose, in every service by itself."""
NOBODYS = HEARD | DATES | WITH_ANOTHER | ON_ITS_WAY | ERASED


def commanding(service: Service) -> set[str]:
    """The operations that do something, other than the engine's own."""
    return {str(route.name) for route in service.routes if route.http_methods != {"GET"}} - ENGINE


def begins(kind: Kind) -> set[type[Event]]:
    """The events that only ever come first."""
    return {event for event in kind.events if {before for before, what in kind.life if what is event} == {None}}


@each_service
def test_every_operation_that_commands_a_subject_is_offered_on_some_kind(service: Service) -> None:
    offered = {operation for kind in service.kinds for operation in kind.offers}

    forgotten = commanding(service) - offered - BEGINS - OF_DRAFTS - ONLY_ASK - OF_NO_SUBJECT

    assert not forgotten, f"{service.name}: on what is {', '.join(sorted(forgotten))} offered?"


@each_kind
def test_what_is_offered_is_an_operation_that_somebody_may(service: Service, kind: Kind) -> None:
    assert kind.offers.keys() <= commanding(service)
    assert kind.offers.keys() <= service.policy.rows.keys()


@each_kind
def test_what_an_operation_first_leads_to_is_in_the_life_of_its_kind(service: Service, kind: Kind) -> None:
    for operation, events in kind.offers.items():
        assert set(several(events)) <= kind.events - begins(kind), f"{operation} could never be offered"


@each_kind
def test_an_event_that_no_operation_leads_to_is_the_funds_own(service: Service, kind: Kind) -> None:
    asked_for = {event for events in kind.offers.values() for event in several(events)}

    assert {event.type for event in kind.events - asked_for - begins(kind)} == {
        event.type for event in (NOBODYS & kind.events) - begins(kind)
    }
    assert not asked_for & NOBODYS


@each_kind
def test_whoever_has_the_next_move_is_offered_one(service: Service, kind: Kind) -> None:
    """But what the fund does itself, what another service answers for, and what is done outside: paying an invoice."""
    for status, mover in kind.moves.items():
        if mover in (None, Role.FUND) or f"{service.name}.{kind.name}.{status}" in ELSEWHERE:
            continue
        now = {operation for operation, events in kind.offers.items() if kind.possible(status) & set(several(events))}
        roles = {may.role for operation in now for may in service.policy.rows[operation]}
        assert mover in roles, f"{mover} is next when a {kind.name} is {status}, and is offered nothing"


ELSEWHERE = {
    "applications.programme.published",  # the officer drafts a call
    "applications.call.open",  # the applicant begins a draft
    "applications.call.in_preparation",  # review, case by case
    "applications.application.registered",  # review
    "applications.application.withdrawn",  # review
    "review.case.completion_requested",  # applications takes the completion
    "review.case.decided",  # the secretary, with the meeting's notice
    "payouts.grant.open",  # review: the secretary posts the notice
    "payouts.grant.accepted",  # review: the secretary posts the notice
    "payouts.grant.quashed",  # the officer considers a recovery
    "payouts.recovery.invoiced",  # the association pays
    "payouts.recovery.plan",  # the association pays
}


def test_every_command_that_a_person_gives_has_an_operation_that_gives_it() -> None:
    played = [service_named(name) for name in NAMES if name != "web"]
    operations = {operation for service in played for operation in commanding(service)}

    assert set(OPERATIONS.values()) <= operations
    without = operations - set(OPERATIONS.values()) - (OF_DRAFTS - {"submit", "register_on_behalf"}) - OF_NO_SUBJECT
    # These only keep files until `complete` or `report`.
    assert without == {f"{does}_{what}" for does in ("attach_to", "detach_from") for what in ("completion", "report")}


@pytest.fixture
def book() -> LifeBook:
    return LifeBook([replace(BOOK, offers={"decide_call": BookLent})])


def lent(book: LifeBook, status: Status, monkeypatch: pytest.MonkeyPatch, event: Any = BookLent) -> None:
    monkeypatch.setattr("tests.unit.offering.OPERATIONS", {LendBook: "decide_call"})
    subject = UUID(int=1)
    state = Book(id=subject, version=1, status=status, price_ore=1)
    hold(book, LendBook(subject=subject, reader=subject), FUND, {subject: state}, [(subject, event)])


def test_what_is_done_without_having_been_offered_is_noticed(book: LifeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control of the plays."""
    lent(book, Status.IN, monkeypatch)
    with pytest.raises(AssertionError, match="was done to a book that was out"):
        lent(book, Status.OUT, monkeypatch)
    with pytest.raises(AssertionError, match="no book offers it"):
        lent(LifeBook([BOOK]), Status.IN, monkeypatch)
    with pytest.raises(AssertionError, match=r"first led to book\.bought"):
        lent(book, Status.IN, monkeypatch, next(event for event in BOOK.events if event.type == "book.bought"))
    shy = LifeBook([replace(BOOK, offers={"decide_call": BookLent}, offers_to=lambda *_: False)])
    with pytest.raises(AssertionError, match="somebody it was not offered to"):
        lent(shy, Status.IN, monkeypatch)
