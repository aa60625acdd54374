"""What is offered of a case: what is next for this person, not what the same rules would refuse them."""

from __future__ import annotations

from uuid import UUID

from services.review.domain.case import commands as c
from services.review.domain.case.kind import CASE
from services.review.domain.minutes import MEETING
from services.review.policy import POLICY
from shared.identity import Actor, Post, Role
from shared.offers import offered_to
from tests.unit.review.bench import Bench

CONFLICT = "party_or_close"


def offered(bench: Bench, subject: UUID, actor: Actor) -> list[str]:
    state = bench.states[subject]
    return offered_to(actor, state, bench.book.kind_of(state), POLICY)


def also(actor: Actor, role: Role) -> Actor:
    return Actor(actor.id, (*actor.posts, Post(role)))


def test_a_panel_member_declares_then_scores_once_and_is_offered_no_more():
    bench = Bench()
    case, member = bench.assessing(), bench.panel[0]
    assert offered(bench, case, member) == ["declare_interest"]

    bench.free(case, member)
    assert offered(bench, case, member) == ["score"]

    bench.score(case, member)
    assert offered(bench, case, member) == []
    bench.score(case, member)  # though they may think again


def test_h7_whoever_declares_a_conflict_is_offered_nothing_more():
    bench = Bench()
    case = bench.assessing()
    bench.do(c.DeclareInterest(subject=case, conflict=CONFLICT), bench.officer)

    assert offered(bench, case, bench.officer) == []
    assert offered(bench, case, bench.other_officer) == ["close_assessment", "declare_interest"]


def test_the_officer_who_checks_is_not_offered_to_take_it_over_from_themselves():
    bench = Bench()
    case = bench.checking()

    assert "start_check" not in offered(bench, case, bench.officer)
    assert "start_check" in offered(bench, case, bench.other_officer)


def test_an_assessment_is_opened_again_only_where_an_assessor_had_a_conflict():
    bench = Bench()
    case = bench.assessed()
    assert "open_assessment" not in offered(bench, case, bench.officer)
    assert "propose" in offered(bench, case, bench.officer)

    bench.do(c.DeclareInterest(subject=case, conflict=CONFLICT), bench.panel[0])

    assert "open_assessment" in offered(bench, case, bench.officer)
    assert "propose" not in offered(bench, case, bench.officer)


def test_whoever_prepared_the_case_is_not_offered_to_decide_it():
    bench = Bench()
    case = bench.ready()
    preparers = (bench.officer, bench.panel[0], bench.panel[1])
    bench.free(case, bench.officer)

    for preparer in preparers:
        assert "decide" not in offered(bench, case, also(preparer, Role.DECISION_MAKER))
    assert offered(bench, case, bench.chair) == ["decide"]
    assert offered(bench, case, bench.other_chair) == ["declare_interest"]


def test_the_statement_is_for_members_who_declared_and_have_not_given_it():
    bench = Bench()
    case = bench.assessed()
    bench.propose(case, 2_000_000)
    assert offered(bench, case, bench.panel[0]) == ["give_statement"]

    bench.state_opinion(case)

    assert offered(bench, case, bench.panel[0]) == []
    assert offered(bench, case, bench.panel[1]) == ["give_statement"]


def test_an_appeal_is_offered_on_the_case_it_would_be_against():
    bench = Bench()
    case, meeting = bench.published()

    assert "receive_appeal" in offered(bench, case, bench.secretary)
    assert offered(bench, meeting, bench.secretary) == ["remove_notice"]
    assert "receive_appeal" not in CASE.offered(bench.case(bench.ready()))
    assert MEETING.offers.keys().isdisjoint(CASE.offers)


def test_a_granted_case_is_not_offered_to_be_closed_before_it_is_paid():
    bench = Bench()
    case, _ = bench.final()

    assert "close_case" in CASE.offered(bench.case(case))
    assert "close_case" not in offered(bench, case, bench.officer)
