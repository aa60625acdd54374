"""What may be wanted done with a case, and which events each may lead to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

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
    ConditionAnswered,
    ContentNote,
    DecisionMade,
    DecisionProposed,
    InterestDeclared,
    StatementGiven,
)
from shared.life import Command


class Opinion(StrEnum):
    """What the user representatives say about the proposal (KL 7:7)."""

    HEARD = "heard"
    APPROVES = "approves"
    OBJECTS = "objects"


class ReceiveCase(Command, frozen=True, kw_only=True):
    programme: UUID
    call: UUID
    association: UUID
    number: str
    amount_applied_ore: int
    received_at: datetime


class StartCheck(Command, frozen=True, kw_only=True):
    pass


class RequestCompletion(Command, frozen=True, kw_only=True):
    missing: tuple[str, ...]
    content: str


class ResumeCheck(Command, frozen=True, kw_only=True):
    round: int
    answered: bool


class AnswerEligibility(Command, frozen=True, kw_only=True):
    answers: tuple[ConditionAnswered, ...]
    content_notes: tuple[ContentNote, ...] = ()


class ReopenCheck(Command, frozen=True, kw_only=True):
    """Take the answers to the conditions back: one of them was a mistake."""


class DeclareInterest(Command, frozen=True, kw_only=True):
    conflict: str | None


class OpenAssessment(Command, frozen=True, kw_only=True):
    pass


class Score(Command, frozen=True, kw_only=True):
    """`reasoned` are the criteria for which the assessor wrote a reason; the reasons themselves are `content`."""

    scores: dict[str, int]
    reasoned: frozenset[str]
    content: str


class CloseAssessment(Command, frozen=True, kw_only=True):
    pass


class Propose(Command, frozen=True, kw_only=True):
    outcome: str
    granted_ore: int
    reason: str | None
    content: str


class GiveStatement(Command, frozen=True, kw_only=True):
    opinion: Opinion
    content: str


class MakeDecision(Command, frozen=True, kw_only=True):
    """`explained` says that the decision maker wrote why; the words themselves are `content`."""

    outcome: str
    granted_ore: int
    reason: str | None
    explained: bool
    content: str
    meeting: UUID | None = None
    delegation: str | None = None


class MakeFinal(Command, frozen=True, kw_only=True):
    """The time to appeal may have run out: given by the date, to be tried by the rule."""


class StrikeOff(Command, frozen=True, kw_only=True):
    pass


class CloseCase(Command, frozen=True, kw_only=True):
    pass


LEADS_TO: dict[type[Command], type[Event]] = {
    StartCheck: CheckStarted,
    RequestCompletion: CompletionRequested,
    AnswerEligibility: CaseEligible,
    ReopenCheck: CheckReopened,
    DeclareInterest: InterestDeclared,
    OpenAssessment: AssessmentOpened,
    Score: AssessmentSubmitted,
    CloseAssessment: AssessmentClosed,
    Propose: DecisionProposed,
    GiveStatement: StatementGiven,
    MakeDecision: DecisionMade,
    CloseCase: CaseClosed,
}
"""A person's command is refused before its rules are asked where the case's life has no place for its event."""
