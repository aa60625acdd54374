"""Samples: cases drawn at random from the register as it was at some moment, and those that stand on record.

A sample follows from its seed, its size and how far the register had come. So one that is on record is drawn again,
and what was told of it (the root of the book, how many cases there were) is counted again, each time it is shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.audit import sample, trees
from services.audit.domain.questions.population import Population
from services.audit.inquiry import population_of
from services.audit.proofs import NoSuchSize
from shared.catalogue.applications import CaseRegistered
from shared.catalogue.web import SampleDrawn
from shared.envelope import event_of, unseal
from shared.merkle import root_at, root_needs, stored_nodes
from shared.refused import Unknown

REGISTER = CaseRegistered.source
REGISTERED = frozenset({(CaseRegistered.source, CaseRegistered.type)})
LISTED_MAX = 100

RECORDED = """
select position, subject, text from entry where source = $1 and type = $2 and ($3::uuid is null or subject = $3)
order by position desc limit $4
"""


class Drawn(msgspec.Struct, frozen=True):
    case: UUID
    number: str


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """`cases` in the order they were drawn, from the `of` that were registered among the first `register` facts of
    applications' book. `root` is what those hash to, in hexadecimal. The same seed and register give the same."""

    seed: str
    size: int
    programme: UUID | None
    register: int
    root: str
    of: int
    cases: list[Drawn]


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A sample as it was told: `position` is its place in web's book. `holds` says that the book had that root then,
    and so many cases, as audit counts them now."""

    id: UUID
    drawn_by: UUID
    drawn_at: datetime
    position: int
    seed: str
    size: int
    programme: UUID | None
    register: int
    root: str
    of: int
    holds: bool


class Redrawn(Recorded, frozen=True, kw_only=True):
    """With the cases, drawn again just now."""

    cases: list[Drawn]


async def draw(connection: Any, programme: UUID | None, seed: str, size: int, register: int | None) -> Sample:
    """From the register as it stands, or as it was after `register` facts. Raises NoSuchSize."""
    head = await trees.head(connection, REGISTER)
    at = head.size if register is None else register
    if not 0 <= at <= head.size:
        raise NoSuchSize("register", head.size)
    numbers = _registered(await population_of(connection, programme, REGISTERED), programme, at)
    return Sample(
        seed=seed,
        size=size,
        programme=programme,
        register=at,
        root=(await _roots(connection, [at]))[at],
        of=len(numbers),
        cases=_drawn(seed, numbers, size),
    )


async def recorded(connection: Any) -> list[Recorded]:
    """Those on record, the latest first."""
    return [told for told, _ in await _recorded(connection, None, LISTED_MAX)]


async def redrawn(connection: Any, id_: UUID) -> Redrawn:
    """One that is on record. Raises Unknown."""
    found = await _recorded(connection, id_, 1)
    if not found:
        raise Unknown
    ((told, numbers),) = found
    return Redrawn(**msgspec.structs.asdict(told), cases=_drawn(told.seed, numbers, told.size))


async def _recorded(connection: Any, id_: UUID | None, limit: int) -> list[tuple[Recorded, dict[UUID, str]]]:
    """Each with the register that it was drawn from."""
    rows = await connection.fetch(RECORDED, SampleDrawn.source, SampleDrawn.type, id_, limit)
    told = [(row, envelope, event_of(envelope)) for row in rows for envelope in (unseal(row["text"]),)]
    samples = [(row, envelope, event) for row, envelope, event in told if isinstance(event, SampleDrawn)]
    if not samples:
        return []
    everybody = await population_of(connection, None, REGISTERED)
    roots = await _roots(connection, {event.register for _, _, event in samples})
    found = []
    for row, envelope, event in samples:
        numbers = _registered(everybody, event.programme, event.register)
        one = Recorded(
            id=row["subject"],
            drawn_by=event.drawn_by,
            drawn_at=datetime.fromisoformat(envelope.time),
            position=row["position"],
            seed=event.seed,
            size=event.size,
            programme=event.programme,
            register=event.register,
            root=event.root,
            of=event.of,
            holds=roots.get(event.register) == event.root and len(numbers) == event.of,
        )
        found.append((one, numbers))
    return found


def _registered(population: Population, programme: UUID | None, register: int) -> dict[UUID, str]:
    """Number by case, of those that the register had by then."""
    return {
        case.id: case.number
        for case in population.cases
        if case.registered.position <= register and programme in (None, case.event.programme)
    }


def _drawn(seed: str, numbers: dict[UUID, str], size: int) -> list[Drawn]:
    return [Drawn(case, numbers[case]) for case in sample.drawn(seed, numbers, size)]


async def _roots(connection: Any, sizes: Collection[int]) -> dict[int, str]:
    """Of the register's book at each of these sizes, in hexadecimal; none for one that it never had."""
    head = await trees.head(connection, REGISTER)
    there = [size for size in sizes if 0 <= size < head.size]
    node_at = stored_nodes((await trees.nodes(connection, {REGISTER: _needs(there)}))[REGISTER])
    found = {size: root_at(size, node_at).hex() for size in there}
    return {**found, head.size: head.root.hex()}


def _needs(sizes: Iterable[int]) -> list[Any]:
    return [need for size in sizes for need in root_needs(size)]
