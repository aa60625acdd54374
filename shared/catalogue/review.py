"""What `review` tells: eligibility, conflicts of interest, assessment, meetings, decisions, appeals."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import msgspec

from shared.catalogue.event import Event
from shared.programme import ProgrammeRules
from shared.words import Code, Count, Digest, Ore


class Told(Event, frozen=True, kw_only=True):
    source: ClassVar[str] = "review"


# What review keeps of a programme and its calls


class GuidelinesAdopted(Told, frozen=True, kw_only=True):
    """Review goes by these rules from now on: its own copy of what the programme said when it was published."""

    type: ClassVar[str] = "guidelines.adopted"
    rules: ProgrammeRules
    practice: bool = False


class ClockFollowed(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "clock.followed"
    offset_s: Count


class BudgetSet(Told, frozen=True, kw_only=True):
    """The ceiling of one call, which the sum granted never passes; and how often and how long its cases may be
    completed."""

    type: ClassVar[str] = "budget.set"
    programme: UUID
    ceiling_ore: Ore
    completion_days: Count = 14
    max_completion_rounds: Count = 2


# Case: from registered to final


class CaseReceived(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "case.received"
    programme: UUID
    call: UUID
    association: UUID
    number: str
    amount_applied_ore: Ore
    received_at: datetime


class CheckStarted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "check.started"
    officer: UUID


class CompletionRequested(Told, frozen=True, kw_only=True):
    """The officer asks for more. `missing` are keys of fields and attachments; the letter itself is `content`.
    `asked_on` is the programme's date; facts of before do not tell it."""

    type: ClassVar[str] = "completion.requested"
    round: Count
    due_on: date
    missing: tuple[Code, ...]
    content: Digest
    asked_on: date | None = None


class CheckResumed(Told, frozen=True, kw_only=True):
    """The completion came (`answered`), or its time ran out: the application is tried as it stands."""

    type: ClassVar[str] = "check.resumed"
    round: Count
    answered: bool


class ConditionAnswered(msgspec.Struct, frozen=True):
    """A person's answer to one condition of eligibility. Software proposes; this is what the officer found (H1)."""

    condition: Code
    met: bool


class ContentNote(StrEnum):
    """What an application tells of that may be hard to read: the panel is told before it reads (requirement A14)."""

    SUICIDE = "suicide"
    VIOLENCE = "violence"
    COERCION = "coercion"
    ADDICTION = "addiction"
    DEATH = "death"


class CaseEligible(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "case.eligible"
    answers: tuple[ConditionAnswered, ...]
    content_notes: tuple[ContentNote, ...] = ()


class CaseNotEligible(Told, frozen=True, kw_only=True):
    """The officer found a condition unmet. It goes to decision as a proposal; nothing is rejected by a check."""

    type: ClassVar[str] = "case.not_eligible"
    answers: tuple[ConditionAnswered, ...]
    content_notes: tuple[ContentNote, ...] = ()


class CheckReopened(Told, frozen=True, kw_only=True):
    """An officer took the answers to the conditions back, before the panel assessed and before anything was decided on
    them. They are answered anew; what was proposed on them falls."""

    type: ClassVar[str] = "check.reopened"
    officer: UUID


class InterestDeclared(Told, frozen=True, kw_only=True):
    """A person's declaration before they see the case. `conflict` is the kind of conflict of interest, or none."""

    type: ClassVar[str] = "interest.declared"
    person: UUID
    conflict: Code | None = None


class AssessmentOpened(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "assessment.opened"


class AssessmentSubmitted(Told, frozen=True, kw_only=True):
    """One panel member's scores, criterion → whole points, and the digest of their reasons."""

    type: ClassVar[str] = "assessment.submitted"
    assessor: UUID
    scores: dict[Code, Count]
    content: Digest


class AssessmentClosed(Told, frozen=True, kw_only=True):
    """`points_milli` is the weighted score of 0–100 in thousandths, the mean over those who scored."""

    type: ClassVar[str] = "assessment.closed"
    assessors: tuple[UUID, ...]
    points_milli: Count
    disagreement: bool = False


class DecisionProposed(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "decision.proposed"
    officer: UUID
    outcome: Code
    granted_ore: Ore
    reason: Code | None
    content: Digest


class StatementGiven(Told, frozen=True, kw_only=True):
    """The user representatives' statement (KL 7:7). `opinion` is `heard`, `approves` or `objects`."""

    type: ClassVar[str] = "statement.given"
    person: UUID
    opinion: Code
    content: Digest


class Authority(msgspec.Struct, frozen=True):
    """On what authority a person decided: a meeting of the body, or a delegation with its reference."""

    meeting: UUID | None = None
    delegation: str | None = None


class DecisionMade(Told, frozen=True, kw_only=True):
    """A person decided (KL 6:38). `outcome` is approved, partially_approved, rejected, dismissed or struck_off."""

    type: ClassVar[str] = "decision.made"
    programme: UUID
    call: UUID
    association: UUID
    number: str
    outcome: Code
    granted_ore: Ore
    reason: Code | None
    decided_by: UUID
    authority: Authority
    content: Digest
    decided_on: date | None = None


class DecisionPublished(Told, frozen=True, kw_only=True):
    """The minutes were posted on the notice board: the clock of KL 13:5 runs from `posted_on`."""

    type: ClassVar[str] = "decision.published"
    meeting: UUID
    posted_on: date
    appeal_last_day: date


class DecisionFinal(Told, frozen=True, kw_only=True):
    """Nobody appealed in time and the notice stayed up."""

    type: ClassVar[str] = "decision.final"
    final_on: date


class DecisionAppealed(Told, frozen=True, kw_only=True):
    """Somebody appealed against the decision: it gets no legal force before the court has spoken."""

    type: ClassVar[str] = "decision.appealed"
    appeal: UUID


class DecisionStands(Told, frozen=True, kw_only=True):
    """The court let the decision stand in this appeal."""

    type: ClassVar[str] = "decision.stands"
    appeal: UUID
    judged_on: date


class CaseReopened(Told, frozen=True, kw_only=True):
    """The court quashed the decision: the case is prepared anew, and what was granted counts against the budget no
    more."""

    type: ClassVar[str] = "case.reopened"
    appeal: UUID
    call: UUID
    released_ore: Ore


class CaseStruckOff(Told, frozen=True, kw_only=True):
    """Withdrawn by the applicant before a decision."""

    type: ClassVar[str] = "case.struck_off"


class CaseClosed(Told, frozen=True, kw_only=True):
    """A case without a grant is closed here; a granted one by payouts."""

    type: ClassVar[str] = "case.closed"


# Meeting


class MeetingCalled(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "meeting.called"
    programme: UUID
    held_on: date
    cases: tuple[UUID, ...]


class MeetingOpened(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "meeting.opened"
    chair: UUID


class MeetingEnded(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "meeting.ended"


class MinutesAdjusted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "minutes.adjusted"
    adjusted_on: date
    adjusted_by: UUID


class NoticePosted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "notice.posted"
    posted_on: date
    appeal_last_day: date
    cases: tuple[UUID, ...]


class NoticeRemoved(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "notice.removed"
    removed_on: date
    cases: tuple[UUID, ...]


# Appeal: a subject of its own


class AppealReceived(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "appeal.received"
    case: UUID
    received_on: date
    content: Digest
    programme: UUID | None = None


class AppealForwarded(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "appeal.forwarded"
    case: UUID
    forwarded_on: date


class AppealUpheld(Told, frozen=True, kw_only=True):
    """The court let the decision stand."""

    type: ClassVar[str] = "appeal.upheld"
    case: UUID
    judged_on: date


class AppealQuashed(Told, frozen=True, kw_only=True):
    """The court quashed the decision: new preparation (KL 13:8, 13:15)."""

    type: ClassVar[str] = "appeal.quashed"
    case: UUID
    judged_on: date
