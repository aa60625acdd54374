"""The auditor's questions: a fund in order holds; one thing put wrong is found, by the question that should find it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from services.audit.domain.questions import QUESTIONS, report
from services.audit.domain.questions.decisions import REPORTED_WITHIN
from services.audit.domain.questions.population import Population
from shared.catalogue.applications import (
    SIGNED_PAPER,
    ApplicationSubmitted,
    CaseRegistered,
    ProgrammePublished,
    SetDown,
)
from shared.catalogue.attachment import Attachment
from shared.catalogue.payouts import (
    GrantClosed,
    PayeeRegistered,
    PayeeVerified,
    PaymentAttestedOnce,
    PaymentAttestedTwice,
    PaymentExported,
    PaymentRejected,
    PaymentRequisitioned,
    RecoveryPaid,
    RecoveryWaived,
    TermsAccepted,
    TermsAdopted,
)
from shared.catalogue.review import (
    AssessmentSubmitted,
    Authority,
    BudgetSet,
    CaseReopened,
    DecisionMade,
    DecisionPublished,
    GuidelinesAdopted,
)
from shared.catalogue.signing import ApplicationSigned, SignatureVoided
from tests.unit.audit.a_fund import CEILING, DIGEST, GRANTED, UNSPENT, Trail, a_fund, a_reminder, an_id, published
from tests.unit.review.bench import RULES

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
AFTER_REPORTS = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
AFTER_STATE_MONEY = datetime(2028, 1, 15, 12, 0, tzinfo=UTC)
OTHER_RULES = msgspec.structs.replace(RULES, appeal_court="Förvaltningsrätten i Umeå")


def found(trail: Trail, now: datetime = NOW) -> dict[str, list[str | None]]:
    """Question → the cases of what it found."""
    return {
        one.key: [finding.number for finding in one.findings]
        for one in report(trail.population(), now)
        if not one.holds
    }


def test_a_fund_in_order_holds_and_its_figures_add_up() -> None:
    answers = {one.key: one for one in report(a_fund().population(), NOW)}

    assert all(one.holds and not one.findings for one in answers.values())
    assert len(answers) == len(QUESTIONS)
    assert {key: one.looked_at for key, one in answers.items()} == {
        "register": 3,
        "rules": 1,
        "authority": 3,
        "reported": 1,
        "budget": 1,
        "conflicts": 1,
        "attests": 2,
        "decided": 2,
        "accounts": 2,
        "paid": 3,
        "reports": 2,
        "unspent": 1,
        "state_money": 1,
        "signed": 3,
        "signatories": 4,
    }
    assert answers["budget"].figures == {"ceiling_ore": CEILING, "granted_ore": GRANTED + 1_000_000}
    assert answers["paid"].figures == {"granted_ore": GRANTED + 1_000_000, "paid_ore": GRANTED + 1_000_000}
    assert answers["unspent"].figures == {"unspent_ore": UNSPENT, "returned_ore": UNSPENT}
    assert answers["state_money"].figures["used_ore"] == GRANTED + 1_000_000 - UNSPENT


A, B, C = "EX 2026/00001", "EX 2026/00002", "EX 2026/00003"
BY_DELEGATION = Authority(delegation=RULES.authority.delegation_ref.sv)
SIGNED = Attachment(an_id("paper"), SIGNED_PAPER, "image/jpeg", 10, DIGEST)


def on_paper(signatures: int) -> dict[str, Any]:
    """What a coordinator set down, and whoever registered it counted on the paper."""
    how = SetDown(
        route="paper",
        came_on=date(2026, 2, 2),
        set_down_by=an_id("coordinator"),
        set_down_at=datetime(2026, 2, 3, tzinfo=UTC),
        signed_on_paper=signatures,
    )
    return {"signed_by": (), "set_down": how, "actor": "coordinator"}


WRONGS: dict[str, tuple[Callable[[Trail], object], dict[str, list[str | None]]]] = {
    "a case was left out": (lambda t: t.drop(CaseRegistered, "B"), {"register": [None]}),
    "a number was given twice": (
        lambda t: t.change(CaseRegistered, "C", running=2),
        {"register": [None]},
    ),
    "a programme was published again with other rules": (
        lambda t: t.tell(ProgrammePublished(rules=OTHER_RULES), "programme", "coordinator"),
        {"rules": [None]},
    ),
    "review goes by other rules": (
        lambda t: t.change(GuidelinesAdopted, "programme", rules=OTHER_RULES),
        {"rules": [None]},
    ),
    "payouts goes by other rules": (
        lambda t: t.change(TermsAdopted, "programme", rules=OTHER_RULES),
        {"rules": [None]},
    ),
    "a delegation nobody gave": (
        lambda t: t.change(DecisionMade, "B", authority=Authority(delegation="9.9")),
        {"authority": [B]},
    ),
    "a delegation that does not reach": (
        lambda t: t.change(DecisionMade, "A", authority=BY_DELEGATION, granted_ore=3_000_100),
        {"authority": [A]},
    ),
    "a meeting that had the case not on its agenda": (
        lambda t: t.change(DecisionMade, "B", authority=Authority(meeting=an_id("meeting"))),
        {"authority": [B]},
    ),
    "more was granted than there was": (
        lambda t: t.change(BudgetSet, "call", ceiling_ore=GRANTED),
        {"budget": ["B"]},
    ),
    "whoever has a conflict scored": (
        lambda t: t.change(AssessmentSubmitted, "A", actor="panel-1"),
        {"conflicts": [A]},
    ),
    "one attest is missing": (lambda t: t.drop(PaymentAttestedTwice, "payment-B"), {"attests": [B]}),
    "one person attested twice": (
        lambda t: t.change(PaymentAttestedTwice, "payment-B", actor="attester-1"),
        {"attests": [B]},
    ),
    "whoever asked attested": (
        lambda t: t.change(PaymentAttestedOnce, "payment-B", actor="signatory-B"),
        {"attests": [B]},
    ),
    "nobody asked": (lambda t: t.drop(PaymentRequisitioned, "payment-B"), {"attests": [B]}),
    "whoever sent it to the bank attested": (
        lambda t: t.change(PaymentAttestedOnce, "payment-B", actor="finance"),
        {"attests": [B]},
    ),
    "there was no decision": (lambda t: t.drop(DecisionMade, "B"), {"decided": [B], "paid": [B]}),
    "more was paid than granted": (
        lambda t: t.change(PaymentExported, "payment-B", amount_ore=1_000_100),
        {"paid": [B]},
    ),
    "the account was verified by nobody": (lambda t: t.drop(PayeeVerified, "association-B"), {"accounts": [B]}),
    "the account was verified by whoever entered it": (
        lambda t: t.change(PayeeVerified, "association-B", verified_by=an_id("signatory-B")),
        {"accounts": [B]},
    ),
    "there was no account": (lambda t: t.drop(PayeeRegistered, "association-B"), {"accounts": [B]}),
    "what was left never came back": (lambda t: t.drop(RecoveryPaid, "recovery-A"), {"unspent": [A]}),
    "two sign together, and one has": (
        lambda t: t.change(ApplicationSubmitted, "C", signed_by=(an_id("signatory-C"),)),
        {"signed": [C]},
    ),
    "two sign together, and one has twice": (
        lambda t: t.change(ApplicationSubmitted, "C", signed_by=(an_id("treasurer-C"),) * 2, actor="treasurer-C"),
        {"signed": [C]},
    ),
    "the first of two took their signature back": (
        lambda t: t.tell(SignatureVoided(voided_for="taken_back"), "signing-C", "treasurer-C"),
        {"signed": [C]},
    ),
    "the first of two never signed": (lambda t: t.drop(ApplicationSigned, "signing-C"), {"signed": [C]}),
    "the first of two signed another text": (
        lambda t: t.change(ApplicationSigned, "signing-C", content="1" * 64),
        {"signed": [C]},
    ),
    "the first of two signed for another draft": (
        lambda t: t.change(ApplicationSigned, "signing-C", draft=an_id("B")),
        {"signed": [C]},
    ),
    "somebody else sent it in than who signed": (
        lambda t: t.change(ApplicationSubmitted, "B", actor="signatory-A"),
        {"signed": [B]},
    ),
    "two bind the association, and the paper has one signature": (
        lambda t: t.change(ApplicationSubmitted, "C", **on_paper(1), attachments=(SIGNED,)),
        {"signed": [C]},
    ),
    "the paper that was signed is not among the attachments": (
        lambda t: t.change(ApplicationSubmitted, "B", **on_paper(1)),
        {"signed": [B]},
    ),
    "nobody signed, here or on paper": (lambda t: t.change(ApplicationSubmitted, "B", signed_by=()), {"signed": [B]}),
    "the same person signs for two": (
        lambda t: t.change(TermsAccepted, "B", accepted_by=an_id("signatory-A")),
        {"signatories": [A]},
    ),
}


@pytest.mark.parametrize("wrong", WRONGS)
def test_one_thing_put_wrong_is_found_by_its_question_alone(wrong: str) -> None:
    put_wrong, expected = WRONGS[wrong]
    trail = a_fund()
    assert found(trail) == {}, "the negative control: before, nothing is found"

    put_wrong(trail)

    assert found(trail) == expected


def test_a10_what_is_signed_on_paper_by_as_many_as_it_takes_is_in_order() -> None:
    trail = a_fund()

    trail.change(ApplicationSubmitted, "B", **on_paper(1), attachments=(SIGNED,))
    trail.change(ApplicationSubmitted, "C", **on_paper(2), attachments=(SIGNED,))

    assert "signed" not in found(trail)


def test_a_finding_names_the_facts_that_say_so() -> None:
    trail = a_fund()
    trail.change(AssessmentSubmitted, "A", actor="panel-1")

    (finding,) = next(one for one in report(trail.population(), NOW) if one.key == "conflicts").findings

    facts = {(fact.source, fact.position): fact.event.type for fact in trail.facts}
    assert [facts[place] for place in finding.places] == ["interest.declared", "assessment.submitted"]
    assert finding.case == an_id("A")


def test_a_report_that_has_not_come_is_found_until_somebody_reminds() -> None:
    trail = a_fund()

    assert found(trail, datetime(2027, 2, 1, 12, 0, tzinfo=UTC)) == {}, "it may come on its last day"
    assert found(trail, AFTER_REPORTS) == {"reports": [B]}
    trail.tell(a_reminder("B"), "letter")
    assert found(trail, AFTER_REPORTS) == {}


def test_h5_a_delegated_decision_that_no_board_was_told_of_is_found_after_three_months() -> None:
    trail = a_fund()
    trail.drop(DecisionPublished, "B")
    decided = next(one for one in trail.facts if isinstance(one.event, DecisionMade) and one.subject == an_id("B"))

    assert "reported" not in found(trail, decided.at + REPORTED_WITHIN)
    assert found(trail, decided.at + REPORTED_WITHIN + timedelta(days=1))["reported"] == [B]


def test_state_money_left_after_its_last_day_is_found() -> None:
    trail = a_fund()
    trail.tell(a_reminder("B"), "letter")

    assert found(trail, AFTER_STATE_MONEY) == {"state_money": [None]}


def test_what_a_person_let_go_need_not_come_back() -> None:
    trail = a_fund()
    trail.drop(RecoveryPaid, "recovery-A")

    trail.tell(RecoveryWaived(case=an_id("A"), decided_by=an_id("chair")), "recovery-A", "chair")

    assert found(trail) == {}


def test_what_the_bank_refused_and_was_sent_again_counts_once() -> None:
    trail = a_fund()
    trail.tell(PaymentRejected(case=an_id("B"), reason="AC04"), "payment-B")
    _, sent = (one.event for one in trail.facts if isinstance(one.event, PaymentExported))

    trail.tell(sent, "payment-B")

    paid = next(one for one in report(trail.population(), NOW) if one.key == "paid")
    assert paid.holds
    assert paid.figures["paid_ore"] == GRANTED + 1_000_000


def test_what_a_court_released_can_be_granted_again() -> None:
    trail = a_fund()
    trail.change(BudgetSet, "call", ceiling_ore=GRANTED + 1_000_000)
    trail.tell(CaseReopened(appeal=an_id("appeal"), call=an_id("call"), released_ore=GRANTED), "A")
    decided = next(one.event for one in trail.facts if isinstance(one.event, DecisionMade))

    trail.change(GrantClosed, "A", paid_ore=GRANTED)
    again = msgspec.structs.replace(decided, authority=BY_DELEGATION)
    trail.tell(again, "A", "chair")
    trail.tell(published(), "A")

    assert found(trail) == {}


def test_another_programme_is_another_population() -> None:
    trail = a_fund()
    trail.change(AssessmentSubmitted, "A", actor="panel-1")

    ours, theirs = (Population(trail.facts, an_id(name)) for name in ("programme", "another"))

    assert not all(one.holds for one in report(ours, NOW))
    assert len(ours.cases) == 3
    assert not theirs.cases
