"""Nobody pays alone, nothing is paid too early, and only to the account that was asked for."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import msgspec
import pytest

from services.payouts.domain.batch import CountAnswers, RecordExport
from services.payouts.domain.grant import AcceptTerms, BarPerson, GiveLegalForce, PublishGrant, QuashGrant
from services.payouts.domain.instalments import payment_id
from services.payouts.domain.payee import RegisterPayee, VerifyPayee
from services.payouts.domain.payment import (
    AcceptPayment,
    AttestPayment,
    BarPayment,
    BookPayment,
    CancelPayment,
    ReconcilePayment,
    RejectPayment,
    ReleasePayment,
    Requisition,
    ReturnPayment,
)
from shared.catalogue.payouts import BatchOrdered, PaymentExported
from shared.identity import Actor, Post, Role
from shared.refused import NotNow, Refused, Unknown
from tests.unit.payouts.fund import BANK_DAY, NOW, Fund, digest, person, rules_with


@pytest.fixture
def fund() -> Fund:
    return Fund()


def test_two_attesters_one_exporter_and_the_bank_take_an_instalment_all_the_way(fund):
    payment = fund.exported(fund.active())
    reference = fund.states[payment].reference
    assert reference == "EX-2026-00001-1"
    fund.do(AcceptPayment(subject=payment, reference=reference), fund.finance)
    fund.do(
        BookPayment(subject=payment, reference=reference, amount_ore=2_000_000, booked_on=BANK_DAY, whole=True),
        fund.finance,
    )
    assert fund.states[payment].status == "reconciled"


# Two attests by two people, none of whom prepared it


def test_the_same_person_cannot_attest_twice(fund):
    payment = fund.requisitioned(fund.active())
    fund.do(AttestPayment(subject=payment), fund.attesters[0])
    with pytest.raises(Refused, match="attested already"):
        fund.do(AttestPayment(subject=payment), fund.attesters[0])
    fund.do(AttestPayment(subject=payment), fund.attesters[1])
    assert fund.states[payment].status == "attested_twice"


def _everything(role_of: str, fund: Fund) -> Actor:
    """The same person, who also is an attester."""
    return Actor(getattr(fund, role_of).id, (Post(Role.ATTESTER), Post(Role.FINANCE), Post(Role.SIGNATORY)))


@pytest.mark.parametrize("role_of", ["signatory", "finance"])
@pytest.mark.parametrize("attests_before", [0, 1])
def test_whoever_asked_for_the_money_or_handled_the_account_cannot_attest(fund, role_of, attests_before):
    payment = fund.requisitioned(fund.active())
    for attester in fund.attesters[:attests_before]:
        fund.do(AttestPayment(subject=payment), attester)
    with pytest.raises(Refused, match="cannot attest"):
        fund.do(AttestPayment(subject=payment), _everything(role_of, fund))


def test_whoever_changed_the_account_cannot_attest_although_another_asked_for_the_money(fund):
    case = fund.active()
    other = person(Role.SIGNATORY)
    fund.do(Requisition(subject=payment_id(case, 1)), other)
    with pytest.raises(Refused, match="entered or verified the account"):
        fund.do(AttestPayment(subject=payment_id(case, 1)), fund.signatory)
    with pytest.raises(Refused, match="asked for the money"):
        fund.do(AttestPayment(subject=payment_id(case, 1)), other)


@pytest.mark.parametrize("which", [0, 1])
def test_whoever_attested_cannot_send_it_to_the_bank(fund, which):
    payment = fund.attested(fund.active())
    with pytest.raises(Refused) as refused:
        fund.do(fund.order(payment), fund.attesters[which])
    assert refused.value.errors[0].field == "payments[0]"
    assert "attested" in refused.value.errors[0].message.en
    fund.do(fund.order(payment), fund.finance)
    assert fund.states[payment].status == "exported"


@pytest.mark.parametrize("attests", [0, 1])
def test_nothing_goes_to_the_bank_with_fewer_than_two_attests(fund, attests):
    payment = fund.requisitioned(fund.active())
    for attester in fund.attesters[:attests]:
        fund.do(AttestPayment(subject=payment), attester)
    with pytest.raises(NotNow):
        fund.do(fund.order(payment), fund.finance)


# Not too early


def test_nothing_is_paid_before_the_decision_is_posted(fund):
    case = fund.grant()
    fund.payee()
    fund.do(AcceptTerms(subject=case), fund.signatory)
    with pytest.raises(Refused, match="notice board"):
        fund.requisitioned(case)
    fund.do(PublishGrant(subject=case, appeal_last_day=date(2026, 12, 14)))
    fund.requisitioned(case)


def test_nothing_is_paid_before_the_association_has_accepted_the_terms(fund):
    case = fund.grant()
    fund.payee()
    fund.do(PublishGrant(subject=case, appeal_last_day=date(2026, 12, 14)))
    with pytest.raises(Refused, match="Accept the terms"):
        fund.requisitioned(case)
    fund.do(AcceptTerms(subject=case), fund.signatory)
    fund.requisitioned(case)


def test_h4_a_programme_may_pay_before_legal_force(fund):
    fund.requisitioned(fund.active())


def test_h4_a_programme_that_holds_pays_only_when_the_time_to_appeal_is_over():
    fund = Fund(rules_with(hold=True))
    case = fund.active()
    with pytest.raises(Refused, match="appeal is over"):
        fund.requisitioned(case)
    fund.do(GiveLegalForce(subject=case))
    fund.requisitioned(case)


def test_the_last_instalment_waits_for_the_report_to_be_approved(fund):
    case = fund.active()
    fund.exported(case)
    with pytest.raises(Refused, match="report is approved"):
        fund.requisitioned(case, 2)
    fund.reported(case)
    assert fund.exported(case, 2)


def test_money_cannot_be_asked_for_without_an_account(fund):
    case = fund.grant()
    fund.do(PublishGrant(subject=case, appeal_last_day=date(2026, 12, 14)))
    fund.do(AcceptTerms(subject=case), fund.signatory)
    with pytest.raises(Refused, match="Enter the account"):
        fund.requisitioned(case)


# Only to the account that was asked for


def test_whoever_entered_the_account_cannot_verify_it(fund):
    fund.payee(verified=False)
    both = Actor(fund.signatory.id, (Post(Role.FINANCE),))
    with pytest.raises(Refused, match="yourself"):
        fund.do(VerifyPayee(subject=fund.association, proof=digest("proof")), both)


def test_an_account_nobody_verified_cannot_be_attested(fund):
    fund.payee(verified=False)
    payment = fund.requisitioned(fund.active())
    with pytest.raises(Refused, match="Nobody has verified"):
        fund.do(AttestPayment(subject=payment), fund.attesters[0])
    fund.do(VerifyPayee(subject=fund.association, proof=digest("proof")), fund.finance)
    fund.do(AttestPayment(subject=payment), fund.attesters[0])


def test_a_changed_account_is_unverified_again(fund):
    fund.payee()
    fund.payee("991-2346", verified=False)
    assert fund.states[fund.association].status == "unverified"
    assert fund.states[fund.association].verified_by is None


def test_the_same_account_again_is_no_change(fund):
    fund.payee()
    again = RegisterPayee(subject=fund.association, scheme="bankgiro", account=digest("5050-1055"))
    assert fund.do(again, fund.signatory) == []
    assert fund.states[fund.association].status == "verified"


def test_an_account_changed_after_the_requisition_stops_the_attest(fund):
    payment = fund.requisitioned(fund.active())
    fund.payee("991-2346")
    with pytest.raises(Refused, match="changed its account"):
        fund.do(AttestPayment(subject=payment), fund.attesters[0])


def test_an_account_changed_after_both_attests_stops_the_bank_file(fund):
    payment = fund.attested(fund.active())
    fund.payee("991-2346")
    with pytest.raises(Refused) as refused:
        fund.do(fund.order(payment), fund.finance)
    assert "changed its account" in refused.value.errors[0].message.en


def test_asking_anew_after_a_change_of_account_starts_every_attest_over(fund):
    case = fund.active()
    payment = fund.attested(case)
    fund.payee("991-2346")
    fund.requisitioned(case)
    assert fund.states[payment].attested_by == ()
    with pytest.raises(NotNow):
        fund.do(fund.order(payment), fund.finance)


def test_asking_twice_to_the_same_account_changes_nothing(fund):
    payment = fund.requisitioned(fund.active())
    fund.do(AttestPayment(subject=payment), fund.attesters[0])
    assert fund.do(Requisition(subject=payment), fund.signatory) == []
    assert fund.states[payment].status == "attested_once"


# Conflicts of interest


def test_whoever_has_a_conflict_of_interest_cannot_attest(fund):
    case = fund.active()
    payment = fund.requisitioned(case)
    fund.do(BarPerson(subject=case, person=fund.attesters[0].id))
    with pytest.raises(Unknown):
        fund.do(AttestPayment(subject=payment), fund.attesters[0])
    fund.do(AttestPayment(subject=payment), fund.attesters[1])


def test_whoever_has_a_conflict_of_interest_cannot_send_to_the_bank(fund):
    case = fund.active()
    payment = fund.attested(case)
    fund.do(BarPerson(subject=case, person=fund.finance.id))
    with pytest.raises(Unknown):
        fund.do(fund.order(payment), fund.finance)
    fund.do(fund.order(payment), person(Role.FINANCE))


def test_a_conflict_known_twice_is_told_once(fund):
    case = uuid4()
    assert fund.do(BarPerson(subject=case, person=fund.finance.id))
    assert fund.do(BarPerson(subject=case, person=fund.finance.id)) == []
    assert fund.states[case].status == "expected"


def test_a_conflict_declared_before_the_decision_still_holds_after_it(fund):
    barred = fund.attesters[0]
    case = uuid4()
    fund.do(BarPerson(subject=case, person=barred.id))
    fund.grant(500_000, case)
    assert barred.id in fund.states[case].barred
    fund.do(PublishGrant(subject=case, appeal_last_day=date(2026, 12, 14)))
    fund.do(AcceptTerms(subject=case), fund.signatory)
    fund.payee()
    payment = fund.requisitioned(case)
    with pytest.raises(Unknown):
        fund.do(AttestPayment(subject=payment), barred)
    fund.do(AttestPayment(subject=payment), fund.attesters[1])


# The bank file


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


# The bank's answers


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


# Bars, cancellation, and a court


@pytest.mark.parametrize("step", ["planned", "requisitioned", "attested"])
def test_a_bar_stops_a_payment_until_it_is_lifted_and_asked_for_anew(fund, step):
    case = fund.active()
    payment = {
        "planned": lambda: payment_id(case, 1),
        "requisitioned": lambda: fund.requisitioned(case),
        "attested": lambda: fund.attested(case),
    }[step]()
    fund.do(BarPayment(subject=payment, reason="investigation"), fund.finance)
    with pytest.raises(NotNow):
        fund.do(fund.order(payment), fund.finance)
    fund.do(ReleasePayment(subject=payment), fund.finance)
    assert fund.states[payment].status == "planned"


def test_what_is_at_the_bank_cannot_be_cancelled(fund):
    payment = fund.exported(fund.active())
    with pytest.raises(NotNow):
        fund.do(CancelPayment(subject=payment), fund.finance)


def test_a_quashed_decision_stops_every_payment_that_has_not_left(fund):
    case = fund.active()
    fund.exported(case)
    fund.do(QuashGrant(subject=case))
    grant = fund.states[case]
    assert grant.status == "quashed"
    assert grant.paid_before_ore == 2_000_000
    assert [payment.status for payment in fund.payments(case)] == ["exported", "cancelled"]
    with pytest.raises(Refused):
        fund.requisitioned(case, 2)


@pytest.mark.parametrize(("again_ore", "left_ore"), [(2_500_000, 500_000), (3_000_000, 1_000_000), (1_500_000, 0)])
def test_a_new_decision_after_a_quashed_one_pays_no_krona_twice(fund, again_ore, left_ore):
    case = fund.active()
    fund.exported(case)
    fund.do(QuashGrant(subject=case))
    assert fund.do(QuashGrant(subject=case)) == []
    fund.grant(again_ore, case)
    grant = fund.states[case]
    assert sum(one.amount_ore for one in grant.instalments) == left_ore
    assert [one.no for one in grant.instalments] == list(range(3, 3 + len(grant.instalments)))
    assert grant.accepted_by is None
    assert (grant.status, grant.granted_ore) == ("open", again_ore)
