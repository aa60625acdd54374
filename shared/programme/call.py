"""A call's rules: when it is open, how much there is, and who helps."""

from __future__ import annotations

import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from shared.programme.keys import LIST_MAX, Days, Percent
from shared.words import Line, Ore, Text

Moment = Annotated[datetime.datetime, Meta(tz=True)]


class LatePolicy(StrEnum):
    DISMISS_UNLESS_SPECIAL_REASONS = "dismiss_unless_special_reasons"
    DISMISS = "dismiss"


class Period(Struct, frozen=True):
    """Both days count."""

    starts_on: datetime.date
    ends_on: datetime.date


class OwnContribution(Struct, frozen=True, omit_defaults=True):
    required_percent: Percent = 0
    note: Text | None = None
    volunteer_hour_value_ore: Ore = 0


class Support(Struct, frozen=True, omit_defaults=True):
    """Who helps an association to apply, and how to reach them."""

    contact: Text
    help_text: Text
    phone: Line | None = None
    email: Line | None = None
    drop_in: Annotated[tuple[Text, ...], Meta(max_length=LIST_MAX)] = ()


class CallRules(Struct, frozen=True, omit_defaults=True):
    """Carried whole in the fact that publishes the call. Fields are only ever added, each with a default."""

    title: Text
    opens_at: Moment
    closes_at: Moment
    decision_planned_by: datetime.date
    activity_period: Period
    report_due: datetime.date
    budget_ore: Ore
    amount_min_ore: Ore
    amount_max_ore: Ore
    support: Support
    max_applications_per_organisation: Annotated[int, Meta(ge=1, le=100)] = 1
    late_policy: LatePolicy = LatePolicy.DISMISS_UNLESS_SPECIAL_REASONS
    completion_days: Days = 14
    max_completion_rounds: Annotated[int, Meta(ge=0, le=20)] = 2
    own_contribution: OwnContribution = OwnContribution()
    published_on: datetime.date | None = None


def call_facts(call: CallRules) -> dict[str, object]:
    """The call's limits as facts, under the names a field's `minimum_from`, `maximum_from` and `within` may use."""
    return {
        "call.amount_min_ore": call.amount_min_ore,
        "call.amount_max_ore": call.amount_max_ore,
        "call.activity_period": call.activity_period,
    }
