"""An auditor's inquiry: the population read from the stored texts, the report on it, and its roll."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from services.audit import trees
from services.audit.domain.questions import report
from services.audit.domain.questions.answer import Answer
from services.audit.domain.questions.population import READ, Fact, Population
from services.audit.domain.roll import READ as ROLL
from services.audit.domain.roll import Enrolled, Standing, Sums, counted, roll, summed
from shared.envelope import Envelope, concerns, event_of, unseal
from shared.http.lists import cursor, read_cursor
from shared.merkle import SIZE_MAX
from shared.refused import Unknown
from shared.words import Text

WANTED = """
select entry.source, entry.position, entry.text from entry
join unnest($1::text[], $2::text[]) as wanted (source, type) using (source, type)
order by entry.told_at, entry.source, entry.position
"""
SYSTEM = "system"
ENROLLED_PAGE = 60
AfterPlace = tuple[Annotated[int, msgspec.Meta(ge=0, le=SIZE_MAX)]]


class Elsewhere(msgspec.Struct, frozen=True):
    """A question that the trail cannot answer: which service can, under which path."""

    key: str
    question: Text
    service: str
    path: str


ELSEWHERE = (
    Elsewhere(
        "accounts_apart",
        Text("Har varje förening ett eget konto?", "Does each association have an account of its own?"),
        "payouts",
        "/shared-accounts",
    ),
)
"""What the trail has of an account is made so that two cannot be compared; payments alone can open them."""


class Report(msgspec.Struct, frozen=True):
    """What was answered at `made_at`, when each source's tree had so many entries. `holds` where every answer does."""

    made_at: datetime
    programme: UUID | None
    cases: int
    sizes: dict[str, int]
    holds: bool
    answers: list[Answer]
    elsewhere: tuple[Elsewhere, ...] = ELSEWHERE


async def inquire(connection: Any, programme: UUID | None) -> Report:
    """Raises Unknown where there is no such programme."""
    moment: datetime = await connection.fetchval("select clock_timestamp()")
    heads = await trees.heads(connection)
    population = await population_of(connection, programme, READ)
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
    everybody = roll(await population_of(connection, programme, ROLL))
    found = [case for case in everybody if standing in (None, case.standing)]
    shown = found[start : start + ENROLLED_PAGE]
    more = cursor(start + ENROLLED_PAGE) if start + ENROLLED_PAGE < len(found) else None
    return Enlisted(shown, more, len(found), counted(everybody), summed(found))


async def population_of(connection: Any, programme: UUID | None, wanted: frozenset[tuple[str, str]]) -> Population:
    """What the stored texts of these kinds tell, of all programmes or of one."""
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
