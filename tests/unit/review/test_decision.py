"""Decisions: made by people, on a complete file, within an authority, for money that is there."""

from __future__ import annotations

from uuid import uuid4

import pytest

from services.review.domain.case import commands as c
from services.review.domain.case.commands import Opinion
from services.review.domain.case.life import Status
from services.review.domain.meeting import CallMeeting, EndMeeting
from shared.identity import FUND, Actor, Post, Role
from shared.programme import UserRepresentativesMust
from shared.refused import Forbidden, Refused, Unknown
from tests.unit.review.bench import DELEGATION, MONDAY, RULES, Bench, person, with_users


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
