"""Which fields of a case an event changes. Status and version are moved by the engine."""

from __future__ import annotations

from uuid import UUID

import msgspec

from services.review.domain.case.state import Assessment, Case, Completion, Decision, Proposal, Publication, Statement
from shared.catalogue import Event
from shared.catalogue.disposals import CaseDisposed
from shared.catalogue.review import (
    AssessmentClosed,
    AssessmentOpened,
    AssessmentSubmitted,
    CaseEligible,
    CaseNotEligible,
    CaseReceived,
    CaseReopened,
    CheckReopened,
    CheckResumed,
    CheckStarted,
    CompletionRequested,
    DecisionAppealed,
    DecisionFinal,
    DecisionMade,
    DecisionProposed,
    DecisionPublished,
    DecisionStands,
    InterestDeclared,
    StatementGiven,
)
from shared.life import Changes

NO_PROPOSAL: Changes = {"proposal": None, "statement": None}
ANEW: Changes = {
    **NO_PROPOSAL,
    "answers": (),
    "scores": {},
    "assessment": None,
    "decision": None,
    "publication": None,
    "final_on": None,
    "appeals": frozenset(),
    "judged_on": None,
}
"""What a court's judgment takes away. Declarations stay, and so does who has assessed and decided."""


def evolve(state: Case | None, event: Event) -> Changes:
    if isinstance(event, CaseReceived):
        return _received(event)
    assert state is not None  # a case's life begins with CaseReceived
    match event:
        case CheckStarted(officer=officer):
            return {"officer": officer}
        case CompletionRequested():
            asked = Completion(event.round, event.due_on, event.missing, asked_on=event.asked_on)
            return {"completions": (*state.completions, asked)}
        case CheckResumed():
            return {"completions": tuple(_answered(one, event) for one in state.completions)}
        case CaseEligible() | CaseNotEligible():
            return {"answers": event.answers, "content_notes": event.content_notes}
        case CheckReopened():
            return {**NO_PROPOSAL, "officer": event.officer}
        case InterestDeclared():
            return _declared(state, event)
        case DecisionAppealed(appeal=appeal):
            return {"appeals": state.appeals | {appeal}}
        case DecisionStands():
            return {"appeals": state.appeals - {event.appeal}, "judged_on": event.judged_on}
        case CaseDisposed():
            return {"disposal_number": event.number, "blanked": event.clear}
        case CaseReopened():
            return {**ANEW, "reopenings": state.reopenings + 1}
    return _assessed(state, event) or _decided(state, event)


def _received(event: CaseReceived) -> Changes:
    return {name: getattr(event, name) for name in event.__struct_fields__}


def _answered(completion: Completion, event: CheckResumed) -> Completion:
    if completion.round != event.round:
        return completion
    return msgspec.structs.replace(completion, answered=event.answered)


def _declared(state: Case, event: InterestDeclared) -> Changes:
    """Points given by somebody with a conflict of interest do not count: the mean is over the rest."""
    interests = state.interests | {event.person: event.conflict}
    if event.conflict is None:
        return {"interests": interests}
    return {"interests": interests, "scores": _without(state.scores, event.person)}


def _without(scores: dict[UUID, dict[str, int]], person: UUID) -> dict[UUID, dict[str, int]]:
    return {assessor: points for assessor, points in scores.items() if assessor != person}


def _assessed(state: Case, event: Event) -> Changes:
    match event:
        case AssessmentOpened():
            return {**NO_PROPOSAL, "assessment": None}
        case AssessmentSubmitted(assessor=assessor):
            return {
                "scores": state.scores | {assessor: event.scores},
                "submissions": state.submissions | {assessor: state.submissions.get(assessor, 0) + 1},
                "has_assessed": state.has_assessed | {assessor},
            }
        case AssessmentClosed():
            return {"assessment": Assessment(event.assessors, event.points_milli, event.disagreement)}
    return {}


def _decided(state: Case, event: Event) -> Changes:
    match event:
        case DecisionProposed():
            proposal = Proposal(event.officer, event.outcome, event.granted_ore, event.reason)
            return {"proposal": proposal, "statement": None, "proposals": state.proposals + 1}
        case StatementGiven():
            return {"statement": Statement(event.person, event.opinion), "statements": state.statements + 1}
        case DecisionMade():
            decision = Decision(
                event.outcome, event.granted_ore, event.reason, event.decided_by, event.authority, event.decided_on
            )
            return {
                "decision": decision,
                "decisions": state.decisions + 1,
                "has_decided": state.has_decided | {event.decided_by},
            }
        case DecisionPublished():
            return {"publication": Publication(event.meeting, event.posted_on, event.appeal_last_day)}
        case DecisionFinal(final_on=final_on):
            return {"final_on": final_on}
    return {}
