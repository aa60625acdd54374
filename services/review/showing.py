"""From a case as it stands to what a person is shown of it: whole, enough to declare, or the association's own view."""

from __future__ import annotations

from typing import Any

import msgspec

from services.review import content
from services.review.content import Written
from services.review.domain import score
from services.review.domain.case.assessment import STOPS
from services.review.domain.case.check import facts_of, proposed
from services.review.domain.case.life import LABELS, LIFE, MOVES
from services.review.domain.case.state import Case
from services.review.policy import POLICY
from services.review.shown import (
    CaseInBrief,
    CaseToDeclare,
    OwnCase,
    ShownAssessment,
    ShownCase,
    ShownCompletion,
    ShownCondition,
    ShownDecision,
    ShownProposal,
    ShownPublication,
    ShownScores,
    ShownStatement,
)
from shared.catalogue import Event
from shared.catalogue.review import (
    AssessmentClosed,
    AssessmentOpened,
    AssessmentSubmitted,
    CaseClosed,
    CaseEligible,
    CheckReopened,
    CheckStarted,
    CompletionRequested,
    DecisionMade,
    DecisionProposed,
    InterestDeclared,
    StatementGiven,
)
from shared.identity import Actor, Role
from shared.programme import ProgrammeRules

SEES_WITHOUT_DECLARING = (Role.OFFICER, Role.SECRETARY, Role.COORDINATOR, Role.AUDITOR)
SEES_ONCE_DECLARED = (Role.PANEL, Role.DECISION_MAKER)

OPERATIONS: dict[str, type[Event]] = {
    "start_check": CheckStarted,
    "request_completion": CompletionRequested,
    "answer_eligibility": CaseEligible,
    "reopen_check": CheckReopened,
    "declare_interest": InterestDeclared,
    "open_assessment": AssessmentOpened,
    "score": AssessmentSubmitted,
    "close_assessment": AssessmentClosed,
    "propose": DecisionProposed,
    "give_statement": StatementGiven,
    "decide": DecisionMade,
    "close_case": CaseClosed,
}
"""What a person may ask for, and the event it leads to."""


def sees_undeclared(actor: Actor) -> bool:
    return any(actor.holds(role) for role in SEES_WITHOUT_DECLARING)


def sees_whole(actor: Actor, state: Case) -> bool:
    """Declaration before access (rule H7): panel and decision makers see the case once they have said they are free."""
    return sees_undeclared(actor) or (state.is_free(actor.id) and any(actor.holds(role) for role in SEES_ONCE_DECLARED))


def in_register(state: Case) -> Case:
    """Without what a disposal took out of the register."""
    if not state.blanked:
        return state
    return msgspec.structs.replace(
        state, number="", amount_applied_ore=0, scores={}, assessment=None, proposal=None, statement=None, decision=None
    )


def in_brief(actor: Actor, state: Case, sees_all: bool) -> CaseInBrief:
    """An association reads its own."""
    return CaseInBrief(id=state.id, whole=sees_whole(actor, state) or not sees_all)


def to_declare(actor: Actor, state: Case, rules: ProgrammeRules) -> CaseToDeclare:
    return CaseToDeclare(**_heading(state), **_declaration(actor, state, rules))


def whole(actor: Actor, state: Case, rules: ProgrammeRules, written: Written) -> ShownCase:
    return ShownCase(
        **_heading(state),
        **_declaration(actor, state, rules),
        amount_applied_ore=state.amount_applied_ore,
        received_at=state.received_at,
        officer=state.officer,
        stood_aside=len(state.barred),
        completions=_completions(state, written),
        conditions=_conditions(state, rules),
        content_notes=state.content_notes,
        own_scores=next((one for one in _scores(state, written) if one.assessor == actor.id), None),
        scores=_scores(state, written) if state.assessment is not None else [],
        scored=len(state.scores),
        assessment=_assessment(state, rules),
        proposal=_proposal(state, written),
        statement=_statement(state, written),
        statement_demanded=rules.authority.user_representatives_must,
        decision=_decision(state, rules, written),
        publication=_publication(state),
        final_on=state.final_on,
        open_appeals=sorted(state.appeals),
        reopenings=state.reopenings,
        possible=_possible(actor, state),
    )


def own(state: Case, rules: ProgrammeRules, written: Written) -> OwnCase:
    return OwnCase(
        **_heading(state),
        completions=_completions(state, written),
        decision=_decision(state, rules, written),
        publication=_publication(state),
        final_on=state.final_on,
    )


def _heading(state: Case) -> dict[str, Any]:
    return {
        "id": state.id,
        "version": state.version,
        "status": str(state.status),
        "label": LABELS[state.status],
        "next": MOVES[state.status],
        "number": state.number,
        "programme": state.programme,
        "call": state.call,
        "association": state.association,
    }


def _declaration(actor: Actor, state: Case, rules: ProgrammeRules) -> dict[str, Any]:
    return {
        "declared": actor.id in state.interests,
        "conflict_types": rules.assessment.conflicts_of_interest.types,
    }


def _completions(state: Case, written: Written) -> list[ShownCompletion]:
    return [
        ShownCompletion(
            round=one.round,
            asked_on=one.asked_on,
            due_on=one.due_on,
            missing=one.missing,
            answered=one.answered,
            letter=written.words(content.letter(one.round)),
        )
        for one in state.completions
    ]


def _conditions(state: Case, rules: ProgrammeRules) -> list[ShownCondition]:
    met = {one.condition: one.met for one in state.answers}
    facts = facts_of(state)
    return [
        ShownCondition(
            condition=rule.code,
            label=rule.label,
            on_fail=rule.on_fail,
            stops=rule.on_fail in STOPS,
            proposed=proposed(rule, facts),
            met=met.get(rule.code),
        )
        for rule in rules.eligibility
    ]


def _scores(state: Case, written: Written) -> list[ShownScores]:
    return [
        ShownScores(
            assessor=person,
            scores=points,
            reasons=written.reasons(content.reasons(person, state.submissions[person])),
        )
        for person, points in sorted(state.scores.items())
    ]


def _assessment(state: Case, rules: ProgrammeRules) -> ShownAssessment | None:
    if state.assessment is None or not state.scores:
        return None
    mean = score.means(rules.assessment, list(state.scores.values()))
    return ShownAssessment(
        points_milli=state.assessment.points_milli,
        means_milli={code: score.milli(points) for code, points in mean.items()},
        disagreement=state.assessment.disagreement,
        below_threshold=score.below_threshold(rules.assessment, mean),
        below_minimum=score.below_minimum(rules.assessment, mean),
    )


def _proposal(state: Case, written: Written) -> ShownProposal | None:
    if (said := state.proposal) is None:
        return None
    return ShownProposal(
        officer=said.officer,
        outcome=said.outcome,
        granted_ore=said.granted_ore,
        reason=said.reason,
        words=written.words(content.proposal(state.proposals)),
    )


def _statement(state: Case, written: Written) -> ShownStatement | None:
    if (said := state.statement) is None:
        return None
    return ShownStatement(
        person=said.person, opinion=said.opinion, words=written.words(content.statement(state.statements))
    )


def _decision(state: Case, rules: ProgrammeRules, written: Written) -> ShownDecision | None:
    if (said := state.decision) is None:
        return None
    reasons = {one.code: one.text for one in rules.decision.rejection_reason_codes}
    return ShownDecision(
        outcome=said.outcome,
        granted_ore=said.granted_ore,
        reason=said.reason,
        reason_text=reasons.get(said.reason) if said.reason is not None else None,
        decided_by=said.decided_by,
        authority=said.authority,
        decided_on=said.decided_on,
        words=written.words(content.decision(state.decisions)),
    )


def _publication(state: Case) -> ShownPublication | None:
    if (posted := state.publication) is None:
        return None
    return ShownPublication(meeting=posted.meeting, posted_on=posted.posted_on, appeal_last_day=posted.appeal_last_day)


def _possible(actor: Actor, state: Case) -> list[str]:
    return [
        operation
        for operation, event in OPERATIONS.items()
        if (state.status, event) in LIFE and any(actor.holds(may.role) for may in POLICY.rows[operation])
    ]
