"""What a decision may say, on what conditions money is paid, and what is asked for afterwards."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from shared.conditions import Condition
from shared.programme.fields import Field
from shared.programme.keys import LIST_MAX, Days, Key, Percent
from shared.words import Code, Text


class Outcome(StrEnum):
    APPROVED = "approved"
    PARTIALLY_APPROVED = "partially_approved"
    REJECTED = "rejected"
    DISMISSED = "dismissed"
    STRUCK_OFF = "struck_off"


class RejectionReason(Struct, frozen=True):
    code: Code
    text: Text


class StandardCondition(Struct, frozen=True, omit_defaults=True):
    """Part of every approval; nobody can take it out (rule H14). At least one reserves the right to recover the money.

    `{{activity_to}}` and `{{report_due}}` in the text are filled in by the letter."""

    key: Key
    text: Text
    reserves_recovery: bool = False


class PayAfter(StrEnum):
    DECISION_PUBLISHED_AND_REQUISITION_SIGNED = "decision_published_and_requisition_signed"
    REPORT_APPROVED = "report_approved"


class PayoutMode(StrEnum):
    REQUISITION = "requisition"


class Instalment(Struct, frozen=True, omit_defaults=True):
    """A part of the grant, in percent, for the grants whose `granted_ore` meets the condition (every grant if none)."""

    percent: Annotated[int, Meta(ge=1, le=100)]
    after: PayAfter
    condition: Condition | None = None


class Payout(Struct, frozen=True, omit_defaults=True):
    """Paying before legal force is allowed (KL 13:14; rule H4) unless the fund chooses to wait."""

    instalments: Annotated[tuple[Instalment, ...], Meta(max_length=LIST_MAX)]
    mode: PayoutMode = PayoutMode.REQUISITION
    hold_until_appeal_period_over: bool = False


class Decision(Struct, frozen=True):
    outcomes: tuple[Outcome, ...]
    rejection_reason_codes: Annotated[tuple[RejectionReason, ...], Meta(max_length=LIST_MAX)]
    standard_conditions: Annotated[tuple[StandardCondition, ...], Meta(max_length=LIST_MAX)]
    payout: Payout


class Aggregate(StrEnum):
    SUM = "sum"
    DISTINCT = "distinct"
    MEAN = "mean"
    SHARE_4_OR_5 = "share_4_or_5"
    RATIO = "ratio"
    COUNT_BY_SECTOR = "count_by_sector"


class Indicator(Struct, frozen=True, omit_defaults=True):
    """A figure made of report answers; a ratio names the indicators above and below the line."""

    code: Code
    label: Text
    aggregate: Aggregate
    numerator: Code | None = None
    denominator: Code | None = None


class FollowUp(Struct, frozen=True, omit_defaults=True):
    report_form: Annotated[tuple[Field, ...], Meta(max_length=LIST_MAX)]
    reminders_days_before_due: tuple[Days, ...] = ()
    reminders_days_after_due: tuple[Days, ...] = ()
    extension_allowed_days: Days = 0
    audit_sample_percent: Percent = 0
    indicators: Annotated[tuple[Indicator, ...], Meta(max_length=LIST_MAX)] = ()
