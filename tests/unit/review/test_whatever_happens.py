"""Whatever people do, in whatever order: the invariants of review hold after every step, nobody does what was not
offered, and no rule crashes."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from services.review.app import SERVICE
from services.review.domain.appeal import ForwardAppeal, ReceiveAppeal, RecordJudgment
from services.review.domain.case import commands as c
from services.review.domain.case.commands import Opinion
from services.review.domain.case.life import AFTER_DECISION, Status
from services.review.domain.case.state import Case
from services.review.domain.meeting import (
    AdjustMinutes,
    CallMeeting,
    EndMeeting,
    Meeting,
    OpenMeeting,
    PostNotice,
    RemoveNotice,
)
from shared.catalogue.review import ConditionAnswered
from shared.identity import FUND, Actor, Role
from shared.life import Command
from shared.refused import Refused
from tests.chance import examples
from tests.unit.offering import hold
from tests.unit.review.bench import DELEGATION, DIGEST, MONDAY, RULES, Bench, person

CEILING_ORE = 5_000_000
MEETINGS = [UUID(int=number) for number in (101, 102)]
APPEALS = [UUID(int=number) for number in (201, 202)]
CODES = [criterion.code for criterion in RULES.assessment.criteria]

EVENTS = {event.type: event for kind in SERVICE.kinds for event in kind.events}

amounts = some.sampled_from([0, 1, 1_500_000, 2_500_000, 3_000_000, 3_000_001])
outcomes = some.sampled_from(["approved", "partially_approved", "rejected", "dismissed"])
reasons = some.sampled_from([None, "R02"])


def wish(draw, bench: Bench, cases: list[UUID]) -> Command:
    """Anything anybody may come to want."""
    case, meeting, appeal = (draw(some.sampled_from(ids)) for ids in (cases, MEETINGS, APPEALS))
    day = bench.at.date()
    said = {"outcome": draw(outcomes), "granted_ore": draw(amounts), "reason": draw(reasons), "content": DIGEST}
    met = draw(some.sampled_from([True, True, True, False]))
    answers = tuple(ConditionAnswered(rule.code, met or rule.code != "E10") for rule in RULES.eligibility)
    points = draw(some.integers(1, 4))
    wishes: list[Command] = [
        c.StartCheck(subject=case),
        c.RequestCompletion(subject=case, missing=("statutes",), content=DIGEST),
        c.ResumeCheck(subject=case, round=draw(some.integers(1, 2)), answered=met),
        c.AnswerEligibility(subject=case, answers=answers),
        c.ReopenCheck(subject=case),
        c.DeclareInterest(subject=case, conflict=draw(some.sampled_from([None] * 9 + ["party_or_close"]))),
        c.OpenAssessment(subject=case),
        c.Score(subject=case, scores=dict.fromkeys(CODES, points), reasoned=frozenset(CODES), content=DIGEST),
        c.CloseAssessment(subject=case),
        c.Propose(subject=case, **said),
        c.GiveStatement(subject=case, opinion=draw(some.sampled_from(Opinion)), content=DIGEST),
        c.MakeDecision(subject=case, explained=met, delegation=DELEGATION, **said),
        c.MakeDecision(subject=case, explained=met, meeting=meeting, **said),
        c.MakeFinal(subject=case),
        c.StrikeOff(subject=case),
        c.CloseCase(subject=case),
        CallMeeting(subject=meeting, programme=bench.programme, held_on=day, cases=tuple(cases)),
        *(step(subject=meeting) for step in (OpenMeeting, EndMeeting, AdjustMinutes, PostNotice, RemoveNotice)),
        ReceiveAppeal(subject=appeal, case=case, programme=bench.programme, received_on=MONDAY, content=DIGEST),
        ForwardAppeal(subject=appeal),
        RecordJudgment(subject=appeal, quashed=met, judged_on=day),
    ]
    return draw(some.sampled_from(wishes))


def check(bench: Bench, cases: list[UUID]) -> None:
    states = [bench.case(case) for case in cases]
    granted = sum(state.decision.granted_ore for state in states if state.decision is not None)
    assert bench.granted_ore == granted <= CEILING_ORE
    for state in states:
        check_case(bench, state)


def check_case(bench: Bench, state: Case) -> None:
    assert (state.decision is not None) == (state.status in {*AFTER_DECISION, Status.CLOSED})
    assert not state.barred & set(state.scores)
    assert not state.has_assessed & state.has_decided
    if state.decision is not None:
        assert state.decision.decided_by != FUND.id
        assert (state.decision.authority.meeting is None) != (state.decision.authority.delegation is None)
        assert state.proposal is not None
        assert state.proposal.officer != state.decision.decided_by
        assert state.statement is not None
        assert state.statement.opinion != Opinion.HEARD
        assert state.decision.granted_ore <= state.amount_applied_ore
    if state.status is Status.FINAL:
        assert state.publication is not None
        assert state.final_on is not None
        assert state.final_on > state.publication.appeal_last_day
        meeting = bench.states[state.publication.meeting]
        assert isinstance(meeting, Meeting)
        assert meeting.removed_on is None or meeting.removed_on > state.publication.appeal_last_day


def prepared(bench: Bench, how_far: int) -> UUID:
    """Cases start at different places, so that a short play reaches every part of the life."""
    ways = (bench.received, bench.checking, bench.assessing, bench.assessed, bench.ready, bench.decided)
    return ways[how_far]() if how_far < len(ways) else bench.published()[0]


class Watched(Bench):
    """Whatever comes of a command had been offered."""

    def do(self, command: Command, actor: Actor) -> list[Any]:
        before, told = dict(self.states), len(self.facts)
        changed = super().do(command, actor)
        hold(self.book, command, actor, before, [(fact.subject, EVENTS[fact.type]) for fact in self.facts[told:]])
        return changed


@given(some.data())
@examples(120)
def test_whatever_people_want_in_whatever_order_the_rules_of_review_hold(data):
    bench = Watched(budget_ore=CEILING_ORE)
    cases = [prepared(bench, data.draw(some.integers(0, 6))) for _ in range(2)]
    everything = person(*(role for role in Role if role is not Role.FUND))
    people = [FUND, bench.officer, *bench.panel[:3], bench.chair, bench.other_chair, bench.secretary, everything]
    for _ in range(data.draw(some.integers(1, 25))):
        bench.at += timedelta(days=data.draw(some.sampled_from([0, 0, 0, 1, 5, 23])))
        with suppress(Refused):
            bench.do(wish(data.draw, bench, cases), data.draw(some.sampled_from(people)))
        check(bench, cases)
