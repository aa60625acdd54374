"""The lives of review's subjects: every event has a place, every status can be reached, has a mover and a name."""

from __future__ import annotations

from uuid import uuid4

import pytest

from services.review.domain.appeal import APPEAL
from services.review.domain.budget import BUDGET
from services.review.domain.case.commands import LEADS_TO, MakeDecision, StartCheck
from services.review.domain.case.disposing import DISPOSAL
from services.review.domain.case.kind import CASE
from services.review.domain.case.life import AFTER_DECISION, Status
from services.review.domain.guidelines import GUIDELINES
from services.review.domain.minutes import MEETING
from services.review.policy import POLICY
from services.review.reactions import REACTIONS
from shared.catalogue import CATALOGUE
from shared.catalogue.review import CaseStruckOff, DecisionMade, InterestDeclared
from shared.identity import Role
from shared.life import Kind
from shared.refused import NotNow, Unknown
from tests.unit.review.bench import Bench

KINDS = (GUIDELINES, BUDGET, CASE, MEETING, APPEAL, DISPOSAL)
STATUSES = [(kind, status) for kind in KINDS for status in type(next(iter(kind.moves)))]


def named(value: object) -> str:
    return value.name if isinstance(value, Kind) else str(value)


@pytest.mark.parametrize("event", [one for (source, _), one in CATALOGUE.items() if source == "review"])
def test_every_event_that_review_tells_has_a_place_in_exactly_one_life(event):
    assert [kind.name for kind in KINDS if event in kind.events].__len__() == 1


@pytest.mark.parametrize(("kind", "status"), STATUSES, ids=named)
def test_every_status_can_be_reached(kind, status):
    reached: set = {None}
    while more := {to for (at, _), to in kind.life.items() if at in reached} - reached:
        reached |= more
    assert status in reached


@pytest.mark.parametrize(("kind", "status"), STATUSES, ids=named)
def test_every_status_says_who_has_the_next_move_and_what_it_is_called(kind, status):
    assert status in kind.moves
    assert kind.labels[status].sv
    assert kind.labels[status].en


@pytest.mark.parametrize("status", list(Status))
def test_a_case_can_only_be_decided_once_it_is_proposed(status):
    assert ((status, DecisionMade) in CASE.life) == (status is Status.PROPOSED)


@pytest.mark.parametrize("status", list(Status))
def test_a_case_is_struck_off_only_before_it_is_decided(status):
    after = {*AFTER_DECISION, Status.STRUCK_OFF, Status.CLOSED, Status.DISPOSED}
    assert ((status, CaseStruckOff) in CASE.life) == (status not in after)


@pytest.mark.parametrize("status", list(Status))
def test_h7_a_conflict_of_interest_can_be_declared_as_long_as_the_case_lives(status):
    assert ((status, InterestDeclared) in CASE.life) == (
        status not in {Status.STRUCK_OFF, Status.CLOSED, Status.DISPOSED}
    )


@pytest.mark.parametrize("command", LEADS_TO)
def test_what_a_person_wants_with_a_case_that_does_not_exist_is_answered_as_if_they_may_not_see_it(command):
    bench = Bench()
    fields = dict.fromkeys(command.__struct_fields__) | {"subject": uuid4()}
    with pytest.raises(Unknown):
        bench.do(command(**fields), bench.officer)


def test_what_has_no_place_now_is_refused_before_any_rule_is_asked():
    bench = Bench()
    case = bench.decided()
    with pytest.raises(NotNow, match="Decided"):
        bench.decide(case, 0, "nonsense")
    with pytest.raises(NotNow):
        bench.do(StartCheck(subject=case), bench.officer)


def test_h1_no_reaction_can_decide():
    """Every command that hearing something can lead to, by what it may tell: none of it is a decision."""
    assert not any(command is MakeDecision for command in CASE.commands if command not in LEADS_TO)
    assert not POLICY.rows["decide"][1:]
    assert POLICY.rows["decide"][0].role is Role.DECISION_MAKER
    assert all(may.role is Role.FUND for may in POLICY.rows["react"])
    assert {reaction.__name__ for reaction in REACTIONS.values()} == {
        "_adopt", "_follow", "_set_budget", "_receive", "_completed", "_expired", "_strike_off", "_dispose",
    }  # fmt: skip
