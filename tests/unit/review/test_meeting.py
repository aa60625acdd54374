"""Meetings, notices, legal force: the clock of KL 13:5 starts on the notice board and runs while the notice is up."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from services.review.domain.case import commands as c
from services.review.domain.case.life import Status
from services.review.domain.meeting import (
    AdjustMinutes,
    CallMeeting,
    EndMeeting,
    Meeting,
    OpenMeeting,
    PostNotice,
    RemoveNotice,
)
from shared.identity import FUND
from shared.refused import NotNow, Refused, Unknown
from tests.unit.review.bench import MONDAY, Bench, noon


def called(bench: Bench, *cases, held_on: date = MONDAY):
    subject = uuid4()
    bench.do(CallMeeting(subject=subject, programme=bench.programme, held_on=held_on, cases=cases), bench.secretary)
    return subject


def state_of(bench: Bench, meeting) -> Meeting:
    state = bench.states[meeting]
    assert isinstance(state, Meeting)
    return state


def finish(bench: Bench, case) -> list:
    return bench.do(c.MakeFinal(subject=case), FUND)


# The agenda


def test_a_meeting_called_twice_alike_is_called_once_and_its_agenda_may_change_until_it_opens():
    bench = Bench()
    case, other = bench.ready(), bench.ready()
    meeting = called(bench, case)
    again = CallMeeting(subject=meeting, programme=bench.programme, held_on=MONDAY, cases=(case,))
    assert bench.do(again, bench.secretary) == []
    wider = CallMeeting(subject=meeting, programme=bench.programme, held_on=MONDAY, cases=(case, other))
    bench.do(wider, bench.secretary)
    bench.do(OpenMeeting(subject=meeting), bench.chair)
    with pytest.raises(NotNow):
        bench.do(again, bench.secretary)


def test_an_agenda_lists_cases_of_its_programme_each_once():
    bench = Bench()
    case = bench.ready()
    for cases in ((uuid4(),), (case, case), (bench.call,)):
        with pytest.raises(Refused) as refused:
            called(bench, *cases)
        assert refused.value.errors[0].field.startswith("cases")


def test_a_meeting_does_not_move_to_another_programme():
    bench = Bench()
    meeting = called(bench)
    with pytest.raises(Refused, match="another programme"):
        bench.do(CallMeeting(subject=meeting, programme=uuid4(), held_on=MONDAY, cases=()), bench.secretary)


@pytest.mark.parametrize(("days", "opens"), [(-1, True), (0, True), (1, False), (30, False)])
def test_a_meeting_is_not_opened_before_its_day(days, opens):
    bench = Bench()
    meeting = called(bench, held_on=MONDAY + timedelta(days=days))
    if opens:
        bench.do(OpenMeeting(subject=meeting), bench.chair)
    else:
        with pytest.raises(Refused, match="not held before"):
            bench.do(OpenMeeting(subject=meeting), bench.chair)


@pytest.mark.parametrize("command", [OpenMeeting, EndMeeting, AdjustMinutes, PostNotice, RemoveNotice])
def test_nothing_is_done_with_a_meeting_that_was_never_called(command):
    bench = Bench()
    with pytest.raises(Unknown):
        bench.do(command(subject=uuid4()), bench.chair)


def test_h7_a_case_the_secretary_has_a_conflict_in_is_no_case_to_them():
    bench = Bench()
    case = bench.ready()
    bench.do(c.DeclareInterest(subject=case, conflict="party_or_close"), bench.secretary)
    with pytest.raises(Refused, match="no such case"):
        called(bench, case)


@pytest.mark.parametrize("command", [OpenMeeting, EndMeeting, AdjustMinutes])
def test_h7_whoever_has_a_conflict_in_a_case_on_the_agenda_leaves_the_meeting_to_somebody_else(command):
    bench = Bench()
    case = bench.ready()
    meeting = called(bench, case)
    bench.do(c.DeclareInterest(subject=case, conflict="party_or_close"), bench.other_chair)
    for step in (OpenMeeting, EndMeeting, AdjustMinutes):
        if step is command:
            with pytest.raises(Refused, match="conflict of interest"):
                bench.do(step(subject=meeting), bench.other_chair)
        bench.do(step(subject=meeting), bench.chair)


# Minutes and notice


@pytest.mark.parametrize(("days", "in_time"), [(0, True), (13, True), (14, True), (15, False), (40, False)])
def test_the_minutes_are_adjusted_within_fourteen_days_of_the_meeting(days, in_time):
    bench = Bench()
    meeting = bench.meeting()
    bench.do(EndMeeting(subject=meeting), bench.chair)
    bench.at += timedelta(days=days)
    if in_time:
        bench.do(AdjustMinutes(subject=meeting), bench.chair)
        assert state_of(bench, meeting).adjusted_on == MONDAY + timedelta(days=days)
    else:
        with pytest.raises(Refused, match="new meeting"):
            bench.do(AdjustMinutes(subject=meeting), bench.chair)


@pytest.mark.parametrize(("days", "in_time"), [(0, True), (1, True), (2, True), (3, False), (20, False)])
def test_the_notice_is_posted_within_two_days_of_the_adjustment(days, in_time):
    bench = Bench()
    case = bench.decided()
    meeting = bench.adjusted(case)
    bench.at += timedelta(days=days)
    if in_time:
        bench.do(PostNotice(subject=meeting), bench.secretary)
        assert bench.case(case).status is Status.PUBLISHED
    else:
        with pytest.raises(Refused, match="new meeting"):
            bench.do(PostNotice(subject=meeting), bench.secretary)


def test_decisions_whose_notice_was_forgotten_are_reported_to_a_new_meeting():
    bench = Bench()
    case = bench.ready()
    meeting = bench.meeting(case)
    bench.decide(case, meeting=meeting)
    bench.do(EndMeeting(subject=meeting), bench.chair)
    bench.at += timedelta(days=20)
    bench.do(PostNotice(subject=bench.adjusted(case)), bench.secretary)
    assert bench.case(case).status is Status.PUBLISHED


def test_h5_a_delegated_decision_reported_to_a_meeting_is_published_with_its_notice():
    bench = Bench()
    delegated = bench.decided()
    at_meeting = bench.ready()
    tabled = bench.ready()
    meeting = bench.meeting(delegated, at_meeting, tabled)
    bench.decide(at_meeting, meeting=meeting)
    bench.do(EndMeeting(subject=meeting), bench.chair)
    bench.do(AdjustMinutes(subject=meeting), bench.chair)
    bench.do(PostNotice(subject=meeting), bench.secretary)
    assert [bench.case(one).status for one in (delegated, at_meeting, tabled)] == [
        Status.PUBLISHED,
        Status.PUBLISHED,
        Status.PROPOSED,
    ]
    assert state_of(bench, meeting).published == (delegated, at_meeting)


def test_what_was_decided_after_a_meeting_is_not_published_by_its_notice():
    bench = Bench()
    tabled = bench.ready()
    meeting = bench.adjusted(tabled)
    bench.at += timedelta(days=1)
    bench.decide(tabled)
    bench.do(PostNotice(subject=meeting), bench.secretary)
    assert bench.case(tabled).status is Status.DECIDED


def test_a_decision_is_published_by_one_notice():
    bench = Bench()
    case = bench.decided()
    first, second = bench.adjusted(case), bench.adjusted(case)
    bench.do(PostNotice(subject=first), bench.secretary)
    bench.do(PostNotice(subject=second), bench.secretary)
    publication = bench.case(case).publication
    assert publication is not None
    assert publication.meeting == first
    assert state_of(bench, second).published == ()


# H3: legal force


@pytest.mark.parametrize(
    ("posted_on", "last_day"),
    [
        (date(2027, 5, 31), date(2027, 6, 21)),
        (date(2027, 6, 4), date(2027, 6, 28)),
        (date(2027, 12, 3), date(2027, 12, 27)),
        (date(2027, 3, 5), date(2027, 3, 30)),
        (date(2026, 12, 10), date(2027, 1, 4)),
        (date(2027, 4, 15), date(2027, 5, 7)),
    ],
)
def test_h3_the_time_to_appeal_is_counted_from_the_notice_and_legal_force_is_the_day_after(posted_on, last_day):
    bench = Bench(at=noon(posted_on))
    case, _ = bench.published()
    publication = bench.case(case).publication
    assert publication is not None
    assert (publication.posted_on, publication.appeal_last_day) == (posted_on, last_day)
    bench.sleep_until(last_day)
    assert finish(bench, case) == []
    bench.sleep_until(last_day + timedelta(days=1))
    finish(bench, case)
    assert bench.case(case).final_on == last_day + timedelta(days=1)


@pytest.mark.parametrize(
    ("days_after_posting", "stayed_up"), [(0, False), (1, False), (20, False), (21, False), (22, True)]
)
def test_h3_a_notice_that_came_down_too_early_gives_no_legal_force_however_long_one_waits(
    days_after_posting, stayed_up
):
    bench = Bench()
    case, meeting = bench.published()
    bench.sleep_until(MONDAY + timedelta(days=days_after_posting))
    bench.do(RemoveNotice(subject=meeting), bench.secretary)
    bench.sleep_until(MONDAY + timedelta(days=400))
    finish(bench, case)
    assert (bench.case(case).status is Status.FINAL) is stayed_up


def test_h3_posted_anew_the_notice_starts_the_time_to_appeal_again():
    bench = Bench()
    case, meeting = bench.published()
    bench.sleep_until(MONDAY + timedelta(days=10))
    bench.do(RemoveNotice(subject=meeting), bench.secretary)
    bench.do(PostNotice(subject=meeting), bench.secretary)
    bench.sleep_until(MONDAY + timedelta(days=22))
    assert finish(bench, case) == []
    bench.sleep_until(MONDAY + timedelta(days=32))
    finish(bench, case)
    assert bench.case(case).status is Status.FINAL


def test_h3_a_notice_that_stayed_up_is_not_posted_again():
    bench = Bench()
    _, meeting = bench.final()
    bench.do(RemoveNotice(subject=meeting), bench.secretary)
    with pytest.raises(Refused, match="whole time"):
        bench.do(PostNotice(subject=meeting), bench.secretary)


def test_h3_a_decision_that_is_not_on_the_notice_board_never_gets_legal_force():
    bench = Bench()
    case = bench.decided()
    bench.sleep_until(MONDAY + timedelta(days=400))
    assert finish(bench, case) == []
    assert finish(bench, uuid4()) == []


def test_h3_legal_force_comes_once():
    bench = Bench()
    case, _ = bench.final()
    assert finish(bench, case) == []
