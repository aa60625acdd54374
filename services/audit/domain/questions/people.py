"""Did those who signed bind their association? And does one person act for two associations? The latter may be quite in
order; it is what an auditor wants to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from services.audit.domain.questions.answer import Answer, Finding, answer, places
from services.audit.domain.questions.population import Case, Fact, Population
from shared.catalogue.applications import SIGNED_PAPER, ApplicationSubmitted, SetDown
from shared.catalogue.payouts import PaymentRequisitioned, TermsAccepted
from shared.catalogue.signing import ApplicationSigned, SignatureVoided
from shared.words import Text

BOUND = Text(
    "Skrev så många under varje ansökan som föreningen säger att det behövs?",
    "Did as many sign each application as the association says it takes?",
)
QUESTION = Text("Skriver ingen under för två föreningar?", "Does nobody sign for two associations?")


def bound_the_association(population: Population, now: datetime) -> Answer:
    """By how many it takes, as the fact of sending in tells it, and by the first signature under the very same text,
    unless that was taken back."""
    sent = [(case, fact, event) for case in population.cases for fact, event in case.of(ApplicationSubmitted)]
    first: dict[UUID, object] = {}
    for fact in population.facts:
        match fact.event:
            case ApplicationSigned() as event:
                first[fact.subject] = (event.draft, event.content, event.attachments, event.signed_by)
            case SignatureVoided():
                first.pop(fact.subject, None)
    found = [
        Finding(words, case.id, case.number, places(fact))
        for case, fact, event in sent
        for words in _signatures_missing(fact, event, first.values())
    ]
    return answer("signed", BOUND, len(sent), found)


def _signatures_missing(sent: Fact, event: ApplicationSubmitted, first: Collection[object]) -> Iterator[Text]:
    if event.set_down is not None and not event.signed_by:
        yield from _missing_on_paper(event, event.set_down)
        return
    *earlier, last = event.signed_by or (sent.actor,)
    if len(set(event.signed_by)) < event.signatures:
        yield Text(
            f"Det behövs {event.signatures} underskrifter av olika personer.",
            f"It takes the signatures of {event.signatures} different people.",
        )
    if last != sent.actor:
        yield Text("Någon annan skickade in den än den som skrev under.", "Somebody else sent it in than who signed.")
    if any((sent.subject, event.content, event.attachments, person) not in first for person in earlier):
        yield Text(
            "Den första underskriften gäller inte samma text.", "The first signature is not under the same text."
        )


def _missing_on_paper(event: ApplicationSubmitted, set_down: SetDown) -> Iterator[Text]:
    """Signed by hand: what whoever registered it counted on the paper, and that there is a picture of it to look at."""
    if set_down.signed_on_paper < event.signatures:
        yield Text(
            f"Det behövs {event.signatures} underskrifter, och pappret har {set_down.signed_on_paper}.",
            f"It takes {event.signatures} signatures, and the paper has {set_down.signed_on_paper}.",
        )
    if all(one.key != SIGNED_PAPER for one in event.attachments):
        yield Text("Det underskrivna pappret saknas bland bilagorna.", "The signed paper is not among the attachments.")


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
