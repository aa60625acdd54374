"""What may be offered of a case: what each operation leads to, and whom the case's own rules would refuse it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from services.review.domain.case import assessment, check, conclusion, decision, interests
from services.review.domain.case.state import Case
from shared.catalogue.review import (
    AssessmentClosed,
    AssessmentOpened,
    AssessmentSubmitted,
    CaseClosed,
    CaseEligible,
    CaseNotEligible,
    CheckReopened,
    CheckStarted,
    CompletionRequested,
    DecisionAppealed,
    DecisionMade,
    DecisionProposed,
    InterestDeclared,
    StatementGiven,
)
from shared.identity import Actor
from shared.life import Offers
from shared.refused import lets

OFFERS: Offers = {
    "start_check": CheckStarted,
    "request_completion": CompletionRequested,
    "answer_eligibility": (CaseEligible, CaseNotEligible),
    "reopen_check": CheckReopened,
    "declare_interest": InterestDeclared,
    "open_assessment": AssessmentOpened,
    "score": AssessmentSubmitted,
    "close_assessment": AssessmentClosed,
    "propose": DecisionProposed,
    "give_statement": StatementGiven,
    "decide": DecisionMade,
    "close_case": CaseClosed,
    "receive_appeal": DecisionAppealed,
}

OF_THE_PERSON: Mapping[str, tuple[Callable[[Case, UUID], object], ...]] = {
    "score": (interests.refuse_undeclared, assessment.refuse_whoever_decided),
    "give_statement": (interests.refuse_undeclared,),
    "decide": (interests.refuse_undeclared, decision.refuse_whoever_prepared),
}
OF_THE_CASE: Mapping[str, tuple[Callable[[Case], object], ...]] = {
    "reopen_check": (check.refuse_assessed,),
    "open_assessment": (assessment.refuse_closed,),
    "propose": (decision.refuse_tainted,),
    "decide": (decision.refuse_tainted, decision.refuse_tainted_proposal),
    "close_case": (conclusion.close,),
}
"""The very rules that refuse when it is tried: those that look at nothing but the case, and who asks."""


def offers_to(state: Case, actor: Actor, operation: str) -> bool:
    return (
        not _has_done(state, actor.id, operation)
        and all(lets(rule, state, actor.id) for rule in OF_THE_PERSON.get(operation, ()))
        and all(lets(rule, state) for rule in OF_THE_CASE.get(operation, ()))
    )


def _has_done(state: Case, person: UUID, operation: str) -> bool:
    """Done once is not asked for again. Points and declarations may still be given anew by whoever thinks again."""
    match operation:
        case "start_check":
            return state.officer == person
        case "declare_interest":
            return person in state.interests
        case "score":
            return person in state.scores
        case "give_statement":
            return state.statement is not None and state.statement.person == person
    return False
