"""Programmes are published once; calls go by their dates and by how far their applications have come."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from services.applications.domain.application_commands import RecordClosing, RecordDecision, WithdrawApplication
from services.applications.domain.call_rules import (
    CancelCall,
    CloseCall,
    DecideCall,
    DraftCall,
    OpenCall,
    PublishCall,
    StartPreparation,
)
from services.applications.domain.programme import AdvanceClock, PublishProgramme
from shared.catalogue.applications import AllDecided, CallFinished, CallOpened
from shared.programme import Forms, Section
from shared.refused import Already, NotNow, Refused
from tests.unit.applications.fund import CALL_RULES, NUMBERS, RULES, Fund, new_id


def test_publishing_the_same_programme_again_changes_nothing() -> None:
    fund = Fund()
    programme = fund.programme()

    assert fund.do(PublishProgramme(subject=programme, rules=RULES)) == []


def test_a_published_programmes_rules_do_not_change() -> None:
    fund = Fund()
    programme = fund.programme()
    other = msgspec.structs.replace(RULES, appeal_court="En annan domstol")

    with pytest.raises(Already):
        fund.do(PublishProgramme(subject=programme, rules=other))


def test_a_programme_that_asks_for_no_amount_is_refused() -> None:
    sections = tuple(Section(s.key, s.title, s.fields) for s in RULES.forms.application if s.key != "money")
    rules = msgspec.structs.replace(RULES, forms=Forms(sections))

    with pytest.raises(Refused, match="amount_applied_ore"):
        Fund().do(PublishProgramme(subject=new_id(), rules=rules))


def test_a_practice_clock_goes_forward_and_never_back() -> None:
    fund = Fund()
    programme = fund.programme(practice=True)
    fund.do(AdvanceClock(subject=programme, advance_s=3_600))
    fund.do(AdvanceClock(subject=programme, advance_s=60))

    assert fund.states[programme].offset_s == 3_660  # type: ignore[attr-defined]
    for advance_s in (0, -1, 10**12):
        with pytest.raises(Refused):
            fund.do(AdvanceClock(subject=programme, advance_s=advance_s))


def test_a_real_programme_has_no_clock_to_move() -> None:
    fund = Fund()
    programme = fund.programme()

    with pytest.raises(Refused, match="practice"):
        fund.do(AdvanceClock(subject=programme, advance_s=60))


def test_a_call_needs_its_programme() -> None:
    with pytest.raises(Refused, match="programme"):
        Fund().do(DraftCall(subject=new_id(), programme=new_id(), rules=CALL_RULES))


def test_a_draft_call_may_be_changed_and_a_decided_one_may_not() -> None:
    fund = Fund()
    programme, call = fund.programme(), new_id()
    other = msgspec.structs.replace(CALL_RULES, budget_ore=1_000_000)
    fund.do(DraftCall(subject=call, programme=programme, rules=CALL_RULES))
    assert fund.do(DraftCall(subject=call, programme=programme, rules=CALL_RULES)) == []
    assert len(fund.do(DraftCall(subject=call, programme=programme, rules=other))) == 1
    fund.do(DecideCall(subject=call))

    with pytest.raises(NotNow):
        fund.do(DraftCall(subject=call, programme=programme, rules=CALL_RULES))


def test_a_call_cannot_be_published_before_it_is_decided() -> None:
    fund = Fund()
    call = new_id()
    fund.do(DraftCall(subject=call, programme=fund.programme(), rules=CALL_RULES))

    with pytest.raises(NotNow):
        fund.do(PublishCall(subject=call))


def test_a_call_whose_last_day_has_been_cannot_be_published() -> None:
    fund = Fund()
    call = new_id()
    fund.do(DraftCall(subject=call, programme=fund.programme(), rules=CALL_RULES))
    fund.do(DecideCall(subject=call))
    fund.at = CALL_RULES.closes_at

    with pytest.raises(Refused, match="last day"):
        fund.do(PublishCall(subject=call))


def test_a_call_opens_on_its_day_and_not_before() -> None:
    fund = Fund()
    call = new_id()
    fund.do(DraftCall(subject=call, programme=fund.programme(), rules=CALL_RULES))
    fund.do(DecideCall(subject=call))
    fund.do(PublishCall(subject=call))
    fund.at = CALL_RULES.opens_at - timedelta(microseconds=1)
    assert fund.do(OpenCall(subject=call)) == []

    fund.at = CALL_RULES.opens_at
    assert fund.do(OpenCall(subject=call)) == [CallOpened()]


def test_a_call_that_closes_23_59_59_is_open_that_whole_second() -> None:
    fund = Fund()
    call = fund.call()
    fund.at = CALL_RULES.closes_at + timedelta(microseconds=999_999)
    assert fund.do(CloseCall(subject=call)) == []

    fund.at = CALL_RULES.closes_at + timedelta(seconds=1)
    fund.do(CloseCall(subject=call))
    assert fund.status(call) == "closed"


def test_a_practice_call_opens_when_the_practice_clock_says_so() -> None:
    fund = Fund()
    programme, call = fund.programme(practice=True), new_id()
    fund.do(DraftCall(subject=call, programme=programme, rules=CALL_RULES))
    fund.do(DecideCall(subject=call))
    fund.do(PublishCall(subject=call))
    assert fund.do(OpenCall(subject=call)) == []

    fund.do(AdvanceClock(subject=programme, advance_s=30 * 24 * 3_600))
    assert fund.do(OpenCall(subject=call)) == [CallOpened()]


def test_a_call_can_be_cancelled_until_an_application_is_registered_in_it() -> None:
    fund = Fund()
    empty, call = fund.call(), fund.call()
    application = fund.application(call)
    fund.do(CancelCall(subject=empty))
    assert fund.status(empty) == "cancelled"

    with pytest.raises(Refused, match="cancelled"):
        fund.do(CancelCall(subject=call))
    fund.do(WithdrawApplication(subject=application))
    fund.do(CancelCall(subject=call))
    assert fund.status(call) == "cancelled"


def prepared(fund: Fund, applications: int) -> tuple:
    call = fund.call()
    cases = [fund.application(call, fund.association(number)) for number in NUMBERS[:applications]]
    fund.at = CALL_RULES.closes_at + timedelta(days=1)
    fund.do(CloseCall(subject=call))
    fund.do(StartPreparation(subject=call))
    return call, cases


def test_a_call_is_all_decided_with_its_last_decision_and_finished_with_its_last_closing() -> None:
    fund = Fund()
    call, (first, second, third) = prepared(fund, 3)
    fund.do(RecordDecision(subject=first, outcome="approved", granted_ore=1))
    fund.do(WithdrawApplication(subject=second))
    assert fund.status(call) == "in_preparation"

    events = fund.do(RecordDecision(subject=third, outcome="rejected", granted_ore=0))
    assert events[1:] == [AllDecided(decided=2)]
    assert fund.status(call) == "all_decided"
    fund.do(RecordClosing(subject=second))
    fund.do(RecordClosing(subject=third))
    assert fund.status(call) == "all_decided"

    assert fund.do(RecordClosing(subject=first))[1:] == [CallFinished()]
    assert fund.status(call) == "finished"


def test_the_last_withdrawal_can_be_what_a_call_was_waiting_for() -> None:
    fund = Fund()
    call, (first, second) = prepared(fund, 2)
    fund.do(RecordDecision(subject=first, outcome="rejected", granted_ore=0))
    fund.do(WithdrawApplication(subject=second))

    assert fund.status(call) == "all_decided"


def test_a_call_nobody_applied_in_is_finished_as_soon_as_it_is_prepared() -> None:
    fund = Fund()
    call, _ = prepared(fund, 0)

    assert fund.status(call) == "finished"


def test_a_decision_before_the_preparation_started_is_counted_when_it_starts() -> None:
    fund = Fund()
    call = fund.call()
    case = fund.application(call)
    fund.at = CALL_RULES.closes_at + timedelta(days=1)
    fund.do(RecordDecision(subject=case, outcome="rejected", granted_ore=0))
    fund.do(CloseCall(subject=call))
    fund.do(StartPreparation(subject=call))

    assert fund.status(call) == "all_decided"


def test_a_second_decision_on_a_case_is_not_counted_twice() -> None:
    fund = Fund()
    call, (first, _) = prepared(fund, 2)
    fund.do(RecordDecision(subject=first, outcome="rejected", granted_ore=0))
    fund.do(RecordDecision(subject=first, outcome="approved", granted_ore=5))

    assert fund.status(call) == "in_preparation"
    assert fund.applied(first).outcome == "approved"
