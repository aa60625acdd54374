"""What may happen to a case when, who has the next move, and what each stage is called. All of it is data."""

from __future__ import annotations

from enum import StrEnum

from shared.catalogue.disposals import CaseDisposed
from shared.catalogue.review import (
    AssessmentClosed,
    AssessmentOpened,
    AssessmentSubmitted,
    CaseClosed,
    CaseEligible,
    CaseNotEligible,
    CaseReceived,
    CaseReopened,
    CaseStruckOff,
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
from shared.identity import Role
from shared.life import Life
from shared.words import Text


class Status(StrEnum):
    RECEIVED = "received"  # officer: start the check
    CHECKING = "checking"  # officer: ask for completion, or answer the conditions
    COMPLETION_REQUESTED = "completion_requested"  # applicant: complete, or let the time run out
    ELIGIBLE = "eligible"  # officer: open the assessment
    NOT_ELIGIBLE = "not_eligible"  # officer: propose, or let the panel assess where the condition allows it
    ASSESSING = "assessing"  # panel: score, each alone
    ASSESSED = "assessed"  # officer: propose
    PROPOSED = "proposed"  # decision maker: decide, once the user representatives' statement is on file
    DECIDED = "decided"  # secretary: post the minutes on the notice board
    PUBLISHED = "published"  # nobody: the time to appeal runs
    FINAL = "final"  # officer: close it, where nothing was granted
    STRUCK_OFF = "struck_off"  # nobody
    CLOSED = "closed"  # nobody
    DISPOSED = "disposed"  # nobody


BEFORE_DECISION = (
    Status.RECEIVED,
    Status.CHECKING,
    Status.COMPLETION_REQUESTED,
    Status.ELIGIBLE,
    Status.NOT_ELIGIBLE,
    Status.ASSESSING,
    Status.ASSESSED,
    Status.PROPOSED,
)
AFTER_DECISION = (Status.DECIDED, Status.PUBLISHED, Status.FINAL)
ENDED = (*AFTER_DECISION, Status.STRUCK_OFF, Status.CLOSED)
"""A granted case is closed elsewhere, and is here as the decision left it."""
ANSWERED = (Status.ELIGIBLE, Status.NOT_ELIGIBLE, Status.PROPOSED)
"""The conditions are answered; of a proposal its rule says whether the panel has assessed it, too."""

LIFE: Life = {
    (None, CaseReceived): Status.RECEIVED,
    (Status.RECEIVED, CheckStarted): Status.CHECKING,
    (Status.CHECKING, CheckStarted): Status.CHECKING,  # another officer takes over
    (Status.CHECKING, CompletionRequested): Status.COMPLETION_REQUESTED,
    (Status.COMPLETION_REQUESTED, CheckResumed): Status.CHECKING,
    (Status.CHECKING, CaseEligible): Status.ELIGIBLE,
    (Status.CHECKING, CaseNotEligible): Status.NOT_ELIGIBLE,
    **{(status, CheckReopened): Status.CHECKING for status in ANSWERED},  # an answer was a mistake
    (Status.ELIGIBLE, AssessmentOpened): Status.ASSESSING,
    (Status.NOT_ELIGIBLE, AssessmentOpened): Status.ASSESSING,
    (Status.ASSESSING, AssessmentSubmitted): Status.ASSESSING,
    (Status.ASSESSING, AssessmentClosed): Status.ASSESSED,
    (Status.ASSESSED, AssessmentOpened): Status.ASSESSING,  # an assessor turned out to have a conflict of interest
    (Status.PROPOSED, AssessmentOpened): Status.ASSESSING,
    (Status.NOT_ELIGIBLE, DecisionProposed): Status.PROPOSED,
    (Status.ASSESSED, DecisionProposed): Status.PROPOSED,
    (Status.PROPOSED, DecisionProposed): Status.PROPOSED,  # revised: what was stated about the old one falls
    (Status.PROPOSED, StatementGiven): Status.PROPOSED,
    (Status.PROPOSED, DecisionMade): Status.DECIDED,
    (Status.DECIDED, DecisionPublished): Status.PUBLISHED,
    (Status.PUBLISHED, DecisionPublished): Status.PUBLISHED,  # the notice came down too early and was posted anew
    (Status.PUBLISHED, DecisionFinal): Status.FINAL,
    (Status.FINAL, CaseClosed): Status.CLOSED,
    **{(status, CaseStruckOff): Status.STRUCK_OFF for status in BEFORE_DECISION},
    **{(status, InterestDeclared): status for status in (*BEFORE_DECISION, *AFTER_DECISION)},
    **{(status, DecisionAppealed): status for status in AFTER_DECISION},
    **{(status, DecisionStands): status for status in AFTER_DECISION},
    **{(status, CaseReopened): Status.CHECKING for status in AFTER_DECISION},
    **{(status, CaseDisposed): Status.DISPOSED for status in ENDED},
}

MOVES: dict[StrEnum, Role | None] = {
    Status.RECEIVED: Role.OFFICER,
    Status.CHECKING: Role.OFFICER,
    Status.COMPLETION_REQUESTED: Role.APPLICANT,
    Status.ELIGIBLE: Role.OFFICER,
    Status.NOT_ELIGIBLE: Role.OFFICER,
    Status.ASSESSING: Role.PANEL,
    Status.ASSESSED: Role.OFFICER,
    Status.PROPOSED: Role.DECISION_MAKER,
    Status.DECIDED: Role.SECRETARY,
    Status.PUBLISHED: None,
    Status.FINAL: Role.OFFICER,
    Status.STRUCK_OFF: None,
    Status.CLOSED: None,
    Status.DISPOSED: None,
}

LABELS: dict[StrEnum, Text] = {
    Status.RECEIVED: Text("Registrerad", "Registered"),
    Status.CHECKING: Text("Vi kontrollerar att allt finns med", "We are checking that everything is there"),
    Status.COMPLETION_REQUESTED: Text("Vi behöver mer från er", "We need more from you"),
    Status.ELIGIBLE: Text("Klar för bedömning", "Ready for assessment"),
    Status.NOT_ELIGIBLE: Text("Alla villkor är inte uppfyllda", "Not all conditions are met"),
    Status.ASSESSING: Text("Bedöms av panelen", "Being assessed by the panel"),
    Status.ASSESSED: Text("Bedömd", "Assessed"),
    Status.PROPOSED: Text("Förslag till beslut finns", "There is a proposal for a decision"),
    Status.DECIDED: Text("Beslut fattat", "Decided"),
    Status.PUBLISHED: Text("Beslutet är anslaget", "The decision is on the notice board"),
    Status.FINAL: Text("Beslutet har fått laga kraft", "The decision has legal force"),
    Status.STRUCK_OFF: Text("Avskriven: ansökan är återkallad", "Struck off: the application was withdrawn"),
    Status.CLOSED: Text("Avslutat", "Closed"),
    Status.DISPOSED: Text("Gallrat", "Disposed of"),
}
