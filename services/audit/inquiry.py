"""An auditor's inquiry: the population read from the stored texts, the report on it, and a sample of its cases."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from services.audit import sample, trees
from services.audit.domain.questions import report
from services.audit.domain.questions.answer import Answer
from services.audit.domain.questions.population import READ, Fact, Population
from services.audit.domain.roll import READ as ROLL
from services.audit.domain.roll import Enrolled, Standing, Sums, counted, roll, summed
from shared.catalogue.applications import CaseRegistered
from shared.envelope import Envelope, concerns, event_of, unseal
from shared.http.lists import cursor, read_cursor
from shared.merkle import SIZE_MAX
from shared.refused import Unknown

WANTED = """
select entry.source, entry.position, entry.text from entry
join unnest($1::text[], $2::text[]) as wanted (source, type) using (source, type)
order by entry.told_at, entry.source, entry.position
"""
SYSTEM = "system"
ENROLLED_PAGE = 60
AfterPlace = tuple[Annotated[int, msgspec.Meta(ge=0, le=SIZE_MAX)]]


class Report(msgspec.Struct, frozen=True):
    """What was answered at `made_at`, when each source's tree had so many entries. `holds` where every answer does."""

    made_at: datetime
    programme: UUID | None
    cases: int
    sizes: dict[str, int]
    holds: bool
    answers: list[Answer]


class Drawn(msgspec.Struct, frozen=True):
    case: UUID
    number: str


class Sample(msgspec.Struct, frozen=True):
    """`cases` in the order they were drawn from a register of `of`. The same seed and register give the same."""

    seed: str
    of: int
    cases: list[Drawn]


async def inquire(connection: Any, programme: UUID | None) -> Report:
    """Raises Unknown where there is no such programme."""
    moment: datetime = await connection.fetchval("select clock_timestamp()")
    heads = await trees.heads(connection)
    population = await _population(connection, programme, READ)
    if programme is not None and programme not in population.rules:
        raise Unknown
    answers = report(population, moment)
    return Report(
        made_at=moment,
        programme=programme,
        cases=len(population.cases),
        sizes={head.source: head.size for head in heads},
        holds=all(each.holds for each in answers),
        answers=answers,
    )


async def draw(connection: Any, programme: UUID | None, seed: str, size: int) -> Sample:
    population = await _population(connection, programme, frozenset({(CaseRegistered.source, CaseRegistered.type)}))
    numbers = {case.id: case.number for case in population.cases}
    cases = [Drawn(case, numbers[case]) for case in sample.drawn(seed, numbers, size)]
    return Sample(seed, len(numbers), cases)


class Enlisted(msgspec.Struct, frozen=True):
    """A page of the roll. `counts` are of all cases that were asked about, `of` and `sums` of those that stand where
    was asked."""

    items: list[Enrolled]
    next: str | None
    of: int
    counts: dict[str, int]
    sums: Sums


async def enlist(connection: Any, programme: UUID | None, standing: Standing | None, after: str | None) -> Enlisted:
    """Raises WrongCursor."""
    start: int = (read_cursor(after, AfterPlace) or (0,))[0]
    everybody = roll(await _population(connection, programme, ROLL))
    found = [case for case in everybody if standing in (None, case.standing)]
    shown = found[start : start + ENROLLED_PAGE]
    more = cursor(start + ENROLLED_PAGE) if start + ENROLLED_PAGE < len(found) else None
    return Enlisted(shown, more, len(found), counted(everybody), summed(found))


async def _population(connection: Any, programme: UUID | None, wanted: frozenset[tuple[str, str]]) -> Population:
    kinds = sorted(wanted)
    rows = await connection.fetch(WANTED, [source for source, _ in kinds], [kind for _, kind in kinds])
    facts = (_fact(row["source"], row["position"], unseal(row["text"])) for row in rows)
    return Population(facts, programme)


def _fact(source: str, position: int, envelope: Envelope) -> Fact:
    return Fact(
        source=source,
        position=position,
        at=datetime.fromisoformat(envelope.time),
        subject=envelope.subject,
        actor=envelope.authid,
        is_fund=envelope.authtype == SYSTEM,
        event=event_of(envelope),
        concerned=concerns(envelope),
    )
