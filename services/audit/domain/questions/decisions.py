"""Was every decision made by whoever may, within the money there was, by the rules that were published?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from services.audit.domain.questions.answer import Answer, Finding, answer, places
from services.audit.domain.questions.population import Case, Fact, Population
from shared.catalogue.applications import ProgrammePublished
from shared.catalogue.payouts import TermsAdopted
from shared.catalogue.review import (
    BudgetSet,
    CaseReopened,
    DecisionMade,
    DecisionPublished,
    GuidelinesAdopted,
    MeetingCalled,
    MeetingEnded,
    MeetingOpened,
)
from shared.deadlines import local_date
from shared.words import Text

RULES = Text("Gällde samma regler för alla?", "Did the same rules apply to all?")
AUTHORITY = Text("Hade den som beslutade rätt att göra det?", "Did whoever decided have the right to?")
REPORTED = Text("Anmäldes varje delegationsbeslut till nämnden?", "Was each delegated decision reported to the board?")
REPORTED_WITHIN = timedelta(days=90)
"""A board that meets once a quarter has heard of it by then."""
BUDGET = Text("Hölls varje utlysnings budget?", "Was each call's budget kept?")


def rules_stood_fast(population: Population, now: datetime) -> Answer:
    """A programme is published once, and those who decide and pay go by exactly what was published."""
    found = []
    published: dict[object, Fact] = {}
    for fact, event in population.of(ProgrammePublished):
        if fact.subject not in population.rules:
            continue
        first = published.setdefault(fact.subject, fact)
        if first is not fact:
            words = Text(
                f"{event.rules.title.sv} publicerades mer än en gång.",
                f"{event.rules.title.en} was published more than once.",
            )
            found.append(Finding(words, places=places(first, fact)))
    for kind in (GuidelinesAdopted, TermsAdopted):
        for fact, adopted in population.of(kind):
            rules = population.rules.get(fact.subject)
            if rules is not None and adopted.rules != rules:  # type: ignore[attr-defined]
                words = Text(
                    f"{rules.title.sv}: reglerna i {fact.source} är inte de som publicerades.",
                    f"{rules.title.en}: the rules in {fact.source} are not those that were published.",
                )
                found.append(Finding(words, places=places(published[fact.subject], fact)))
    return answer("rules", RULES, len(population.rules), found)


def each_had_authority(population: Population, now: datetime) -> Answer:
    """At an open meeting with the case on its agenda, or by the delegation and within its amount."""
    made = [(case, fact, event) for case in population.cases for fact, event in case.of(DecisionMade)]
    found = [finding for case, fact, event in made for finding in _without(population, case, fact, event)]
    return answer("authority", AUTHORITY, len(made), found)


def each_was_reported(population: Population, now: datetime) -> Answer:
    """H5: what is decided by delegation is reported to the board (KL 6:40), and posted with the minutes that say so."""
    made = [
        (case, fact, event)
        for case in population.cases
        for fact, event in case.of(DecisionMade)
        if event.authority.delegation is not None
    ]
    found = []
    for case, fact, event in made:
        decided_on = event.decided_on or local_date(fact.at)
        told = any(later.at >= fact.at for later, _ in case.of(DecisionPublished))
        if not told and local_date(population.today(event.programme, now)) > decided_on + REPORTED_WITHIN:
            words = Text(
                f"Beslutet togs {decided_on} på delegation. Det har inte anmälts till nämnden.",
                f"It was decided on {decided_on} by delegation. It has not been reported to the board.",
            )
            found.append(Finding(words, case.id, case.number, places(fact)))
    return answer("reported", REPORTED, len(made), found)


def _without(population: Population, case: Case, fact: Fact, event: DecisionMade) -> Iterator[Finding]:
    given = population.rules[event.programme].authority if event.programme in population.rules else None
    words: Text | None = None
    if given is None:
        words = Text("Programmets regler finns inte i spåret.", "The programme's rules are not in the trail.")
    elif event.authority.meeting is not None:
        words = _outside_meeting(population, case, fact, event)
    elif event.authority.delegation not in (given.delegation_ref.sv, given.delegation_ref.en):
        words = Text("Delegationen är inte programmets.", "The delegation is not the programme's.")
    elif event.granted_ore > given.delegation_max_ore:
        words = Text("Beloppet är högre än delegationen tillåter.", "The amount is above what the delegation allows.")
    if words is not None:
        yield Finding(words, case.id, case.number, places(fact))


def _outside_meeting(population: Population, case: Case, fact: Fact, event: DecisionMade) -> Text | None:
    meeting = event.authority.meeting
    assert meeting is not None
    called = any(case.id in agenda.cases for _, agenda in population.of_subject(MeetingCalled, meeting))
    opened = [one.at for one, _ in population.of_subject(MeetingOpened, meeting)]
    ended = [one.at for one, _ in population.of_subject(MeetingEnded, meeting)]
    if not called:
        return Text("Ärendet stod inte på sammanträdets lista.", "The case was not on the meeting's agenda.")
    if not any(at <= fact.at for at in opened) or any(at < fact.at for at in ended):
        return Text("Sammanträdet pågick inte.", "The meeting was not in session.")
    return None


def budgets_held(population: Population, now: datetime) -> Answer:
    """Summed decision by decision, in the order they were made: never more granted than there was."""
    programmes = population.rules
    ceilings = {fact.subject: event for fact, event in population.of(BudgetSet) if event.programme in programmes}
    granted: dict[object, int] = defaultdict(int)
    found = []
    for fact in population.facts:
        if isinstance(fact.event, DecisionMade) and fact.event.call in ceilings:
            event, ceiling = fact.event, ceilings[fact.event.call].ceiling_ore
            granted[event.call] += event.granted_ore
            if event.granted_ore and granted[event.call] > ceiling:
                words = Text(
                    "Med det här beslutet var mer beviljat än vad utlysningen hade.",
                    "With this decision more was granted than the call had.",
                )
                found.append(Finding(words, fact.subject, event.number, places(fact)))
        elif isinstance(fact.event, CaseReopened):
            granted[fact.event.call] -= fact.event.released_ore
    figures = {
        "ceiling_ore": sum(event.ceiling_ore for event in ceilings.values()),
        "granted_ore": sum(granted[call] for call in ceilings),
    }
    return answer("budget", BUDGET, len(ceilings), found, figures)
