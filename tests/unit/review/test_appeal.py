"""Appeals: nothing gets legal force while the court tries it, and what the court quashes is prepared anew."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.review.domain.appeal import ForwardAppeal, ReceiveAppeal, RecordJudgment
from services.review.domain.appeal import Status as AppealStatus
from services.review.domain.case import commands as c
from services.review.domain.case.life import Status
from services.review.domain.meeting import PostNotice
from shared.identity import FUND, Role
from shared.refused import NotNow, Refused, Unknown
from tests.unit.review.bench import DIGEST, MONDAY, Bench, person


def appealed(bench: Bench, case: UUID) -> UUID:
    subject = uuid4()
    command = ReceiveAppeal(subject=subject, case=case, programme=bench.programme, received_on=MONDAY, content=DIGEST)
    bench.do(command, bench.officer)
    bench.do(ForwardAppeal(subject=subject), bench.officer)
    return subject


def judge(bench: Bench, appeal: UUID, *, quashed: bool, days: int = 30) -> None:
    bench.sleep_until(MONDAY + timedelta(days=days))
    judgment = RecordJudgment(subject=appeal, quashed=quashed, judged_on=MONDAY + timedelta(days=days))
    bench.do(judgment, bench.officer)


def finish(bench: Bench, case: UUID) -> None:
    bench.do(c.MakeFinal(subject=case), FUND)


def test_an_appealed_decision_gets_no_legal_force_before_the_court_has_spoken():
    bench = Bench()
    case, _ = bench.published()
    appeal = appealed(bench, case)
    bench.sleep_until(MONDAY + timedelta(days=29))
    finish(bench, case)
    assert bench.case(case).status is Status.PUBLISHED
    judge(bench, appeal, quashed=False)
    finish(bench, case)
    assert bench.case(case).status is Status.FINAL
    assert bench.case(case).final_on == MONDAY + timedelta(days=30)


def test_one_of_two_appeals_is_enough_to_wait_for():
    bench = Bench()
    case, _ = bench.published()
    first, second = appealed(bench, case), appealed(bench, case)
    judge(bench, first, quashed=False)
    finish(bench, case)
    assert bench.case(case).status is Status.PUBLISHED
    judge(bench, second, quashed=False)
    finish(bench, case)
    assert bench.case(case).status is Status.FINAL


def test_a_quashed_decision_is_prepared_anew_and_its_money_is_left_again():
    bench = Bench()
    case, _ = bench.published(2_000_000)
    assert bench.granted_ore == 2_000_000
    judge(bench, appealed(bench, case), quashed=True)
    state = bench.case(case)
    assert state.status is Status.CHECKING
    assert (state.decision, state.proposal, state.statement, state.assessment, state.scores) == (None,) * 4 + ({},)
    assert bench.granted_ore == 0


def test_after_a_judgment_the_whole_way_is_gone_again_and_published_by_a_new_notice():
    bench = Bench()
    case, _ = bench.published(2_000_000)
    judge(bench, appealed(bench, case), quashed=True)
    with pytest.raises(Refused, match="as it stands"):
        bench.do(c.RequestCompletion(subject=case, missing=("statutes",), content=DIGEST), bench.officer)
    bench.answer(case)
    bench.do(c.OpenAssessment(subject=case), bench.officer)
    for assessor in bench.panel[:3]:
        bench.score(case, assessor)
    bench.do(c.CloseAssessment(subject=case), bench.officer)
    bench.propose(case, 1_000_000)
    bench.state_opinion(case)
    bench.decide(case, 1_000_000)
    bench.do(PostNotice(subject=bench.adjusted(case)), bench.secretary)
    assert bench.granted_ore == 1_000_000
    assert (bench.case(case).decisions, bench.case(case).proposals) == (2, 2)


def test_separation_of_duties_outlives_a_judgment():
    """Whoever decided does not assess the same case afterwards, nor the other way round."""
    bench = Bench()
    bench.chair = person(Role.DECISION_MAKER, Role.PANEL)
    case, _ = bench.published()
    judge(bench, appealed(bench, case), quashed=True)
    bench.answer(case)
    bench.do(c.OpenAssessment(subject=case), bench.officer)
    with pytest.raises(Refused, match="has decided"):
        bench.score(case, bench.chair)


def test_two_judgments_release_the_money_once():
    bench = Bench()
    case, _ = bench.published(2_000_000)
    other = bench.decided(1_000_000)
    first, second = appealed(bench, case), appealed(bench, case)
    judge(bench, first, quashed=True)
    judge(bench, second, quashed=True)
    assert bench.granted_ore == 1_000_000
    assert bench.case(other).status is Status.DECIDED
    assert bench.states[second].status is AppealStatus.QUASHED


def test_a_decision_with_legal_force_can_still_be_quashed():
    bench = Bench()
    case, _ = bench.final()
    judge(bench, appealed(bench, case), quashed=True, days=90)
    assert bench.case(case).status is Status.CHECKING


def test_there_is_nothing_to_appeal_before_a_decision():
    bench = Bench()
    with pytest.raises(Refused, match="no decision"):
        appealed(bench, bench.ready())
    with pytest.raises(Unknown):
        appealed(bench, uuid4())


def test_an_appeal_is_received_once_and_not_changed():
    bench = Bench()
    case, _ = bench.published()
    appeal = appealed(bench, case)
    fields = {"subject": appeal, "case": case, "programme": bench.programme, "content": DIGEST}
    assert bench.do(ReceiveAppeal(received_on=MONDAY, **fields), bench.officer) == []
    with pytest.raises(Refused, match="already"):
        bench.do(ReceiveAppeal(received_on=MONDAY - timedelta(days=1), **fields), bench.officer)


@pytest.mark.parametrize("days", [-1, 31, 400])
def test_a_judgment_is_neither_older_than_the_appeal_nor_from_tomorrow(days):
    bench = Bench()
    case, _ = bench.published()
    appeal = appealed(bench, case)
    bench.sleep_until(MONDAY + timedelta(days=30))
    judged_on = MONDAY + timedelta(days=days)
    with pytest.raises(Refused) as refused:
        bench.do(RecordJudgment(subject=appeal, quashed=True, judged_on=judged_on), bench.officer)
    assert refused.value.errors[0].field == "judged_on"


def test_an_appeal_is_not_received_tomorrow():
    bench = Bench()
    case, _ = bench.published()
    tomorrow = MONDAY + timedelta(days=1)
    with pytest.raises(Refused):
        bench.do(
            ReceiveAppeal(subject=uuid4(), case=case, programme=bench.programme, received_on=tomorrow, content=DIGEST),
            bench.officer,
        )


def test_a_judgment_comes_only_from_the_court():
    bench = Bench()
    case, _ = bench.published()
    subject = uuid4()
    bench.do(
        ReceiveAppeal(subject=subject, case=case, programme=bench.programme, received_on=MONDAY, content=DIGEST),
        bench.officer,
    )
    with pytest.raises(NotNow):
        bench.do(RecordJudgment(subject=subject, quashed=True, judged_on=MONDAY), bench.officer)


@pytest.mark.parametrize(
    "command",
    [
        lambda appeal, case, programme: ReceiveAppeal(
            subject=uuid4(), case=case, programme=programme, received_on=MONDAY, content=DIGEST
        ),
        lambda appeal, case, programme: ForwardAppeal(subject=appeal),
        lambda appeal, case, programme: RecordJudgment(subject=appeal, quashed=True, judged_on=MONDAY),
    ],
    ids=["receive", "forward", "judge"],
)
def test_h7_an_appeal_in_a_case_one_has_a_conflict_in_does_not_exist(command):
    bench = Bench()
    case, _ = bench.published()
    appeal = appealed(bench, case)
    bench.do(c.DeclareInterest(subject=case, conflict="party_or_close"), bench.other_officer)
    with pytest.raises(Unknown):
        bench.do(command(appeal, case, bench.programme), bench.other_officer)
