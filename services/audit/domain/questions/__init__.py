"""The questions an auditor asks, answered from the trail alone: a verdict, a figure, and the rows behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from services.audit.domain.questions import conflicts, decisions, money, payments, people, register
from services.audit.domain.questions.answer import Answer
from services.audit.domain.questions.population import Population

Question = Callable[[Population, datetime], Answer]

QUESTIONS: tuple[Question, ...] = (
    register.has_no_gaps,
    decisions.rules_stood_fast,
    decisions.each_had_authority,
    decisions.each_was_reported,
    decisions.budgets_held,
    conflicts.left_no_trace,
    payments.two_attested,
    payments.none_before_decision,
    payments.accounts_were_verified,
    payments.none_above_the_grant,
    money.reports_were_chased,
    money.unspent_came_back,
    money.state_money_is_used,
    people.bound_the_association,
    people.sign_for_one_association,
)


def report(population: Population, now: datetime) -> list[Answer]:
    """Every question in its order. `now` is real time, in UTC."""
    return [question(population, now) for question in QUESTIONS]
