"""Conflicts of interest: everybody says about themselves, before they see the case, whether they have one.

KL 6:28–30; rule H7. A declared conflict bars at once, and whoever declared it does not take it back: from then on the
answer is 404.
"""

from __future__ import annotations

from uuid import UUID

from services.review.domain.case.commands import DeclareInterest
from services.review.domain.case.state import Case
from services.review.domain.guidelines import guidelines
from shared.catalogue.review import InterestDeclared
from shared.life import Circumstances, Decided
from shared.refused import FieldError, Refused, Unknown
from shared.words import Text


def declare(state: Case, command: DeclareInterest, circumstances: Circumstances) -> Decided:
    person = circumstances.actor.id
    refuse_barred(state, person)
    types = guidelines(circumstances, state.programme).rules.assessment.conflicts_of_interest.types
    if command.conflict is not None and command.conflict not in {one.key for one in types}:
        words = Text("Välj ett av slagen av jäv.", "Choose one of the kinds of conflict of interest.")
        raise Refused(words.sv, words.en, (FieldError("conflict", words),))
    if person in state.interests and state.interests[person] == command.conflict:
        return []
    return [InterestDeclared(person=person, conflict=command.conflict)]


def refuse_barred(state: Case, person: UUID) -> None:
    """Raises Unknown: for somebody with a conflict of interest the case does not exist."""
    if person in state.barred:
        raise Unknown


def refuse_undeclared(state: Case, person: UUID) -> None:
    """Raises Refused where the person has not said that they have no conflict of interest."""
    refuse_barred(state, person)
    if not state.is_free(person):
        raise Refused(
            "Svara först på om du har jäv i ärendet.",
            "First say whether you have a conflict of interest in the case.",
        )
