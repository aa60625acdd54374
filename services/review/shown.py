"""What a case looks like, to whom: the fund's people, those who have not yet declared, and the association itself."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from shared.catalogue.review import Authority, ContentNote
from shared.identity import Role
from shared.programme import ConflictType, OnFail, UserRepresentativesMust
from shared.words import Text


class Headed(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody who may know of the case may know of it."""

    id: UUID
    version: int
    status: str
    label: Text
    next: Role | None
    number: str
    programme: UUID
    call: UUID
    association: UUID


class CaseInBrief(msgspec.Struct, frozen=True, kw_only=True):
    """Whether it is theirs to read: not before they have declared (H7). For whoever keeps something else of it."""

    id: UUID
    whole: bool


class CaseToDeclare(Headed, frozen=True, kw_only=True):
    """Enough to say whether one has a conflict of interest, and no more (H7)."""

    declared: bool
    conflict_types: tuple[ConflictType, ...]


class ShownCompletion(msgspec.Struct, frozen=True, kw_only=True):
    round: int
    asked_on: date | None
    due_on: date
    missing: tuple[str, ...]
    answered: bool | None
    letter: str | None


class ShownCondition(msgspec.Struct, frozen=True, kw_only=True):
    """`proposed` is the software's answer, None where it does not know; `met` is the officer's; `stops` is whether
    there is nothing to assess where it is not met."""

    condition: str
    label: Text
    on_fail: OnFail
    stops: bool
    proposed: bool | None
    met: bool | None


class ShownScores(msgspec.Struct, frozen=True, kw_only=True):
    assessor: UUID
    scores: dict[str, int]
    reasons: dict[str, str]


class ShownAssessment(msgspec.Struct, frozen=True, kw_only=True):
    """Thousandths of points to show; whether they are enough was judged before rounding."""

    points_milli: int
    means_milli: dict[str, int]
    disagreement: bool
    below_threshold: bool
    below_minimum: list[str]


class ShownProposal(msgspec.Struct, frozen=True, kw_only=True):
    officer: UUID
    outcome: str
    granted_ore: int
    reason: str | None
    words: str | None


class ShownStatement(msgspec.Struct, frozen=True, kw_only=True):
    person: UUID
    opinion: str
    words: str | None


class ShownDecision(msgspec.Struct, frozen=True, kw_only=True):
    outcome: str
    granted_ore: int
    reason: str | None
    reason_text: Text | None
    decided_by: UUID
    authority: Authority
    decided_on: date | None
    words: str | None


class ShownPublication(msgspec.Struct, frozen=True, kw_only=True):
    meeting: UUID
    posted_on: date
    appeal_last_day: date


class ShownCase(CaseToDeclare, frozen=True, kw_only=True):
    """`possible` are the operations that the case's stage and the person's role allow; the rules may still refuse.

    `scored` is how many assessors have scored so far. `stood_aside` is how many people have had nothing to do with the
    case because of a conflict of interest (H7)."""

    amount_applied_ore: int
    received_at: datetime
    officer: UUID | None
    stood_aside: int
    completions: list[ShownCompletion]
    conditions: list[ShownCondition]
    content_notes: tuple[ContentNote, ...]
    own_scores: ShownScores | None
    scores: list[ShownScores]
    scored: int
    assessment: ShownAssessment | None
    proposal: ShownProposal | None
    statement: ShownStatement | None
    statement_demanded: UserRepresentativesMust
    decision: ShownDecision | None
    publication: ShownPublication | None
    final_on: date | None
    open_appeals: list[UUID]
    reopenings: int
    possible: list[str]


class OwnCase(Headed, frozen=True, kw_only=True):
    """The case as the association sees it: what is asked of it, and what was decided."""

    completions: list[ShownCompletion]
    decision: ShownDecision | None
    publication: ShownPublication | None
    final_on: date | None
