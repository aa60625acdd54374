"""Points: exact, given alone, by a quorum of people without a conflict of interest."""

from __future__ import annotations

from fractions import Fraction
from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.review.domain import score
from services.review.domain.case import commands as c
from services.review.domain.case.life import Status
from shared.identity import Role
from shared.programme import Scale
from shared.refused import Refused, Unknown
from tests.unit.review.bench import DIGEST, RULES, WORKED_EXAMPLE, Bench, person

ASSESSMENT = RULES.assessment
CODES = [criterion.code for criterion in ASSESSMENT.criteria]
everyones_points = some.lists(
    some.fixed_dictionaries({code: some.integers(0, 4) for code in CODES}), min_size=1, max_size=7
)


def flat(points: int) -> dict[str, int]:
    return dict.fromkeys(CODES, points)


def test_the_worked_example_of_the_guidelines_gives_67_5():
    mean = score.means(ASSESSMENT, [WORKED_EXAMPLE])
    assert score.weighted(ASSESSMENT, mean) == Fraction(135, 2)
    assert score.milli(Fraction(135, 2)) == 67_500


@pytest.mark.parametrize(("points", "weighted"), [(0, 0), (1, 25), (2, 50), (3, 75), (4, 100)])
def test_the_same_points_everywhere_give_that_share_of_a_hundred(points, weighted):
    assert score.weighted(ASSESSMENT, score.means(ASSESSMENT, [flat(points)])) == weighted


def test_a_scale_from_one_to_five_begins_at_nothing_too():
    rules = msgspec.structs.replace(ASSESSMENT, scale=Scale(1, 5, ()))
    assert score.weighted(rules, score.means(rules, [flat(1)])) == 0
    assert score.weighted(rules, score.means(rules, [flat(5)])) == 100


def test_a_hair_under_the_threshold_is_under_it_although_it_would_round_up():
    """Three times 2 in all but one criterion: 49.99…, which one decimal shows as 50.0."""
    everyones = [flat(2) for _ in range(2_000)]
    everyones[0] = everyones[0] | {"C6": 1}
    mean = score.means(ASSESSMENT, everyones)
    assert round(float(score.weighted(ASSESSMENT, mean)), 1) == 50.0
    assert score.below_threshold(ASSESSMENT, mean)
    assert not score.below_threshold(ASSESSMENT, score.means(ASSESSMENT, [flat(2)]))


@pytest.mark.parametrize(("c1", "below"), [(0, True), (1, True), (2, False), (3, False), (4, False)])
def test_the_minimum_of_a_criterion_holds_whatever_the_total(c1, below):
    mean = score.means(ASSESSMENT, [flat(4) | {"C1": c1}])
    assert score.below_minimum(ASSESSMENT, mean) == (["C1"] if below else [])


@given(everyones_points)
def test_points_are_between_nothing_and_a_hundred_and_the_same_in_any_order(everyones):
    weighted = score.weighted(ASSESSMENT, score.means(ASSESSMENT, everyones))
    assert 0 <= weighted <= 100
    assert weighted == score.weighted(ASSESSMENT, score.means(ASSESSMENT, list(reversed(everyones))))
    assert abs(Fraction(score.milli(weighted), 1000) - weighted) <= Fraction(1, 2000)


@given(everyones_points)
def test_the_whole_is_the_mean_of_what_each_assessor_gives_alone(everyones):
    alone = [score.weighted(ASSESSMENT, score.means(ASSESSMENT, [points])) for points in everyones]
    assert score.weighted(ASSESSMENT, score.means(ASSESSMENT, everyones)) == sum(alone, Fraction()) / len(alone)


@given(everyones_points)
def test_a_better_point_never_gives_a_worse_whole(everyones):
    before = score.weighted(ASSESSMENT, score.means(ASSESSMENT, everyones))
    better = [everyones[0] | {"C3": 4}, *everyones[1:]]
    assert score.weighted(ASSESSMENT, score.means(ASSESSMENT, better)) >= before


@pytest.mark.parametrize(("low", "high", "differ"), [(0, 4, True), (1, 4, True), (2, 4, False), (3, 3, False)])
def test_assessors_three_points_apart_are_asked_to_talk(low, high, differ):
    assert score.differ(ASSESSMENT, [flat(2) | {"C2": low}, flat(2) | {"C2": high}]) is differ


def test_no_disagreement_is_flagged_where_the_programme_does_not_ask_for_it():
    panel = msgspec.structs.replace(ASSESSMENT.panel, disagreement_flag_if_range_at_least=None)
    rules = msgspec.structs.replace(ASSESSMENT, panel=panel)
    assert not score.differ(rules, [flat(0), flat(4)])


# Scoring


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("points", [-1, 5, 100])
def test_points_outside_the_scale_are_refused(code, points):
    bench = Bench()
    case = bench.assessing()
    bench.free(case, bench.panel[0])
    with pytest.raises(Refused) as refused:
        bench.score(case, bench.panel[0], flat(2) | {code: points})
    assert [error.field for error in refused.value.errors] == [f"scores.{code}"]


@pytest.mark.parametrize("code", CODES)
def test_a_criterion_without_points_is_named(code):
    bench = Bench()
    case = bench.assessing()
    bench.free(case, bench.panel[0])
    with pytest.raises(Refused) as refused:
        bench.score(case, bench.panel[0], {one: 2 for one in CODES if one != code})
    assert [error.field for error in refused.value.errors] == [f"scores.{code}"]


def test_a_criterion_that_does_not_exist_is_refused():
    bench = Bench()
    case = bench.assessing()
    bench.free(case, bench.panel[0])
    with pytest.raises(Refused):
        bench.score(case, bench.panel[0], flat(2) | {"C99": 2})


@pytest.mark.parametrize("points", range(5))
@pytest.mark.parametrize("code", CODES)
def test_a_reason_is_asked_for_where_the_programme_says_so(points, code):
    bench = Bench()
    case = bench.assessing()
    bench.free(case, bench.panel[0])
    command = c.Score(subject=case, scores=flat(2) | {code: points}, reasoned=frozenset(), content=DIGEST)
    if points in ASSESSMENT.panel.reason_required_if_score_in:
        with pytest.raises(Refused) as refused:
            bench.do(command, bench.panel[0])
        assert [error.field for error in refused.value.errors] == [f"reasons.{code}"]
    else:
        bench.do(command, bench.panel[0])


def test_points_given_anew_replace_the_earlier_ones_until_the_assessment_is_closed():
    bench = Bench()
    case = bench.assessing()
    bench.free(case, bench.panel[0])
    bench.score(case, bench.panel[0], flat(1))
    bench.score(case, bench.panel[0], flat(3))
    state = bench.case(case)
    assert state.scores == {bench.panel[0].id: flat(3)}
    assert state.submissions == {bench.panel[0].id: 2}


@pytest.mark.parametrize("scored", range(6))
def test_the_panel_is_quorate_with_three(scored):
    bench = Bench()
    case = bench.assessing()
    for assessor in bench.panel[:scored]:
        bench.free(case, assessor)
        bench.score(case, assessor)
    if scored < ASSESSMENT.panel.quorum:
        with pytest.raises(Refused, match="not quorate"):
            bench.do(c.CloseAssessment(subject=case), bench.officer)
    else:
        bench.do(c.CloseAssessment(subject=case), bench.officer)
        assert bench.case(case).status is Status.ASSESSED


def test_a_programme_without_a_quorum_still_needs_somebody_to_have_scored():
    panel = msgspec.structs.replace(ASSESSMENT.panel, quorum=0)
    rules = msgspec.structs.replace(RULES, assessment=msgspec.structs.replace(ASSESSMENT, panel=panel))
    bench = Bench(rules)
    case = bench.assessing()
    with pytest.raises(Refused, match="at least 1"):
        bench.do(c.CloseAssessment(subject=case), bench.officer)


def test_closing_tells_the_mean_and_who_scored():
    bench = Bench()
    case = bench.assessed(WORKED_EXAMPLE)
    closed = bench.case(case).assessment
    assert closed is not None
    assert closed.points_milli == 67_500
    assert set(closed.assessors) == {one.id for one in bench.panel[:3]}
    assert not closed.disagreement


def test_a_closed_assessment_is_not_opened_again_because_somebody_dislikes_it():
    bench = Bench()
    case = bench.assessed()
    with pytest.raises(Refused, match="already closed"):
        bench.do(c.OpenAssessment(subject=case), bench.officer)


# Conflicts of interest


def test_h7_nobody_scores_before_they_have_declared():
    bench = Bench()
    case = bench.assessing()
    with pytest.raises(Refused, match="conflict of interest"):
        bench.score(case, bench.panel[0])
    bench.free(case, bench.panel[0])
    bench.score(case, bench.panel[0])


@pytest.mark.parametrize("conflict", [one.key for one in ASSESSMENT.conflicts_of_interest.types])
def test_h7_every_kind_of_conflict_bars(conflict):
    bench = Bench()
    case = bench.assessing()
    bench.do(c.DeclareInterest(subject=case, conflict=conflict), bench.panel[0])
    assert bench.panel[0].id in bench.case(case).barred
    with pytest.raises(Unknown):
        bench.score(case, bench.panel[0])


def test_h7_a_kind_of_conflict_that_the_programme_does_not_know_is_refused():
    bench = Bench()
    case = bench.assessing()
    with pytest.raises(Refused) as refused:
        bench.do(c.DeclareInterest(subject=case, conflict="bad_mood"), bench.panel[0])
    assert refused.value.errors[0].field == "conflict"


def test_h7_a_conflict_is_not_taken_back_by_the_one_who_declared_it():
    bench = Bench()
    case = bench.assessing()
    bench.do(c.DeclareInterest(subject=case, conflict="party_or_close"), bench.panel[0])
    with pytest.raises(Unknown):
        bench.free(case, bench.panel[0])


def test_declaring_the_same_again_changes_nothing():
    bench = Bench()
    case = bench.assessing()
    bench.free(case, bench.panel[0])
    assert bench.do(c.DeclareInterest(subject=case, conflict=None), bench.panel[0]) == []


def test_h7_points_of_somebody_who_turns_out_to_have_a_conflict_do_not_count():
    bench = Bench()
    case = bench.assessing()
    for assessor, points in zip(bench.panel[:4], (flat(0), flat(2), flat(2), flat(2)), strict=True):
        bench.free(case, assessor)
        bench.score(case, assessor, points)
    bench.do(c.DeclareInterest(subject=case, conflict="party_or_close"), bench.panel[0])
    bench.do(c.CloseAssessment(subject=case), bench.officer)
    closed = bench.case(case).assessment
    assert closed is not None
    assert closed.points_milli == 50_000
    assert bench.panel[0].id not in closed.assessors


def test_h7_below_quorum_without_the_one_who_has_a_conflict_the_assessment_cannot_close():
    bench = Bench()
    case = bench.assessing()
    for assessor in bench.panel[:3]:
        bench.free(case, assessor)
        bench.score(case, assessor)
    bench.do(c.DeclareInterest(subject=case, conflict="party_or_close"), bench.panel[0])
    with pytest.raises(Refused, match="not quorate"):
        bench.do(c.CloseAssessment(subject=case), bench.officer)


@pytest.mark.parametrize("proposed", [False, True])
def test_h7_a_conflict_found_after_closing_sends_the_case_back_to_be_closed_without_that_person(proposed):
    bench = Bench()
    case = bench.assessed()
    if proposed:
        bench.propose(case, 2_000_000)
    bench.do(c.DeclareInterest(subject=case, conflict="party_or_close"), bench.panel[0])
    with pytest.raises(Refused, match="conflict of interest"):
        bench.propose(case, 2_000_000)
    bench.do(c.OpenAssessment(subject=case), bench.officer)
    bench.free(case, bench.panel[3])
    bench.score(case, bench.panel[3])
    bench.do(c.CloseAssessment(subject=case), bench.officer)
    closed = bench.case(case).assessment
    assert closed is not None
    assert set(closed.assessors) == {one.id for one in bench.panel[1:4]}
    assert bench.case(case).proposal is None
    bench.propose(case, 2_000_000)


@pytest.mark.parametrize("command", list(c.LEADS_TO))
def test_h7_every_command_is_answered_to_a_conflicted_person_as_if_there_were_no_case(command):
    bench = Bench()
    case = bench.assessing()
    everything = person(*Role)
    bench.do(c.DeclareInterest(subject=case, conflict="member_of_applicant"), everything)
    fields = dict.fromkeys(command.__struct_fields__) | {"subject": case}
    with pytest.raises(Unknown):
        bench.do(command(**fields), everything)
    with pytest.raises(Unknown):
        bench.do(command(**(fields | {"subject": uuid4()})), everything)
