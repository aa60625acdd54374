"""What a decision may say: an outcome, an amount and a reason that fit, for money that is there, and only once."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.review.domain.budget import kronor
from services.review.domain.case import commands as c
from services.review.domain.case.life import Status
from services.review.domain.meeting import PostNotice
from shared.identity import FUND
from shared.refused import NotNow, Refused
from tests.chance import examples
from tests.unit.review.bench import APPLIED_ORE, RULES, Bench

REASONS = [reason.code for reason in RULES.decision.rejection_reason_codes]


def fields(refused) -> list[str]:
    return [error.field for error in refused.value.errors]


# What a decision may say


@pytest.mark.parametrize(
    ("outcome", "granted", "reason", "wrong"),
    [
        ("approved", 0, None, "granted_ore"),
        ("approved", APPLIED_ORE + 1, None, "granted_ore"),
        ("approved", 2_000_000, "R02", "reason"),
        ("partially_approved", 0, None, "granted_ore"),
        ("partially_approved", APPLIED_ORE, None, "granted_ore"),
        ("partially_approved", APPLIED_ORE + 1, None, "granted_ore"),
        ("partially_approved", 2_000_000, "R02", "reason"),
        ("rejected", 1, "R02", "granted_ore"),
        ("rejected", 0, None, "reason"),
        ("rejected", 0, "R99", "reason"),
        ("dismissed", 1, None, "granted_ore"),
        ("dismissed", 0, "R99", "reason"),
        ("struck_off", 0, None, "outcome"),
        ("postponed", 0, None, "outcome"),
        ("", 0, None, "outcome"),
    ],
)
def test_an_outcome_an_amount_and_a_reason_fit_together(outcome, granted, reason, wrong):
    bench = Bench()
    case = bench.assessed()
    with pytest.raises(Refused) as proposal:
        bench.propose(case, granted, outcome, reason)
    bench.propose(case, 2_000_000)
    bench.state_opinion(case)
    bench.free(case, bench.chair)
    with pytest.raises(Refused) as decision:
        bench.decide(case, granted, outcome, reason)
    assert wrong in fields(proposal)
    assert wrong in fields(decision)


@pytest.mark.parametrize(
    ("outcome", "granted", "reason"),
    [
        ("approved", 1, None),
        ("approved", APPLIED_ORE, None),
        ("approved", 2_500_000, None),
        ("partially_approved", APPLIED_ORE - 1, None),
        ("partially_approved", APPLIED_ORE // 2, None),
        *(("rejected", 0, reason) for reason in REASONS),
        *(("dismissed", 0, reason) for reason in (None, *REASONS)),
    ],
)
def test_what_fits_is_decided_and_counted(outcome, granted, reason):
    bench = Bench()
    case = bench.assessed()
    bench.propose(case, granted, outcome, reason)
    bench.state_opinion(case)
    bench.free(case, bench.chair)
    bench.decide(case, granted, outcome, reason)
    assert bench.granted_ore == granted


def test_h15_a_decision_that_departs_from_the_proposal_says_why():
    bench = Bench()
    case = bench.ready()
    with pytest.raises(Refused, match="differs"):
        bench.decide(case, 1_000_000, explained=False)
    bench.decide(case, 1_000_000, explained=True)


def test_a_decision_as_proposed_needs_no_more_words():
    bench = Bench()
    case = bench.ready()
    bench.decide(case, explained=False)


def test_nothing_is_granted_that_was_never_assessed():
    bench = Bench()
    case = bench.checking()
    bench.answer(case, unmet="E1")
    with pytest.raises(Refused) as refused:
        bench.propose(case, 2_000_000)
    assert fields(refused) == ["outcome"]
    bench.propose(case, 0, "dismissed")


@pytest.mark.parametrize(("c1", "proposable"), [(1, False), (2, True), (3, True)])
def test_an_application_below_the_minimum_of_a_criterion_is_not_proposed(c1, proposable):
    bench = Bench()
    case = bench.assessed(dict.fromkeys(("C2", "C3", "C4", "C5", "C6"), 4) | {"C1": c1})
    if proposable:
        bench.propose(case, 2_000_000)
    else:
        with pytest.raises(Refused, match="C1"):
            bench.propose(case, 2_000_000)
        bench.propose(case, 0, "rejected", "R03")


@pytest.mark.parametrize(("rest", "proposable"), [(1, False), (2, True)])
def test_an_application_below_the_threshold_is_not_proposed(rest, proposable):
    bench = Bench()
    case = bench.assessed(dict.fromkeys(("C2", "C3", "C4", "C5", "C6"), rest) | {"C1": 2})
    if proposable:
        bench.propose(case, 2_000_000)
    else:
        with pytest.raises(Refused, match="50 points"):
            bench.propose(case, 2_000_000)


@pytest.mark.parametrize(("granted", "enough"), [(1_499_999, False), (1_500_000, True), (2_999_999, True)])
def test_a_partial_proposal_is_at_least_half(granted, enough):
    bench = Bench()
    case = bench.assessed()
    if enough:
        bench.propose(case, granted, "partially_approved")
    else:
        with pytest.raises(Refused) as refused:
            bench.propose(case, granted, "partially_approved")
        assert fields(refused) == ["granted_ore"]


def test_a_programme_may_have_no_partial_approvals():
    allocation = msgspec.structs.replace(RULES.assessment.allocation, partial_award_allowed=False)
    assessment = msgspec.structs.replace(RULES.assessment, allocation=allocation)
    bench = Bench(msgspec.structs.replace(RULES, assessment=assessment))
    case = bench.assessed()
    with pytest.raises(Refused) as refused:
        bench.propose(case, 2_000_000, "partially_approved")
    assert fields(refused) == ["outcome"]


# The budget


def test_no_krona_is_decided_above_the_budget_and_the_sentence_says_what_is_left():
    bench = Bench(budget_ore=5_000_000)
    bench.decided(2_000_000)
    bench.decided(2_500_000)
    case = bench.ready(500_001)
    with pytest.raises(Refused, match="5\xa0000 kronor") as refused:
        bench.decide(case, 500_001)
    assert fields(refused) == ["granted_ore"]
    bench.decide(case, 500_000)
    assert bench.granted_ore == 5_000_000
    nothing_left = bench.ready(1)
    with pytest.raises(Refused):
        bench.decide(nothing_left, 1)
    bench.decide(nothing_left, 0, "rejected", "R04")


def test_nothing_is_granted_while_the_budget_has_not_arrived():
    bench = Bench()
    case = bench.ready()
    del bench.tallies.seen[f"budget/{bench.call}"]
    with pytest.raises(NotNow, match="budget"):
        bench.decide(case)


@given(some.lists(some.integers(1, APPLIED_ORE), min_size=1, max_size=8), some.integers(1, 8_000_000))
@examples(25)
def test_whatever_is_asked_for_in_whatever_order_the_sum_never_passes_the_ceiling(amounts, ceiling):
    bench = Bench(budget_ore=ceiling)
    decided = 0
    for amount in amounts:
        case = bench.ready(amount)
        try:
            bench.decide(case, amount)
            decided += amount
        except Refused:
            assert decided + amount > ceiling
        assert bench.granted_ore == decided <= ceiling


@pytest.mark.parametrize(
    ("ore", "words"), [(0, "0"), (100, "1"), (150, "1,50"), (123_456_789, "1\xa0234\xa0567,89"), (5, "0,05")]
)
def test_amounts_are_told_in_kronor(ore, words):
    assert kronor(ore) == words


# Once is enough


def test_a_second_decision_on_the_same_case_is_impossible():
    bench = Bench()
    case = bench.decided(2_000_000)
    bench.free(case, bench.other_chair)
    for again in (bench.chair, bench.other_chair):
        with pytest.raises(NotNow, match="Decided"):
            bench.decide(case, 1_000_000, by=again)
    assert bench.granted_ore == 2_000_000
    case, _ = bench.published()
    with pytest.raises(NotNow):
        bench.decide(case, 1_000_000)


def test_a_withdrawal_after_the_decision_changes_nothing():
    bench = Bench()
    case = bench.decided()
    assert bench.do(c.StrikeOff(subject=case), FUND) == []
    assert bench.case(case).status is Status.DECIDED


def test_a_withdrawal_before_the_decision_strikes_the_case_off():
    bench = Bench()
    case = bench.ready()
    bench.do(c.StrikeOff(subject=case), FUND)
    with pytest.raises(NotNow, match="withdrawn"):
        bench.decide(case)
    assert bench.granted_ore == 0


def test_a_case_without_a_grant_is_closed_once_it_is_final_and_one_with_a_grant_is_not():
    bench = Bench()
    granted, _ = bench.final()
    with pytest.raises(Refused, match="paid and reported"):
        bench.do(c.CloseCase(subject=granted), bench.officer)
    rejected = bench.assessed()
    bench.propose(rejected, 0, "rejected", "R02")
    bench.state_opinion(rejected)
    bench.free(rejected, bench.chair)
    bench.decide(rejected, 0, "rejected", "R02")
    with pytest.raises(NotNow):
        bench.do(c.CloseCase(subject=rejected), bench.officer)
    bench.do(PostNotice(subject=bench.adjusted(rejected)), bench.secretary)
    bench.at += timedelta(days=40)
    bench.do(c.MakeFinal(subject=rejected), FUND)
    bench.do(c.CloseCase(subject=rejected), bench.officer)
    assert bench.case(rejected).status is Status.CLOSED
