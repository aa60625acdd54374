"""Were those with a conflict of interest really out?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from services.audit.domain.questions.answer import Answer, Finding, answer, places
from services.audit.domain.questions.population import Case, Fact, Population
from shared.catalogue.review import InterestDeclared, MeetingCalled, MeetingEnded, MeetingOpened, MinutesAdjusted
from shared.words import Text

QUESTION = Text("Höll sig de jäviga helt utanför?", "Did those with a conflict of interest stay out?")
OF_A_MEETING = (MeetingCalled, MeetingOpened, MeetingEnded, MinutesAdjusted)
"""What is done with a whole agenda is not done in one of its cases."""


def left_no_trace(population: Population, now: datetime) -> Answer:
    """Whoever declared a conflict has done nothing in the case, neither before nor after, but to declare it."""
    declared = [
        (case, fact, event.person)
        for case in population.cases
        for fact, event in case.of(InterestDeclared)
        if event.conflict is not None
    ]
    found = [finding for case, fact, person in declared for finding in _traces(case, fact, person)]
    return answer("conflicts", QUESTION, len(declared), found)


def _traces(case: Case, declaration: Fact, person: object) -> Iterator[Finding]:
    for fact in case.facts:
        is_harmless = isinstance(fact.event, (InterestDeclared, *OF_A_MEETING))
        if fact.actor == person and not fact.is_fund and not is_harmless:
            yield Finding(
                Text(
                    f"Den som har anmält jäv finns med i ärendet: {fact.event.type}.",
                    f"Whoever declared a conflict of interest is in the case: {fact.event.type}.",
                ),
                case.id,
                case.number,
                places(declaration, fact),
            )
