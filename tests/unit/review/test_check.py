"""The formal check: what is asked for once more, when it is due, and who answers the conditions."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from services.review.domain.budget import SetBudget
from services.review.domain.case import commands as c
from services.review.domain.case.check import facts_of, proposed
from services.review.domain.case.life import Status
from services.review.domain.guidelines import AdoptGuidelines, FollowClock, Guidelines, today
from shared.catalogue.review import ConditionAnswered, ContentNote
from shared.conditions import read_condition
from shared.identity import FUND
from shared.life import Circumstances
from shared.programme import EligibilityRule, OnFail
from shared.refused import NotNow, Refused
from shared.words import Text
from tests.unit.review.bench import DIGEST, RULES, Bench, noon

CODES = [rule.code for rule in RULES.eligibility]
STOPPING = [rule.code for rule in RULES.eligibility if rule.on_fail in {OnFail.DISMISS, OnFail.REJECT, OnFail.COMPLETE}]


def ask(bench: Bench, case, *missing: str) -> None:
    bench.do(c.RequestCompletion(subject=case, missing=missing, content=DIGEST), bench.officer)


def test_a_case_is_received_once_however_often_it_is_told():
    bench = Bench()
    case = bench.received()
    again = c.ReceiveCase(
        subject=case,
        programme=bench.programme,
        call=bench.call,
        association=uuid4(),
        number="EX 2027/00001",
        amount_applied_ore=1,
        received_at=bench.at,
    )
    assert bench.do(again, FUND) == []


def test_another_officer_may_take_over_the_check_and_the_same_changes_nothing():
    bench = Bench()
    case = bench.checking()
    assert bench.do(c.StartCheck(subject=case), bench.officer) == []
    bench.do(c.StartCheck(subject=case), bench.other_officer)
    assert bench.case(case).officer == bench.other_officer.id


@pytest.mark.parametrize(
    ("asked_on", "due_on"),
    [
        (date(2027, 5, 3), date(2027, 5, 17)),
        (date(2027, 6, 11), date(2027, 6, 28)),  # 25 June 2027 is Midsummer Eve, and a weekend follows
        (date(2027, 12, 10), date(2027, 12, 27)),  # Christmas Eve is a Friday
        (date(2027, 4, 22), date(2027, 5, 7)),  # Ascension Day
    ],
)
def test_the_last_day_to_complete_never_falls_on_a_day_off(asked_on, due_on):
    bench = Bench(at=noon(asked_on))
    case = bench.checking()
    ask(bench, case, "statutes")
    assert bench.case(case).completions[0].due_on == due_on


def test_completion_is_asked_for_as_many_times_as_the_call_allows_and_no_more():
    bench = Bench()
    case = bench.checking()
    for number in (1, 2):
        ask(bench, case, "statutes")
        bench.do(c.ResumeCheck(subject=case, round=number, answered=number == 1), FUND)
    with pytest.raises(Refused, match="2 times"):
        ask(bench, case, "statutes")
    assert [one.answered for one in bench.case(case).completions] == [True, False]


@pytest.mark.parametrize("missing", [(), ("statutes", "statutes"), ("no_such_thing",), ("title", "horoscope")])
def test_completion_is_only_asked_for_what_the_form_asks_for(missing):
    bench = Bench()
    case = bench.checking()
    with pytest.raises(Refused) as refused:
        ask(bench, case, *missing)
    assert refused.value.errors
    assert all(error.field.startswith("missing") for error in refused.value.errors)


def test_completion_is_never_asked_for_of_the_amount_which_no_answer_may_change():
    bench = Bench()
    case = bench.checking()
    with pytest.raises(Refused, match="amount cannot be changed"):
        ask(bench, case, "amount_applied_ore", "years_active")
    ask(bench, case, "years_active")


@pytest.mark.parametrize("round_", [0, 1, 2, 7])
def test_a_completion_that_nobody_waits_for_changes_nothing(round_):
    bench = Bench()
    case = bench.checking()
    assert bench.do(c.ResumeCheck(subject=case, round=round_, answered=True), FUND) == []


def test_a_completion_told_twice_or_after_the_case_was_struck_off_changes_nothing():
    bench = Bench()
    case = bench.checking()
    ask(bench, case, "statutes")
    bench.do(c.ResumeCheck(subject=case, round=1, answered=True), FUND)
    assert bench.do(c.ResumeCheck(subject=case, round=1, answered=False), FUND) == []
    bench.do(c.StrikeOff(subject=case), FUND)
    assert bench.do(c.ResumeCheck(subject=case, round=1, answered=True), FUND) == []
    assert bench.do(c.ResumeCheck(subject=uuid4(), round=1, answered=True), FUND) == []


def test_a_withdrawal_in_the_middle_of_a_completion_strikes_the_case_off_for_good():
    bench = Bench()
    case = bench.checking()
    ask(bench, case, "statutes")
    bench.do(c.StrikeOff(subject=case), FUND)
    assert bench.case(case).status is Status.STRUCK_OFF
    assert bench.do(c.ResumeCheck(subject=case, round=1, answered=True), FUND) == []


def test_h1_every_condition_has_an_answer_by_a_person_before_the_case_goes_on():
    bench = Bench()
    case = bench.checking()
    bench.answer(case)
    assert bench.case(case).status is Status.ELIGIBLE


@pytest.mark.parametrize("code", CODES)
def test_a_forgotten_condition_is_named(code):
    bench = Bench()
    case = bench.checking()
    answers = tuple(ConditionAnswered(one, True) for one in CODES if one != code)
    with pytest.raises(Refused) as refused:
        bench.do(c.AnswerEligibility(subject=case, answers=answers), bench.officer)
    assert [error.field for error in refused.value.errors] == [code]


def test_a14_what_can_be_hard_to_read_is_noted_once_each_in_one_order():
    bench = Bench()
    case = bench.checking()
    answers = tuple(ConditionAnswered(one, True) for one in CODES)
    notes = (ContentNote.DEATH, ContentNote.SUICIDE, ContentNote.DEATH)
    bench.do(c.AnswerEligibility(subject=case, answers=answers, content_notes=notes), bench.officer)
    assert bench.case(case).content_notes == (ContentNote.SUICIDE, ContentNote.DEATH)


def test_a_condition_answered_twice_or_made_up_is_refused():
    bench = Bench()
    case = bench.checking()
    whole = tuple(ConditionAnswered(one, True) for one in CODES)
    for answers in ((*whole, whole[0]), (*whole, ConditionAnswered("E99", True))):
        with pytest.raises(Refused):
            bench.do(c.AnswerEligibility(subject=case, answers=answers), bench.officer)


@pytest.mark.parametrize("code", CODES)
def test_h1_an_unmet_condition_rejects_nobody_it_goes_to_a_person(code):
    bench = Bench()
    case = bench.checking()
    bench.answer(case, unmet=code)
    assert bench.case(case).status is Status.NOT_ELIGIBLE
    assert bench.case(case).decision is None


@pytest.mark.parametrize("code", CODES)
def test_the_panel_assesses_in_spite_of_a_condition_only_where_the_programme_leaves_it_to_people(code):
    bench = Bench()
    case = bench.checking()
    bench.answer(case, unmet=code)
    if code in STOPPING:
        with pytest.raises(Refused, match=code):
            bench.do(c.OpenAssessment(subject=case), bench.officer)
    else:
        bench.do(c.OpenAssessment(subject=case), bench.officer)
        assert bench.case(case).status is Status.ASSESSING


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ({"field": "amount_applied_ore", "at_most": 3_000_000}, True),
        ({"field": "amount_applied_ore", "over": 3_000_000}, False),
        ({"field": "years_active", "is": "one"}, None),
        ({"all": [{"field": "amount_applied_ore", "over": 1}, {"field": "orgnr.valid", "is": True}]}, None),
    ],
)
def test_h1_software_proposes_an_answer_only_where_it_knows_enough(check, expected):
    bench = Bench()
    rule = EligibilityRule("E1", Text("Villkor", "Condition"), read_condition(check), OnFail.REJECT)
    assert proposed(rule, facts_of(bench.case(bench.received()))) is expected


def test_nothing_is_done_with_a_case_while_its_programme_has_not_arrived():
    bench = Bench()
    case = bench.checking()
    del bench.states[bench.programme]
    with pytest.raises(NotNow, match="rules"):
        bench.answer(case)


def test_guidelines_are_adopted_once_and_a_practice_clock_never_goes_back():
    bench = Bench()
    assert bench.do(AdoptGuidelines(subject=bench.programme, rules=RULES, practice=False), FUND) == []
    bench.do(FollowClock(subject=bench.programme, offset_s=86_400), FUND)
    assert bench.do(FollowClock(subject=bench.programme, offset_s=3_600), FUND) == []
    assert bench.do(FollowClock(subject=uuid4(), offset_s=3_600), FUND) == []
    state = bench.states[bench.programme]
    assert isinstance(state, Guidelines)
    assert state.offset_s == 86_400
    later = Circumstances(actor=FUND, at=bench.at, received_at=bench.at, also=bench.states)
    assert today(later, bench.programme) == date(2027, 5, 4)


def test_a_budget_is_set_once():
    bench = Bench()
    again = SetBudget(
        subject=bench.call, programme=bench.programme, ceiling_ore=99, completion_days=1, max_completion_rounds=9
    )
    assert bench.do(again, FUND) == []


def test_a_mistaken_no_is_taken_back_and_answered_anew():
    bench = Bench()
    case = bench.checking()
    bench.answer(case, unmet=STOPPING[0])
    (told,) = bench.do(c.ReopenCheck(subject=case), bench.other_officer)
    assert told.officer == bench.other_officer.id
    assert (bench.case(case).status, bench.case(case).officer) == (Status.CHECKING, bench.other_officer.id)
    bench.answer(case)
    bench.do(c.OpenAssessment(subject=case), bench.officer)
    assert bench.case(case).status is Status.ASSESSING


def test_what_was_proposed_on_a_mistaken_no_falls_with_it():
    bench = Bench()
    case = bench.checking()
    bench.answer(case, unmet=STOPPING[0])
    bench.propose(case, 0, "rejected", "R01")
    bench.do(c.ReopenCheck(subject=case), bench.officer)
    assert (bench.case(case).status, bench.case(case).proposal) == (Status.CHECKING, None)


def test_the_answers_are_not_taken_back_once_the_panel_has_assessed_or_somebody_has_decided():
    bench = Bench()
    assessing = bench.assessing()
    with pytest.raises(NotNow):
        bench.do(c.ReopenCheck(subject=assessing), bench.officer)
    assessed = bench.assessed()
    bench.propose(assessed, 2_000_000)
    with pytest.raises(Refused, match="panel has assessed"):
        bench.do(c.ReopenCheck(subject=assessed), bench.officer)
    decided = bench.decided()
    with pytest.raises(NotNow):
        bench.do(c.ReopenCheck(subject=decided), bench.officer)
