"""Subjects as a route finds them: of the right kind, and only for those for whom they exist."""

import asyncio
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


async def the_case_with_rules(visit: Visit, subject: UUID) -> tuple[Case, ProgrammeRules]:
    """Both looked up at once: a case stays in its programme, which this process knows once it has met the case. Raises
    as `the_case` does, whatever there is to say of the rules (H7)."""
    known = visit.office.book.peek(subject)
    programme = (known if isinstance(known, Case) else await the_case(visit, subject)).programme
    case, rules = await asyncio.gather(the_case(visit, subject), the_rules(visit, programme), return_exceptions=True)
    if isinstance(case, BaseException):
        raise case
    if isinstance(rules, BaseException):
        raise rules
    return case, rules


async def several(visit: Visit, subjects: tuple[UUID, ...]) -> dict[UUID, State]:
    """Many subjects in one statement."""
    pool: Any = visit.office.pool
    _, states = await visit.office.book.load(pool, subjects)
    return states
