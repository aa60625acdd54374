"""A case as it stands in review: the fold of its events."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec

from services.review.domain.case.life import Status
from shared.catalogue.review import Authority, ConditionAnswered, ContentNote
from shared.life import State


class Completion(msgspec.Struct, frozen=True):
    """One round of asking for more. `answered` is None while the applicant has time left."""

    round: int
    due_on: date
    missing: tuple[str, ...]
    answered: bool | None = None
    asked_on: date | None = None


class Assessment(msgspec.Struct, frozen=True):
    """What the panel arrived at when the assessment was closed."""

    assessors: tuple[UUID, ...]
    points_milli: int
    disagreement: bool


class Proposal(msgspec.Struct, frozen=True):
    officer: UUID
    outcome: str
    granted_ore: int
    reason: str | None


class Statement(msgspec.Struct, frozen=True):
    person: UUID
    opinion: str


class Decision(msgspec.Struct, frozen=True):
    outcome: str
    granted_ore: int
    reason: str | None
    decided_by: UUID
    authority: Authority
    decided_on: date | None


class Publication(msgspec.Struct, frozen=True):
    """The notice that the decision was published with."""

    meeting: UUID
    posted_on: date
    appeal_last_day: date


class Case(State, frozen=True, kw_only=True):
    """`interests` holds everybody's declaration, person → kind of conflict or None. `scores` are those that count now.

    `submissions`, `proposals`, `statements` and `decisions` count what was ever written, so that each has content of
    its own. `has_assessed` and `has_decided` remember people across a court's judgment: nobody is ever both.
    """

    status: Status
    programme: UUID
    call: UUID
    association: UUID
    number: str
    amount_applied_ore: int
    received_at: datetime
    officer: UUID | None = None
    completions: tuple[Completion, ...] = ()
    answers: tuple[ConditionAnswered, ...] = ()
    content_notes: tuple[ContentNote, ...] = ()
    interests: dict[UUID, str | None] = {}
    scores: dict[UUID, dict[str, int]] = {}
    submissions: dict[UUID, int] = {}
    has_assessed: frozenset[UUID] = frozenset()
    assessment: Assessment | None = None
    proposal: Proposal | None = None
    proposals: int = 0
    statement: Statement | None = None
    statements: int = 0
    decision: Decision | None = None
    decisions: int = 0
    has_decided: frozenset[UUID] = frozenset()
    publication: Publication | None = None
    final_on: date | None = None
    appeals: frozenset[UUID] = frozenset()
    judged_on: date | None = None
    reopenings: int = 0
    disposal_number: str | None = None
    blanked: bool = False

    @property
    def barred(self) -> frozenset[UUID]:
        """The people for whom the case does not exist (KL 6:28–30; rule H7)."""
        return frozenset(person for person, conflict in self.interests.items() if conflict is not None)

    def is_free(self, person: UUID) -> bool:
        """Whether the person has declared that they have no conflict of interest."""
        return person in self.interests and self.interests[person] is None

    @property
    def open_round(self) -> int | None:
        """The completion round that the applicant still has time for."""
        return next((one.round for one in self.completions if one.answered is None), None)

    @property
    def tainted(self) -> frozenset[UUID]:
        """Assessors whose conflict of interest came to light after the assessment was closed."""
        return self.barred & frozenset(self.assessment.assessors if self.assessment else ())
