"""Subjects as a route finds them: of the right kind, and only for those for whom they exist."""

from typing import Any
from uuid import UUID

from services.review.domain.case.state import Case
from services.review.domain.guidelines import Guidelines
from shared.http.visit import Visit
from shared.life import State
from shared.programme import ProgrammeRules
from shared.refused import NotNow, Unknown


async def the_case(visit: Visit, subject: UUID) -> Case:
    """Raises Unknown where there is no such case, or none for this person (H7)."""
    state = await visit.see(subject)
    if not isinstance(state, Case):
        raise Unknown
    return state


async def not_barred(visit: Visit, subject: UUID) -> Case:
    """A case that something else is about. Raises Unknown as above."""
    state = await visit.office.book.read(visit.office.pool, subject)
    if not isinstance(state, Case) or visit.actor.id in state.barred:
        raise Unknown
    return state


async def the_rules(visit: Visit, programme: UUID) -> ProgrammeRules:
    state = await visit.office.book.read(visit.office.pool, programme)
    if not isinstance(state, Guidelines):
        raise NotNow("Programmets regler har inte kommit hit än.", "The programme's rules have not arrived here yet.")
    return state.rules


async def several(visit: Visit, subjects: tuple[UUID, ...]) -> dict[UUID, State]:
    """Many subjects in one statement."""
    pool: Any = visit.office.pool
    _, states = await visit.office.book.load(pool, subjects)
    return states
