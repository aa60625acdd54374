"""Sending in, completing, withdrawing; who may read; and what the news of others leads to."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from services.applications.domain.application_commands import (
    AdmitReader,
    BarReader,
    CompleteApplication,
    ExpireCompletion,
    OpenCompletion,
    RecordClosing,
    RecordDecision,
    WithdrawApplication,
)
from services.applications.domain.application_kind import APPLICATION
from services.applications.domain.association import REPRESENTED_MAX, RegisterAssociation, read_number
from services.applications.domain.call_rules import CloseCall, DraftCall
from shared.catalogue.applications import CaseRegistered, CompletionExpired, CompletionReceived
from shared.identity import Actor, Post, Role
from shared.refused import Already, NotNow, Refused, Unknown
from tests.unit.applications.fund import CALL_RULES, DIGEST, NUMBERS, OTHER_DIGEST, Fund, new_id, stockholm


def numbers_given(fund: Fund) -> list[str]:
    return [event.number for _, event in fund.told if isinstance(event, CaseRegistered)]


def test_applications_are_numbered_without_gaps_within_series_and_year() -> None:
    fund = Fund()
    call = fund.call(most=3)
    association = fund.association()
    for year in (2026, 2026, 2027):
        fund.do(fund.submission(call, association, year))
    with pytest.raises(Refused):
        fund.do(fund.submission(call, association))
    fund.application(call, fund.association(NUMBERS[1]))

    assert numbers_given(fund) == ["EX 2026/00001", "EX 2026/00002", "EX 2027/00001", "EX 2027/00002"]


def test_two_programmes_with_one_series_share_one_register_and_practice_has_its_own() -> None:
    fund = Fund()
    calls = [fund.call(fund.programme(practice)) for practice in (False, False, True)]
    association = fund.association()
    for call in calls:
        fund.application(call, association)

    assert numbers_given(fund) == ["EX 2027/00001", "EX 2027/00002", "EX 2027/00001"]


def test_sending_the_same_application_again_registers_nothing_new() -> None:
    fund = Fund()
    command = fund.submission(fund.call(), fund.association())

    assert len(fund.do(command)) == 2
    assert fund.do(command) == []


def test_what_is_sent_in_is_not_written_over() -> None:
    fund = Fund()
    command = fund.submission(fund.call(), fund.association())
    fund.do(command)

    with pytest.raises(Already):
        fund.do(msgspec.structs.replace(command, content=OTHER_DIGEST))


def test_an_association_may_not_send_in_more_than_the_call_takes() -> None:
    fund = Fund()
    call, association = fund.call(), fund.association()
    first = fund.application(call, association)
    with pytest.raises(Refused, match="as many applications"):
        fund.application(call, association)

    fund.do(WithdrawApplication(subject=first))
    fund.application(call, association)


def test_the_last_second_is_in_time_and_the_next_is_late() -> None:
    fund = Fund()
    call, association = fund.call(most=2), fund.association()
    fund.at = stockholm("2027-03-31T23:59:59.999+02:00")
    fund.application(call, association)

    fund.at = stockholm("2027-04-01T00:00:00+02:00")
    with pytest.raises(Refused, match="2027-03-31 23:59"):
        fund.application(call, association)


def test_nobody_is_late_because_the_queue_was_long() -> None:
    fund = Fund()
    call, association = fund.call(), fund.association()
    fund.at = CALL_RULES.closes_at + timedelta(seconds=2)
    fund.do(CloseCall(subject=call))
    command = fund.submission(call, association)

    fund.do(command, waited=timedelta(seconds=3))
    assert fund.applied(command.subject).received_at <= CALL_RULES.closes_at


def test_nothing_is_sent_in_before_the_call_opens_or_while_it_is_only_a_draft() -> None:
    fund = Fund()
    call, association = fund.call(), fund.association()
    fund.at = CALL_RULES.opens_at - timedelta(seconds=1)
    with pytest.raises(Refused, match="opens"):
        fund.application(call, association)

    draft = new_id()
    fund.do(DraftCall(subject=draft, programme=fund.programme(), rules=CALL_RULES))
    with pytest.raises(Refused, match="does not take"):
        fund.application(draft, association)


def test_an_unregistered_association_cannot_apply() -> None:
    fund = Fund()
    with pytest.raises(Refused, match="not registered"):
        fund.application(fund.call(), new_id())


def test_h11_a_personal_number_is_refused_where_an_organisation_number_is_asked() -> None:
    for typed in ("880320-0016", "198803200016"):
        with pytest.raises(Refused, match="personal number") as refused:
            read_number(typed)
        assert refused.value.errors[0].field == "organisation_number"


def test_h15_only_associations_and_foundations_are_registered() -> None:
    with pytest.raises(Refused):
        read_number("5560360793")  # a limited company
    assert read_number("802999-0002") == "8029990002"


def test_an_organisation_number_belongs_to_one_association_only() -> None:
    fund = Fund()
    association = fund.association()
    same = RegisterAssociation(subject=association, organisation_number=NUMBERS[0], content=DIGEST)
    assert fund.do(same) == []

    with pytest.raises(Already):
        fund.association()
    with pytest.raises(Already):
        fund.do(RegisterAssociation(subject=association, organisation_number=NUMBERS[0], content=OTHER_DIGEST))


def asked_to_complete(fund: Fund) -> tuple:
    case = fund.application()
    fund.do(OpenCompletion(subject=case, round=1, due_on=date(2027, 4, 14)))
    return case


def test_a_completion_is_taken_until_the_last_moment_of_its_day() -> None:
    fund = Fund()
    case = asked_to_complete(fund)
    fund.at = stockholm("2027-04-14T23:59:59.9+02:00")
    assert fund.do(ExpireCompletion(subject=case)) == []

    (event,) = fund.do(CompleteApplication(subject=case, content=DIGEST))
    assert isinstance(event, CompletionReceived)
    assert fund.status(case) == "registered"


def test_when_nothing_came_in_time_the_application_is_tried_as_it_stands() -> None:
    fund = Fund()
    case = asked_to_complete(fund)
    fund.at = stockholm("2027-04-15T00:00:00+02:00")
    with pytest.raises(Refused, match="time to complete"):
        fund.do(CompleteApplication(subject=case, content=DIGEST))

    assert fund.do(ExpireCompletion(subject=case)) == [CompletionExpired(round=1)]
    assert fund.do(ExpireCompletion(subject=case)) == []


def test_nothing_is_completed_that_nobody_asked_for() -> None:
    fund = Fund()
    case = fund.application()

    with pytest.raises(NotNow):
        fund.do(CompleteApplication(subject=case, content=DIGEST))


def test_an_application_can_be_withdrawn_until_it_is_decided() -> None:
    fund = Fund()
    call = fund.call()
    early, late = fund.application(call), fund.application(call, fund.association(NUMBERS[1]))
    fund.do(WithdrawApplication(subject=early))
    fund.do(RecordDecision(subject=late, outcome="approved", granted_ore=1))

    assert fund.status(early) == "withdrawn"
    with pytest.raises(NotNow):
        fund.do(WithdrawApplication(subject=late))


def test_h7_whoever_has_a_conflict_of_interest_is_barred_and_stays_barred() -> None:
    fund = Fund()
    case, person = fund.application(), new_id()
    fund.do(AdmitReader(subject=case, person=person))
    fund.do(BarReader(subject=case, person=person))
    assert fund.do(AdmitReader(subject=case, person=person)) == []

    assert person in APPLICATION.barred(fund.applied(case))
    assert person not in fund.applied(case).admitted


def test_news_that_no_longer_has_a_place_leads_to_nothing() -> None:
    fund = Fund()
    case = fund.application()
    fund.do(WithdrawApplication(subject=case))

    assert fund.do(OpenCompletion(subject=case, round=1, due_on=date(2027, 4, 14))) == []
    assert len(fund.do(RecordClosing(subject=case))) == 1
    assert fund.do(RecordClosing(subject=case)) == []
    assert fund.do(RecordDecision(subject=case, outcome="struck_off", granted_ore=0)) == []


def test_a_decision_made_before_the_withdrawal_was_heard_of_stands() -> None:
    fund = Fund()
    case = fund.application()
    fund.do(WithdrawApplication(subject=case))
    fund.do(RecordDecision(subject=case, outcome="approved", granted_ore=1))

    assert fund.status(case) == "decided"
    assert fund.applied(case).stands


def test_a_grant_closed_before_the_decision_got_here_is_closed_all_the_same() -> None:
    fund = Fund()
    case = fund.application()
    fund.do(RecordClosing(subject=case))
    fund.do(RecordDecision(subject=case, outcome="approved", granted_ore=1))

    assert (fund.status(case), fund.applied(case).outcome) == ("closed", "approved")


def test_nobody_acts_on_a_case_that_is_not_there() -> None:
    with pytest.raises(Unknown):
        Fund().do(WithdrawApplication(subject=new_id()))


@pytest.mark.parametrize(("held", "refused"), [(REPRESENTED_MAX - 1, False), (REPRESENTED_MAX, True)])
def test_nobody_acts_for_more_associations_than_their_token_can_hold(held: int, refused: bool) -> None:
    fund = Fund()
    person = Actor(new_id(), tuple(Post(Role.APPLICANT, new_id()) for _ in range(held)))
    command = RegisterAssociation(subject=new_id(), organisation_number=NUMBERS[0], content=DIGEST)
    if refused:
        with pytest.raises(Refused, match="act for"):
            fund.do(command, person)
    else:
        assert fund.do(command, person)
