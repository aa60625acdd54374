"""Judgement of a call: dates in the order things happen, amounts that fit in the budget, someone to ask."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from shared.programme.call import CallRules
from shared.programme.problems import Problems, problem

SWEDEN = ZoneInfo("Europe/Stockholm")


def check_call(call: CallRules) -> Problems:
    yield from _check_dates(call)
    yield from _check_amounts(call)
    if call.completion_days == 0 and call.max_completion_rounds > 0:
        yield problem("completion_days", "En komplettering behöver tid.", "A completion needs time.")
    if call.support.phone is None and call.support.email is None:
        yield problem(
            "support",
            "Ange telefon eller e-post till den som hjälper.",
            "Give a telephone or e-mail for whoever helps.",
        )


def _check_dates(call: CallRules) -> Problems:
    opens_on = call.opens_at.astimezone(SWEDEN).date()
    closes_on = call.closes_at.astimezone(SWEDEN).date()
    period = call.activity_period
    if call.opens_at >= call.closes_at:
        yield problem("closes_at", "Utlysningen stänger innan den öppnar.", "The call closes before it opens.")
    for field, earlier, later, sv, en in (
        ("opens_at", call.published_on or opens_on, opens_on, "utlysningen publiceras", "the call is published"),
        ("decision_planned_by", closes_on, call.decision_planned_by, "utlysningen stänger", "the call closes"),
        ("activity_period", period.starts_on, period.ends_on, "perioden börjar", "the period starts"),
        ("activity_period", call.decision_planned_by, period.ends_on, "besluten fattas", "the decisions are made"),
        ("report_due", period.ends_on, call.report_due, "perioden är slut", "the period is over"),
    ):
        if later < earlier:
            yield problem(field, f"{later} ligger före {earlier}, då {sv}.", f"{later} is before {earlier}, when {en}.")


def _check_amounts(call: CallRules) -> Problems:
    if call.amount_max_ore == 0:
        yield problem("amount_max_ore", "Det går inte att söka några pengar.", "No money can be applied for.")
    if call.amount_min_ore > call.amount_max_ore:
        yield problem(
            "amount_min_ore", "Minsta beloppet är större än det största.", "The smallest amount is above the largest."
        )
    if call.amount_max_ore > call.budget_ore:
        yield problem(
            "amount_max_ore", "Största beloppet är större än budgeten.", "The largest amount is above the budget."
        )
