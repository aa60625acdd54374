"""Judgement of decisions and money: outcomes with reasons, conditions that stay, instalments that pay in full."""

from __future__ import annotations

from collections.abc import Iterator

from shared.conditions import fields, holds, parts
from shared.programme.decision import Aggregate, Decision, FollowUp, Instalment, Outcome
from shared.programme.facts import GRANTED_ORE
from shared.programme.problems import Problems, empty, problem, repeated
from shared.words import ORE_MAX

WHOLE_PERCENT = 100


def check_decision(decision: Decision) -> Problems:
    for outcome in (Outcome.APPROVED, Outcome.REJECTED):
        if outcome not in decision.outcomes:
            yield problem(
                "decision.outcomes",
                f"Utfallet {outcome} måste vara möjligt.",
                f"The outcome {outcome} must be possible.",
            )
    yield from repeated("decision.outcomes", decision.outcomes)
    yield from empty("decision.rejection_reason_codes", decision.rejection_reason_codes)
    yield from repeated("decision.rejection_reason_codes", [reason.code for reason in decision.rejection_reason_codes])
    yield from _check_standard_conditions(decision)
    yield from _check_instalments(decision.payout.instalments)


def _check_standard_conditions(decision: Decision) -> Problems:
    """H14: without a reservation in the decision, money paid out cannot be asked back."""
    path = "decision.standard_conditions"
    yield from empty(path, decision.standard_conditions)
    yield from repeated(path, [condition.key for condition in decision.standard_conditions])
    if decision.standard_conditions and not any(one.reserves_recovery for one in decision.standard_conditions):
        yield problem(
            path,
            "Minst ett villkor ska förbehålla fonden rätten att kräva tillbaka pengarna.",
            "At least one condition must reserve the right to recover the money.",
        )


def _check_instalments(instalments: tuple[Instalment, ...]) -> Problems:
    path = "decision.payout.instalments"
    for instalment in instalments:
        for name in sorted(fields(instalment.condition) - {GRANTED_ORE}) if instalment.condition else ():
            yield problem(
                path,
                f"En delbetalning får bara bero på {GRANTED_ORE}, inte på {name}.",
                f"An instalment may depend on {GRANTED_ORE} only, not on {name}.",
            )
    for amount_ore in sorted(_telling_amounts(instalments)):
        percent = sum(one.percent for one in due_instalments(instalments, amount_ore))
        if percent != WHOLE_PERCENT:
            yield problem(
                path,
                f"Ett bidrag på {amount_ore / 100:.2f} kr skulle betalas ut till {percent} procent.",
                f"A grant of {amount_ore / 100:.2f} kronor would be paid to {percent} per cent.",
            )
            return


def due_instalments(instalments: tuple[Instalment, ...], granted_ore: int) -> tuple[Instalment, ...]:
    """The instalments a grant of this size is paid in, in order."""
    facts = {GRANTED_ORE: granted_ore}
    return tuple(one for one in instalments if one.condition is None or holds(one.condition, facts))


def _telling_amounts(instalments: tuple[Instalment, ...]) -> set[int]:
    """Every operator on an amount turns at its number, so a number and its neighbours stand for all amounts."""
    turns = {number for one in instalments for number in _numbers(one)}
    near = {number + step for number in turns for step in (-1, 0, 1)}
    return {1, ORE_MAX} | {amount for amount in near if 1 <= amount <= ORE_MAX}


def _numbers(instalment: Instalment) -> Iterator[int]:
    for part in parts(instalment.condition) if instalment.condition else ():
        several = part.in_ if isinstance(part.in_, tuple) else ()
        for value in (part.over, part.at_least, part.under, part.at_most, part.is_, *several):
            if type(value) is int:
                yield value


def check_follow_up(follow_up: FollowUp) -> Problems:
    codes = {indicator.code for indicator in follow_up.indicators}
    measured = {field.indicator for field in follow_up.report_form}
    yield from repeated("follow_up.indicators", [indicator.code for indicator in follow_up.indicators])
    for indicator in follow_up.indicators:
        path = f"follow_up.indicators.{indicator.code}"
        ratio = (indicator.numerator, indicator.denominator)
        if (indicator.aggregate is Aggregate.RATIO) != all(ratio) or not set(filter(None, ratio)) <= codes:
            yield problem(
                path, "En andel räknas på två indikatorer som finns.", "A ratio is made of two indicators that exist."
            )
        if indicator.code not in measured:
            yield problem(path, "Ingen fråga i redovisningen ger svaret.", "No question in the report answers it.")
    for name in ("reminders_days_before_due", "reminders_days_after_due"):
        yield from repeated(f"follow_up.{name}", map(str, getattr(follow_up, name)))
