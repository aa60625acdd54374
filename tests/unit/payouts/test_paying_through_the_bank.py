"""The bank file says what it pays once, and the bank's answers are taken once."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from services.payouts.domain.batch import CountAnswers, RecordExport
from services.payouts.domain.payment import (
    AcceptPayment,
    BookPayment,
    ReconcilePayment,
    RejectPayment,
    ReleasePayment,
    ReturnPayment,
)
from shared.catalogue.payouts import BatchOrdered, PaymentExported
from shared.refused import NotNow, Refused, Unknown
from tests.unit.payouts.fund import BANK_DAY, NOW, Fund, digest


@pytest.fixture
def fund() -> Fund:
    return Fund()


def test_a_batch_is_ordered_before_it_is_made_and_says_what_is_in_it(fund):
    payments = [fund.attested(fund.active(amount)) for amount in (500_000, 700_000)]
    order = fund.order(*payments)
    ordered, *exported = fund.do(order, fund.finance)
    assert isinstance(ordered, BatchOrdered)
    assert ordered.sum_ore == 1_200_000 == sum(one.amount_ore for one in exported)
    assert ordered.payments == tuple(payments)
    assert all(isinstance(one, PaymentExported) for one in exported)
    assert fund.states[order.subject].status == "ordered"
    fund.do(RecordExport(subject=order.subject, sha256=digest("file")))
    assert fund.states[order.subject].status == "exported"


def test_ordering_the_same_batch_again_changes_nothing_and_another_is_refused(fund):
    first, second = (fund.attested(fund.active(500_000)) for _ in range(2))
    order = fund.order(first)
    fund.do(order, fund.finance)
    assert fund.do(order, fund.finance) == []
    with pytest.raises(Refused, match="another bank file"):
        fund.do(fund.order(second, batch=order.subject), fund.finance)


def test_no_instalment_is_exported_twice(fund):
    payment = fund.exported(fund.active())
    with pytest.raises(NotNow):
        fund.do(fund.order(payment), fund.finance)
    other = fund.attested(fund.active())
    with pytest.raises(Refused, match="none of them twice"):
        fund.do(fund.order(other, other), fund.finance)


def test_an_outcome_recorded_again_changes_nothing_and_other_bytes_are_an_alarm(fund):
    payment = fund.attested(fund.active())
    order = fund.order(payment)
    fund.do(order, fund.finance)
    assert fund.do(RecordExport(subject=order.subject, sha256=digest("file")))
    assert fund.do(RecordExport(subject=order.subject, sha256=digest("file"))) == []
    with pytest.raises(ValueError, match="other bytes"):
        fund.do(RecordExport(subject=order.subject, sha256=digest("another file")))


@pytest.mark.parametrize("days", [-1, -30, 4, 5, 91, 400])
def test_the_day_of_payment_is_a_bank_day_soon(fund, days):
    payment = fund.attested(fund.active())
    day = NOW.date() + timedelta(days=days + 1 if days in (4, 5) else days)
    with pytest.raises(Refused, match="bank day"):
        fund.do(fund.order(payment, execute_on=day), fund.finance)


def test_an_empty_bank_file_is_refused(fund):
    with pytest.raises(Refused, match="at least one"):
        fund.do(fund.order(), fund.finance)


def test_a_line_that_was_read_before_something_changed_is_refused(fund):
    payment = fund.attested(fund.active())
    order = fund.order(payment)
    stale = msgspec.structs.replace(order.lines[0], reference="EX-2026-09999-1")
    with pytest.raises(Refused, match="Try once more"):
        fund.do(msgspec.structs.replace(order, lines=(stale,)), fund.finance)


def test_a_payment_of_another_programme_or_case_is_not_found(fund):
    payment = fund.attested(fund.active())
    order = fund.order(payment)
    elsewhere = msgspec.structs.replace(order.lines[0], case=fund.active())
    with pytest.raises(Unknown):
        fund.do(msgspec.structs.replace(order, lines=(elsewhere,)), fund.finance)


def _answers(reference: str):
    return [
        lambda payment: AcceptPayment(subject=payment, reference=reference),
        lambda payment: RejectPayment(subject=payment, reference=reference, reason="AC04"),
        lambda payment: BookPayment(
            subject=payment, reference=reference, amount_ore=2_000_000, booked_on=BANK_DAY, whole=True
        ),
        lambda payment: ReturnPayment(subject=payment, reference=reference, amount_ore=2_000_000, reason="AC04"),
    ]


@pytest.mark.parametrize("which", range(4))
def test_the_same_answer_twice_changes_nothing(fund, which):
    payment = fund.exported(fund.active())
    command = _answers(fund.states[payment].reference)[which](payment)
    assert fund.do(command, fund.finance)
    assert fund.do(command, fund.finance) == []


@pytest.mark.parametrize("which", range(4))
def test_an_answer_about_an_earlier_attempt_changes_nothing(fund, which):
    case = fund.active()
    payment = fund.exported(case)
    first = fund.states[payment].reference
    fund.do(RejectPayment(subject=payment, reference=first, reason="AC01"), fund.finance)
    fund.do(ReleasePayment(subject=payment), fund.finance)
    fund.exported(case)
    assert fund.states[payment].reference == "EX-2026-00001-1R2"
    assert fund.do(_answers(first)[which](payment), fund.finance) == []
    assert fund.states[payment].status == "exported"


def test_an_answer_of_another_amount_is_left_to_a_person(fund):
    payment = fund.exported(fund.active())
    reference = fund.states[payment].reference
    with pytest.raises(Refused, match="amount"):
        fund.do(
            BookPayment(subject=payment, reference=reference, amount_ore=1_999_999, booked_on=BANK_DAY), fund.finance
        )


def test_an_entry_that_does_not_add_up_is_booked_but_reconciled_by_a_person(fund):
    payment = fund.exported(fund.active())
    reference = fund.states[payment].reference
    booked = BookPayment(subject=payment, reference=reference, amount_ore=2_000_000, booked_on=BANK_DAY, whole=False)
    fund.do(booked, fund.finance)
    assert fund.states[payment].status == "booked"
    fund.do(ReconcilePayment(subject=payment), fund.finance)
    assert fund.states[payment].status == "reconciled"


def test_what_the_bank_refused_is_asked_for_attested_and_sent_anew_under_a_new_reference(fund):
    case = fund.active()
    payment = fund.exported(case)
    fund.do(RejectPayment(subject=payment, reference=fund.states[payment].reference, reason="AC04"), fund.finance)
    fund.do(ReleasePayment(subject=payment), fund.finance)
    assert fund.states[payment].status == "planned"
    assert fund.states[payment].attested_by == ()
    fund.exported(case)
    assert fund.states[payment].references == ("EX-2026-00001-1", "EX-2026-00001-1R2")


def test_a_batch_counts_its_answers_and_a_payment_released_since_stays_counted(fund):
    payments = [fund.attested(fund.active(500_000)) for _ in range(3)]
    order = fund.order(*payments)
    fund.do(order, fund.finance)
    fund.do(RecordExport(subject=order.subject, sha256=digest("file")))
    references = [fund.states[payment].reference for payment in payments]
    fund.do(AcceptPayment(subject=payments[0], reference=references[0]))
    fund.do(RejectPayment(subject=payments[1], reference=references[1], reason="AC01"))
    assert fund.do(CountAnswers(subject=order.subject))
    batch = fund.states[order.subject]
    assert (batch.accepted, batch.rejected) == (1, 1)
    fund.do(ReleasePayment(subject=payments[1]), fund.finance)
    assert fund.do(CountAnswers(subject=order.subject)) == []
