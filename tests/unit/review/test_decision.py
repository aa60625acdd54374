"""Decisions: made by people, on a complete file, within an authority, for money that is there."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.review.domain.budget import kronor
from services.review.domain.case import commands as c
from services.review.domain.case.commands import Opinion
from services.review.domain.case.life import Status
from services.review.domain.meeting import CallMeeting, EndMeeting, PostNotice
from shared.identity import FUND, Actor, Post, Role
from shared.programme import UserRepresentativesMust
from shared.refused import Forbidden, NotNow, Refused, Unknown
from tests.unit.review.bench import APPLIED_ORE, DELEGATION, MONDAY, RULES, Bench, person, with_users

REASONS = [reason.code for reason in RULES.decision.rejection_reason_codes]


def fields(refused) -> list[str]:
    return [error.field for error in refused.value.errors]


# H1: a person decides


def test_h1_a_decision_says_who_made_it_and_on_what_authority():
    bench = Bench()
    decision = bench.case(bench.decided()).decision
    assert decision is not None
    assert decision.decided_by == bench.chair.id
    assert decision.authority.delegation == DELEGATION
    assert decision.decided_on == MONDAY


def test_h1_the_fund_itself_can_never_decide():
    bench = Bench()
    case = bench.ready()
    bench.do(c.DeclareInterest(subject=case, conflict=None), FUND)
    for actor in (FUND, Actor(FUND.id, (Post(Role.FUND), Post(Role.DECISION_MAKER)))):
        with pytest.raises(Forbidden):
            bench.decide(case, by=actor)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.DECISION_MAKER])
def test_h1_nobody_but_a_decision_maker_decides(role):
    bench = Bench()
    case = bench.ready()
    somebody = person(role)
    bench.free(case, somebody)
    with pytest.raises(Forbidden):
        bench.decide(case, by=somebody)


def test_h1_a_decision_without_authority_is_refused():
    bench = Bench()
    case = bench.ready()
    with pytest.raises(Refused) as refused:
        bench.decide(case, delegation="")
    assert fields(refused) == ["delegation"]
    neither = c.MakeDecision(
        subject=case, outcome="approved", granted_ore=1, reason=None, explained=True, content="0" * 64
    )
    with pytest.raises(Refused, match="either"):
        bench.do(neither, bench.chair)


def test_h1_a_decision_has_one_authority_not_two():
    bench = Bench()
    case = bench.ready()
    with pytest.raises(Refused, match="either"):
        bench.decide(case, meeting=bench.meeting(case), delegation=DELEGATION)


@pytest.mark.parametrize("name", ["", "7.4", DELEGATION + " ", DELEGATION.upper()])
def test_h1_a_delegation_is_the_one_the_programme_names(name):
    bench = Bench()
    case = bench.ready()
    with pytest.raises(Refused) as refused:
        bench.decide(case, delegation=name)
    assert fields(refused) == ["delegation"]


@pytest.mark.parametrize("over", [0, 1, 100, 1_000_000])
def test_h1_above_the_delegation_only_a_meeting_decides(over):
    bench = Bench()
    granted = RULES.authority.delegation_max_ore + over
    case = bench.ready(granted, applied_ore=10_000_000)
    if over:
        with pytest.raises(Refused) as refused:
            bench.decide(case, granted)
        assert fields(refused) == ["granted_ore"]
        bench.decide(case, granted, meeting=bench.meeting(case))
    else:
        bench.decide(case, granted)
    assert bench.granted_ore == granted


def test_h1_a_meeting_decides_only_what_is_on_its_agenda_while_it_is_open():
    bench = Bench()
    case, other = bench.ready(), bench.ready()
    called = uuid4()
    bench.do(CallMeeting(subject=called, programme=bench.programme, held_on=MONDAY, cases=(case,)), bench.secretary)
    without = bench.meeting(other)
    over = bench.meeting(case)
    bench.do(EndMeeting(subject=over), bench.chair)
    for meeting in (called, without, over, uuid4(), bench.call):
        with pytest.raises(Refused) as refused:
            bench.decide(case, meeting=meeting)
        assert fields(refused) == ["meeting"]
    bench.decide(case, meeting=bench.meeting(case))


# H6: the user representatives have had their say

ENOUGH = {
    UserRepresentativesMust.NONE: {None, *Opinion},
    UserRepresentativesMust.BE_HEARD: set(Opinion),
    UserRepresentativesMust.STATE_OPINION: {Opinion.APPROVES, Opinion.OBJECTS},
    UserRepresentativesMust.APPROVE: {Opinion.APPROVES},
}


@pytest.mark.parametrize("opinion", [None, *Opinion])
@pytest.mark.parametrize("must", UserRepresentativesMust)
@pytest.mark.parametrize("at_meeting", [False, True])
def test_h6_the_decision_is_locked_until_the_statement_the_programme_demands_is_on_file(must, opinion, at_meeting):
    bench = Bench(with_users(must))
    case = bench.assessed()
    bench.propose(case, 2_000_000)
    bench.free(case, bench.chair)
    if opinion is not None:
        bench.state_opinion(case, opinion)
    meeting = bench.meeting(case) if at_meeting else None
    if opinion in ENOUGH[must]:
        bench.decide(case, meeting=meeting)
        assert bench.case(case).status is Status.DECIDED
    else:
        with pytest.raises(Refused, match="locked"):
            bench.decide(case, meeting=meeting)


@pytest.mark.parametrize("must", [one for one in UserRepresentativesMust if one is not UserRepresentativesMust.NONE])
def test_h6_a_new_proposal_needs_a_new_statement(must):
    bench = Bench(with_users(must))
    case = bench.ready()
    bench.propose(case, 1_900_000)
    with pytest.raises(Refused, match="locked"):
        bench.decide(case, 1_900_000)


def test_h6_where_users_must_approve_nothing_else_than_what_they_approved_can_be_decided():
    bench = Bench(with_users(UserRepresentativesMust.APPROVE))
    case = bench.ready(2_000_000)
    for granted, outcome, reason in ((1_999_900, "approved", None), (0, "rejected", "R02")):
        with pytest.raises(Refused, match="another decision"):
            bench.decide(case, granted, outcome, reason)
    bench.decide(case, 2_000_000)


def test_h6_a_statement_by_somebody_who_turns_out_to_have_a_conflict_does_not_unlock():
    bench = Bench()
    case = bench.assessed()
    bench.propose(case, 2_000_000)
    bench.free(case, bench.chair, bench.panel[4])
    statement = c.GiveStatement(subject=case, opinion=Opinion.APPROVES, content="0" * 64)
    bench.do(statement, bench.panel[4])
    bench.do(c.DeclareInterest(subject=case, conflict="party_or_close"), bench.panel[4])
    with pytest.raises(Refused, match="locked"):
        bench.decide(case)
    bench.state_opinion(case)
    bench.decide(case)


def test_h6_nobody_states_an_opinion_before_they_have_declared():
    bench = Bench()
    case = bench.assessed()
    bench.propose(case, 2_000_000)
    statement = c.GiveStatement(subject=case, opinion=Opinion.APPROVES, content="0" * 64)
    with pytest.raises(Refused, match="conflict of interest"):
        bench.do(statement, bench.panel[4])


# H7 and separation of duties


def test_h7_nobody_decides_before_they_have_declared():
    bench = Bench()
    case = bench.ready()
    with pytest.raises(Refused, match="conflict of interest"):
        bench.decide(case, by=bench.other_chair)


def test_h7_a_decision_maker_with_a_conflict_cannot_decide():
    bench = Bench()
    case = bench.ready()
    bench.do(c.DeclareInterest(subject=case, conflict="party_or_close"), bench.chair)
    with pytest.raises(Unknown):
        bench.decide(case)
    bench.free(case, bench.other_chair)
    bench.decide(case, by=bench.other_chair)


def test_h7_a_proposal_by_somebody_who_turns_out_to_have_a_conflict_is_made_anew():
    bench = Bench()
    case = bench.ready()
    bench.do(c.DeclareInterest(subject=case, conflict="party_or_close"), bench.officer)
    with pytest.raises(Refused, match="Somebody else"):
        bench.decide(case)
    bench.propose(case, 2_000_000, by=bench.other_officer)
    bench.state_opinion(case)
    bench.decide(case)


def both(*roles: Role) -> Actor:
    return person(*roles, Role.DECISION_MAKER)


def test_separation_of_duties_whoever_assessed_does_not_decide():
    bench = Bench()
    bench.panel[0] = both(Role.PANEL)
    case = bench.assessed()
    bench.propose(case, 2_000_000)
    bench.free(case, bench.panel[3])
    bench.do(c.GiveStatement(subject=case, opinion=Opinion.APPROVES, content="0" * 64), bench.panel[3])
    with pytest.raises(Refused, match="assessed"):
        bench.decide(case, by=bench.panel[0])


def test_separation_of_duties_the_officer_who_proposed_does_not_decide():
    bench = Bench()
    bench.officer = both(Role.OFFICER)
    case = bench.ready()
    bench.free(case, bench.officer)
    with pytest.raises(Refused, match="proposal"):
        bench.decide(case, by=bench.officer)


def test_separation_of_duties_whoever_spoke_for_the_users_does_not_decide():
    bench = Bench()
    case = bench.assessed()
    bench.propose(case, 2_000_000)
    spoke = both(Role.PANEL)
    bench.free(case, spoke)
    bench.do(c.GiveStatement(subject=case, opinion=Opinion.APPROVES, content="0" * 64), spoke)
    with pytest.raises(Refused, match="spoke"):
        bench.decide(case, by=spoke)


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
@settings(max_examples=25, deadline=None)
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
