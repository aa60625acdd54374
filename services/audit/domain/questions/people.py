"""Does one person act for two associations? It may be quite in order; it is what an auditor wants to look at."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from services.audit.domain.questions.answer import Answer, Finding, answer, places
from services.audit.domain.questions.population import Case, Fact, Population
from shared.catalogue.applications import ApplicationSubmitted
from shared.catalogue.payouts import PaymentRequisitioned, TermsAccepted
from shared.words import Text

QUESTION = Text("Skriver ingen under för två föreningar?", "Does nobody sign for two associations?")


def sign_for_one_association(population: Population, now: datetime) -> Answer:
    """By who signed an application, accepted the terms of a grant or asked for its money."""
    signed: dict[UUID, dict[UUID, tuple[Case, Fact]]] = defaultdict(dict)
    for case in population.cases:
        for fact, person in _signatures(case):
            signed[person].setdefault(case.event.association, (case, fact))
    found = [
        Finding(
            Text(
                f"Samma person skriver under för {len(associations)} föreningar.",
                f"The same person signs for {len(associations)} associations.",
            ),
            case.id,
            case.number,
            places(*(fact for _, fact in associations.values())),
        )
        for associations in signed.values()
        if len(associations) > 1
        for case, _ in (next(iter(associations.values())),)
    ]
    return answer("signatories", QUESTION, len(signed), found)


def _signatures(case: Case) -> list[tuple[Fact, UUID]]:
    found = [(fact, person) for fact, event in case.of(ApplicationSubmitted) for person in event.signed_by]
    found += [(fact, event.accepted_by) for fact, event in case.of(TermsAccepted)]
    found += [(fact, event.requisitioned_by) for fact, event in case.of(PaymentRequisitioned)]
    return found
