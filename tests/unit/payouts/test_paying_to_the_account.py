"""Money goes only to the account that was asked for, verified by another person; a bar or a court stops it."""

from __future__ import annotations

import pytest

from services.payouts.domain.grant import QuashGrant
from services.payouts.domain.instalments import payment_id
from services.payouts.domain.payee import RegisterPayee, VerifyPayee
from services.payouts.domain.payment import (
    AttestPayment,
    BarPayment,
    CancelPayment,
    ReleasePayment,
    Requisition,
)
from shared.identity import Actor, Post, Role
from shared.refused import NotNow, Refused
from tests.unit.payouts.fund import Fund, digest


@pytest.fixture
def fund() -> Fund:
    return Fund()


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
