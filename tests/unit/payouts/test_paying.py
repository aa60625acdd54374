"""Nobody pays alone, nothing is paid too early, and nobody pays whoever they are close to."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from services.payouts.domain.grant import AcceptTerms, BarPerson, GiveLegalForce, PublishGrant
from services.payouts.domain.instalments import payment_id
from services.payouts.domain.payment import (
    AcceptPayment,
    AttestPayment,
    BookPayment,
    Requisition,
)
from shared.identity import Actor, Post, Role
from shared.refused import NotNow, Refused, Unknown
from tests.unit.payouts.fund import BANK_DAY, Fund, person, rules_with


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
