"""Was everything reported, was what was left paid back, and is there state money that nobody has used?"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.audit.domain.questions.answer import Answer, Finding, answer, places
from services.audit.domain.questions.payments import paid_out
from services.audit.domain.questions.population import Case, Population
from shared.catalogue.letters import LetterDue
from shared.catalogue.payouts import (
    GrantClosed,
    PeriodSet,
    RecoveryDecided,
    RecoveryPaid,
    RecoveryWaived,
    RecoveryWrittenOff,
    ReportApproved,
    ReportSubmitted,
)
from shared.deadlines import local_date
from shared.words import Text

CHASED = Text("Påmindes alla som inte redovisade i tid?", "Was everybody who did not report in time reminded?")
RETURNED = Text("Kom det som inte användes tillbaka?", "Did what was not spent come back?")
STATE = Text("Finns det statliga pengar som inte har använts?", "Is there state money that has not been used?")
REMINDERS = frozenset({"report_reminder", "report_overdue"})


def reports_were_chased(population: Population, now: datetime) -> Answer:
    """Of those who were paid: a report that came late, or has not come, was asked for again by letter."""
    due = {fact.subject: event.report_due for fact, event in population.of(PeriodSet)}
    owing = [case for case in population.cases if paid_out(case) and case.event.call in due]
    found = []
    for case in owing:
        last_day = due[case.event.call]
        came = [fact for fact, _ in case.of(ReportSubmitted)]
        is_late = not came and local_date(population.today(case.event.programme, now)) > last_day
        reminded = any(event.kind in REMINDERS for _, event in case.of(LetterDue))
        if is_late and not reminded:
            words = Text(
                f"Redovisningen skulle ha kommit {last_day}. Ingen påminnelse har skickats.",
                f"The report was due on {last_day}. No reminder has been sent.",
            )
            found.append(Finding(words, case.id, case.number, places(*(fact for fact, _ in paid_out(case)))))
    return answer("reports", CHASED, len(owing), found)


def unspent_came_back(population: Population, now: datetime) -> Answer:
    """What an approved report says is left was paid back before the case was closed, unless somebody let it go."""
    found, unspent, returned, reported = [], 0, 0, 0
    for case in population.cases:
        approved = [(fact, event.unspent_ore) for fact, event in case.of(ReportApproved)]
        back = sum(event.amount_ore for _, event in case.of(RecoveryPaid))
        returned += back
        if not approved:
            continue
        reported += 1
        fact, left = approved[-1]
        unspent += left
        closed = [one for one, _ in case.of(GrantClosed)]
        if closed and back < left - _let_go(case, left, back):
            words = Text("Ärendet stängdes utan att allt kom tillbaka.", "The case was closed before all came back.")
            found.append(Finding(words, case.id, case.number, places(fact, *closed)))
    return answer("unspent", RETURNED, reported, found, {"unspent_ore": unspent, "returned_ore": returned})


def _let_go(case: Case, left: int, back: int) -> int:
    """How much of it a person decided not to ask for, or to write off."""
    if any(True for kind in (RecoveryWaived, RecoveryWrittenOff) for _ in case.of(kind)):
        return left - back
    asked = [event.amount_ore for _, event in case.of(RecoveryDecided)]
    return max(0, left - asked[-1]) if asked else 0


def state_money_is_used(population: Population, now: datetime) -> Answer:
    """For each source of money: what was paid and not paid back, and whether its last day has passed with some left."""
    found, given, used = [], 0, 0
    for programme, rules in population.rules.items():
        sources = rules.funding_sources
        amount = sum(source.amount_ore for source in sources)
        spent = _used(population, programme)
        given, used = given + amount, used + min(spent, amount)
        last_days = [source.must_be_used_by for source in sources if source.must_be_used_by is not None]
        is_over = bool(last_days) and local_date(population.today(programme, now)) > max(last_days)
        if is_over and spent < amount:
            kronor = (amount - spent) // 100
            words = Text(
                f"{rules.title.sv}: {kronor} kronor användes inte i tid.",
                f"{rules.title.en}: {kronor} kronor were not used in time.",
            )
            found.append(Finding(words))
    figures = {"given_ore": given, "used_ore": used, "unused_ore": given - used}
    return answer("state_money", STATE, len(population.rules), found, figures)


def _used(population: Population, programme: UUID) -> int:
    cases = [case for case in population.cases if case.event.programme == programme]
    paid = sum(event.amount_ore for case in cases for _, event in paid_out(case))
    return paid - sum(event.amount_ore for case in cases for _, event in case.of(RecoveryPaid))
