"""What is offered of money: the next step, to somebody who has not taken the step before."""

from __future__ import annotations

from uuid import UUID

from services.payouts.domain.payee import RegisterPayee
from services.payouts.domain.payment import AttestPayment
from services.payouts.policy import POLICY
from shared.identity import Actor, Post, Role
from shared.offers import offered_to
from tests.unit.payouts.fund import Fund, digest, person


def offered(fund: Fund, subject: UUID, actor: Actor) -> list[str]:
    state = fund.states[subject]
    return offered_to(actor, state, fund.book.kind_of(state), POLICY)


def of(fund: Fund, role: Role) -> Actor:
    return Actor(fund.signatory.id, (Post(role, fund.association),))


def test_a_planned_payment_is_the_associations_to_ask_for_and_no_other_associations():
    fund = Fund()
    payment = fund.first(fund.active()).id

    assert offered(fund, payment, of(fund, Role.SIGNATORY)) == ["requisition"]
    assert offered(fund, payment, of(fund, Role.APPLICANT)) == []
    assert offered(fund, payment, fund.signatory) == [], "a signatory of no association"
    assert offered(fund, payment, fund.finance) == ["bar_payment", "cancel_payment"]


def test_each_attest_is_offered_to_somebody_new():
    fund = Fund()
    payment = fund.requisitioned(fund.active())
    first, second = fund.attesters
    asked_for_it = Actor(fund.signatory.id, (Post(Role.ATTESTER),))
    assert (offered(fund, payment, first), offered(fund, payment, asked_for_it)) == (["attest"], [])

    fund.do(AttestPayment(subject=payment), first)

    assert (offered(fund, payment, first), offered(fund, payment, second)) == ([], ["attest"])


def test_a_payment_attested_by_two_is_sent_by_a_third():
    fund = Fund()
    payment = fund.attested(fund.active())
    attester = Actor(fund.attesters[0].id, (Post(Role.FINANCE),))

    assert "order_batch" in offered(fund, payment, fund.finance)
    assert "order_batch" not in offered(fund, payment, attester)


def test_finance_is_offered_to_bring_what_the_bank_says_until_it_has_said_it_all():
    fund = Fund()
    payment = fund.exported(fund.active())

    assert offered(fund, payment, fund.finance) == ["take_bank_answer", "take_bank_statement"]


def test_whoever_entered_an_account_is_not_offered_to_verify_it():
    fund = Fund()
    entered = person(Role.FINANCE)
    fund.do(RegisterPayee(subject=fund.association, scheme="bankgiro", account=digest("5050-1055")), entered)

    assert offered(fund, fund.association, entered) == []
    assert offered(fund, fund.association, fund.finance) == ["verify_payee"]
