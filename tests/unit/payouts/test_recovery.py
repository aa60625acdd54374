"""Money comes back only after the association was heard, on a person's decision, with a reference to pay with."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from services.payouts.domain.grant import BarPerson, CloseGrant, SubmitReport
from services.payouts.domain.payment import BookPayment, CancelPayment
from services.payouts.domain.recovery import (
    AgreePlan,
    AnswerRecovery,
    ConsiderRecovery,
    DecideRecovery,
    Ground,
    InvoiceRecovery,
    NotifyRecovery,
    PayRecovery,
    Standpoint,
    StartCollection,
    WriteOff,
    recovery_id,
)
from services.payouts.domain.reference import recovery_ocr
from shared.catalogue.payouts import GrantClosed, RecoveryConsidered, RecoveryDecided, RecoveryWaived
from shared.identifiers import parse_ocr
from shared.identity import Role
from shared.refused import NotNow, Refused, Unknown
from tests.unit.payouts.fund import BANK_DAY, Fund, digest, person, rules_with

CHAIR = person(Role.DECISION_MAKER)
UNSPENT_ORE = 300_000


@pytest.fixture
def fund() -> Fund:
    return Fund()


def unspent(fund: Fund) -> UUID:
    """A case whose report left something over; returns the recovery."""
    case = fund.active()
    fund.exported(case)
    fund.reported(case, UNSPENT_ORE)
    return recovery_id(case)


def invoiced(fund: Fund) -> UUID:
    recovery = unspent(fund)
    fund.do(NotifyRecovery(subject=recovery, letter=digest("letter")), fund.officer)
    fund.later(days=15)
    fund.do(DecideRecovery(subject=recovery, amount_ore=UNSPENT_ORE), CHAIR)
    fund.do(InvoiceRecovery(subject=recovery), fund.finance)
    return recovery


def test_an_approved_report_with_unspent_money_opens_a_recovery_of_it(fund):
    recovery = unspent(fund)
    assert fund.states[recovery].amount_ore == UNSPENT_ORE
    assert fund.states[recovery].ground == "unspent"


def test_a_report_with_nothing_left_opens_none(fund):
    case = fund.active()
    fund.exported(case)
    fund.reported(case)
    assert recovery_id(case) not in fund.states


@pytest.mark.parametrize(("spent", "left"), [(2_500_000, 1), (2_499_998, 1), (0, 0), (0, 2_500_001), (2_600_000, 0)])
def test_a_report_accounts_for_the_whole_grant(fund, spent, left):
    case = fund.active()
    with pytest.raises(Refused, match="whole grant"):
        fund.do(
            SubmitReport(subject=case, spent_ore=spent, unspent_ore=left, figures={}, content=digest("report")),
            fund.signatory,
        )


@pytest.mark.parametrize("days", [0, 1, 7, 13, 14])
def test_a_recovery_is_not_decided_before_the_association_has_had_fourteen_days_to_answer(fund, days):
    recovery = unspent(fund)
    fund.do(NotifyRecovery(subject=recovery, letter=digest("letter")), fund.officer)
    fund.later(days)
    with pytest.raises(Refused, match="to answer"):
        fund.do(DecideRecovery(subject=recovery, amount_ore=UNSPENT_ORE), CHAIR)
    fund.later(15 - days)
    fund.do(DecideRecovery(subject=recovery, amount_ore=UNSPENT_ORE), CHAIR)


SIGNATORY = person(Role.SIGNATORY)


def answer(recovery: UUID, standpoint: Standpoint, **said: object) -> AnswerRecovery:
    return AnswerRecovery(subject=recovery, standpoint=standpoint, content=digest("words"), **said)


def test_the_association_answers_when_told_and_still_when_invoiced_and_is_heard_each_time(fund):
    recovery = unspent(fund)
    with pytest.raises(NotNow):
        fund.do(answer(recovery, Standpoint.OBJECTS), SIGNATORY)
    fund.do(NotifyRecovery(subject=recovery, letter=digest("letter")), fund.officer)
    (told,) = fund.do(answer(recovery, Standpoint.OBJECTS), SIGNATORY)
    assert fund.states[recovery].status == "notified", "an answer decides nothing"
    fund.later(days=15)
    fund.do(DecideRecovery(subject=recovery, amount_ore=UNSPENT_ORE), CHAIR)
    with pytest.raises(NotNow):
        fund.do(answer(recovery, Standpoint.OBJECTS), SIGNATORY)
    fund.do(InvoiceRecovery(subject=recovery), fund.finance)
    fund.do(answer(recovery, Standpoint.HAS_PAID, paid_ore=UNSPENT_ORE, paid_on=told.answered_on), SIGNATORY)
    state = fund.states[recovery]
    assert [(one.standpoint, one.paid_ore) for one in state.answers] == [("objects", None), ("has_paid", UNSPENT_ORE)]
    assert (state.status, state.paid_ore) == ("invoiced", 0), "what the association says is not what the bank says"


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, ["paid_ore", "paid_on"]),
        ({"paid_ore": 0, "paid_on": date(2026, 1, 1)}, ["paid_ore"]),
        ({"paid_ore": 100, "paid_on": date(2099, 1, 1)}, ["paid_on"]),
    ],
)
def test_whoever_says_that_they_have_paid_says_how_much_and_when(fund, said, fields):
    recovery = unspent(fund)
    fund.do(NotifyRecovery(subject=recovery, letter=digest("letter")), fund.officer)
    with pytest.raises(Refused) as refused:
        fund.do(answer(recovery, Standpoint.HAS_PAID, **said), SIGNATORY)
    assert [error.field for error in refused.value.errors] == fields
    (told,) = fund.do(answer(recovery, Standpoint.AGREES, **said), SIGNATORY)
    assert (told.paid_ore, told.paid_on) == (None, None), "nobody else says that they have"


def test_a_recovery_nobody_was_told_of_cannot_be_decided(fund):
    with pytest.raises(NotNow):
        fund.do(DecideRecovery(subject=unspent(fund), amount_ore=UNSPENT_ORE), CHAIR)


@pytest.mark.parametrize(
    ("amount_ore", "event", "status"),
    [(UNSPENT_ORE, RecoveryDecided, "decided"), (1, RecoveryDecided, "decided"), (0, RecoveryWaived, "waived")],
)
def test_a_recovery_is_decided_in_full_in_part_or_waived(fund, amount_ore, event, status):
    recovery = unspent(fund)
    fund.do(NotifyRecovery(subject=recovery, letter=digest("letter")), fund.officer)
    fund.later(days=15)
    (told,) = fund.do(DecideRecovery(subject=recovery, amount_ore=amount_ore), CHAIR)
    assert isinstance(told, event)
    assert told.decided_by == CHAIR.id
    assert fund.states[recovery].status == status


def test_no_more_is_asked_back_than_was_considered(fund):
    recovery = unspent(fund)
    fund.do(NotifyRecovery(subject=recovery, letter=digest("letter")), fund.officer)
    fund.later(days=15)
    with pytest.raises(Refused, match="more than what was considered"):
        fund.do(DecideRecovery(subject=recovery, amount_ore=UNSPENT_ORE + 1), CHAIR)


def test_h14_money_is_not_asked_back_where_the_decision_did_not_reserve_it():
    fund = Fund(rules_with(reserves_recovery=False))
    recovery = unspent(fund)
    fund.do(NotifyRecovery(subject=recovery, letter=digest("letter")), fund.officer)
    fund.later(days=15)
    with pytest.raises(Refused, match="no condition on repayment"):
        fund.do(DecideRecovery(subject=recovery, amount_ore=UNSPENT_ORE), CHAIR)
    fund.do(DecideRecovery(subject=recovery, amount_ore=0), CHAIR)


def test_whoever_has_a_conflict_of_interest_cannot_decide_on_a_recovery(fund):
    recovery = unspent(fund)
    fund.do(NotifyRecovery(subject=recovery, letter=digest("letter")), fund.officer)
    fund.later(days=15)
    fund.do(BarPerson(subject=fund.states[recovery].case, person=CHAIR.id))
    with pytest.raises(Unknown):
        fund.do(DecideRecovery(subject=recovery, amount_ore=UNSPENT_ORE), CHAIR)


def test_the_invoice_has_a_reference_that_banks_accept_and_a_day(fund):
    recovery = fund.states[invoiced(fund)]
    assert parse_ocr(recovery.ocr, length_digit=True).digits == recovery.ocr
    assert recovery.due_on == date(2027, 1, 7)


NUMBERS = [
    "EX 2026/00001", "EX 2026/00002", "EX 2027/00001", "EY 2026/00001", "ÅX 2026/00001", "AX 2026/00001",
    "ABCDEFGH 2026/000000001", "IFD-2026-00001", "RS 26/123",
]  # fmt: skip


def test_every_registration_number_has_a_reference_of_its_own():
    references = [recovery_ocr(number) for number in NUMBERS]
    assert len(set(references)) == len(NUMBERS)
    assert all(len(reference) <= 25 for reference in references)


def test_money_that_comes_with_the_reference_settles_it_once(fund):
    recovery = invoiced(fund)
    paid = PayRecovery(subject=recovery, amount_ore=UNSPENT_ORE, booked_on=BANK_DAY)
    assert fund.do(paid)
    assert fund.do(paid) == []
    assert fund.states[recovery].status == "paid"


@pytest.mark.parametrize("amount_ore", [1, UNSPENT_ORE - 1, UNSPENT_ORE + 1])
def test_another_amount_than_was_asked_back_is_left_to_a_person(fund, amount_ore):
    with pytest.raises(Refused, match="amount asked back"):
        fund.do(PayRecovery(subject=invoiced(fund), amount_ore=amount_ore, booked_on=BANK_DAY))


@pytest.mark.parametrize(
    ("steps", "status", "settled"),
    [
        ([AgreePlan], "plan", False),
        ([AgreePlan, StartCollection], "collection", False),
        ([StartCollection, WriteOff], "written_off", True),
        ([AgreePlan, WriteOff], "written_off", True),
        ([WriteOff], "written_off", True),
    ],
)
def test_an_invoice_can_become_a_plan_a_collection_or_be_given_up(fund, steps, status, settled):
    recovery = invoiced(fund)
    for step in steps:
        fund.do(step(subject=recovery), fund.finance)
    assert fund.states[recovery].status == status
    assert fund.states[recovery].settled is settled


# Closing


def booked(fund: Fund, case: UUID, no: int) -> None:
    payment = fund.exported(case, no)
    state = fund.states[payment]
    fund.do(
        BookPayment(
            subject=payment, reference=state.reference, amount_ore=state.amount_ore, booked_on=BANK_DAY, whole=True
        )
    )


def test_a_grant_is_closed_when_all_is_paid_reported_and_settled(fund):
    case = fund.active()
    booked(fund, case, 1)
    fund.reported(case, UNSPENT_ORE)
    with pytest.raises(Refused, match="reconciled"):
        fund.do(CloseGrant(subject=case), fund.finance)
    booked(fund, case, 2)
    with pytest.raises(Refused, match="not settled"):
        fund.do(CloseGrant(subject=case), fund.finance)
    recovery = recovery_id(case)
    fund.do(NotifyRecovery(subject=recovery, letter=digest("letter")), fund.officer)
    fund.later(days=15)
    fund.do(DecideRecovery(subject=recovery, amount_ore=UNSPENT_ORE), CHAIR)
    fund.do(InvoiceRecovery(subject=recovery), fund.finance)
    fund.do(PayRecovery(subject=recovery, amount_ore=UNSPENT_ORE, booked_on=BANK_DAY))
    (closed,) = fund.do(CloseGrant(subject=case), fund.finance)
    assert closed == GrantClosed(paid_ore=2_500_000, returned_ore=UNSPENT_ORE)
    assert fund.do(CloseGrant(subject=case), fund.finance) == []


def test_a_grant_whose_report_is_not_approved_cannot_be_closed(fund):
    case = fund.active(500_000)
    booked(fund, case, 1)
    with pytest.raises(NotNow):
        fund.do(CloseGrant(subject=case), fund.finance)


def test_a_cancelled_instalment_is_settled_and_not_counted_as_paid(fund):
    case = fund.active()
    booked(fund, case, 1)
    fund.reported(case)
    fund.do(CancelPayment(subject=fund.states[case].payments[1]), fund.finance)
    (closed,) = fund.do(CloseGrant(subject=case), fund.finance)
    assert closed.paid_ore == 2_000_000


# Other grounds


@pytest.mark.parametrize("ground", list(Ground))
def test_an_officer_may_consider_a_recovery_on_every_ground_of_the_terms(fund, ground):
    case = fund.active()
    consider = ConsiderRecovery(subject=recovery_id(case), case=case, amount_ore=2_500_000, ground=ground)
    (told,) = fund.do(consider, fund.officer)
    assert isinstance(told, RecoveryConsidered)
    assert fund.do(consider, fund.officer) == []


@pytest.mark.parametrize("amount_ore", [0, 2_500_001])
def test_a_recovery_is_of_something_and_at_most_the_grant(fund, amount_ore):
    case = fund.active()
    consider = ConsiderRecovery(
        subject=recovery_id(case), case=case, amount_ore=amount_ore, ground=Ground.CONDITIONS_BROKEN
    )
    with pytest.raises(Refused, match="at most the grant"):
        fund.do(consider, fund.officer)


def test_there_is_one_recovery_in_a_case(fund):
    case = fund.active()
    first = ConsiderRecovery(subject=recovery_id(case), case=case, amount_ore=100, ground=Ground.NO_REPORT)
    other = ConsiderRecovery(subject=recovery_id(case), case=case, amount_ore=200, ground=Ground.NO_REPORT)
    fund.do(first, fund.officer)
    with pytest.raises(Refused, match="already a recovery"):
        fund.do(other, fund.officer)
