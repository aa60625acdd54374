"""How applications are judged: eligibility, criteria, the panel, conflicts of interest and the order of the money.

All of it only proposes. A person decides (KL 6:38; rule H1)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from shared.conditions import Condition
from shared.programme.keys import LIST_MAX, Key, Percent
from shared.words import Code, Text

Score = Annotated[int, Meta(ge=0, le=10)]
Seats = Annotated[int, Meta(ge=0, le=100)]
Permille = Annotated[int, Meta(ge=0, le=1000)]


class OnFail(StrEnum):
    """What the software proposes when a check does not hold."""

    DISMISS = "dismiss"
    REJECT = "reject"
    OFFICER_JUDGES = "officer_judges"
    COMPLETE = "complete"
    PAYMENT_BAR = "payment_bar"
    PARTIAL_OR_REJECT = "partial_or_reject"


class EligibilityRule(Struct, frozen=True):
    code: Code
    label: Text
    check: Condition
    on_fail: OnFail


class Anchor(Struct, frozen=True):
    score: Score
    label: Text


class Scale(Struct, frozen=True):
    minimum: Score
    maximum: Score
    anchors: tuple[Anchor, ...]


class Criterion(Struct, frozen=True, omit_defaults=True):
    """One criterion. An application below `minimum` (a mean on the scale) is not proposed, whatever its total."""

    code: Code
    key: Key
    label: Text
    weight: Percent
    question: Text
    minimum: Score | None = None


class SeatRole(StrEnum):
    LIVED_EXPERIENCE = "lived_experience"
    OFFICER = "officer"
    PROFESSIONAL = "professional"


class Seat(Struct, frozen=True, omit_defaults=True):
    """A kind of seat, never a person's story."""

    role: SeatRole
    minimum: Seats = 0
    maximum: Seats | None = None
    vote: bool = True


class RevealScores(StrEnum):
    ALL_SUBMITTED = "all_submitted"
    ALL_SUBMITTED_OR_DEADLINE = "all_submitted_or_deadline"


class Honorarium(Struct, frozen=True):
    """Thousandths of the year's price base amount (prisbasbelopp)."""

    full_day_permille: Permille
    half_day_permille: Permille
    up_to_two_hours_permille: Permille
    per_hour_permille: Permille


class Panel(Struct, frozen=True, omit_defaults=True):
    size: Seats
    seats: Annotated[tuple[Seat, ...], Meta(max_length=LIST_MAX)]
    quorum: Seats
    quorum_lived_experience: Seats = 0
    individual_scoring_first: bool = True
    reveal_scores_after: RevealScores = RevealScores.ALL_SUBMITTED_OR_DEADLINE
    reason_required_if_score_in: tuple[Score, ...] = ()
    disagreement_flag_if_range_at_least: Score | None = None
    honorarium: Honorarium | None = None


class ConflictType(Struct, frozen=True):
    key: Key
    label: Text


class ConflictEffect(StrEnum):
    NO_ACCESS_NO_SCORE_LEAVE_ROOM = "no_access_no_score_leave_room"  # KL 6:30; rule H7


class ConflictsOfInterest(Struct, frozen=True, omit_defaults=True):
    types: Annotated[tuple[ConflictType, ...], Meta(max_length=LIST_MAX)]
    declare_before_access: bool = True
    effect: ConflictEffect = ConflictEffect.NO_ACCESS_NO_SCORE_LEAVE_ROOM


class AllocationMethod(StrEnum):
    RANK_THEN_FUND_DOWN = "rank_then_fund_down"


class TieBreak(StrEnum):
    HIGHER_FIRST_CRITERION = "higher_first_criterion"
    MUNICIPALITY_NOT_YET_COVERED = "municipality_not_yet_covered"
    FIRST_TIME_RECIPIENT = "first_time_recipient"
    PANEL_REASONED_CHOICE = "panel_reasoned_choice"


class Allocation(Struct, frozen=True, omit_defaults=True):
    """The order in which money is proposed. Equal treatment (KL 2:3) leaves no room for a lottery, so there is none."""

    method: AllocationMethod = AllocationMethod.RANK_THEN_FUND_DOWN
    partial_award_allowed: bool = True
    partial_min_percent: Percent = 0
    reserve_list: bool = True
    tie_break: tuple[TieBreak, ...] = (TieBreak.PANEL_REASONED_CHOICE,)


class Assessment(Struct, frozen=True, omit_defaults=True):
    """`threshold` is on the weighted score, 0–100."""

    scale: Scale
    criteria: Annotated[tuple[Criterion, ...], Meta(max_length=LIST_MAX)]
    threshold: Percent
    panel: Panel
    conflicts_of_interest: ConflictsOfInterest
    allocation: Allocation = Allocation()
