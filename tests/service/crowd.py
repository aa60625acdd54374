"""A crowd: many rows in every list, copied from the row of something real and taken away again.

Only lists are read from them. Nothing behind them has ever happened, and they say nothing that due work would act on.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

from services.command.house import NAMES
from tests.service.house import TestedHouse
from tests.service.whole_fund import Everything

SOURCE = "crowd"
PARK = "insert into parked (source, position, subjects, event) values ($1, $2, $3, '')"


@dataclass(frozen=True)
class Copied:
    """The row of `of` in a view, and what each copy of it has to have of its own."""

    service: str
    table: str
    of: str
    own: Callable[[UUID], Mapping[str, object]] = lambda _: {}


VIEWS = (
    Copied("applications", "programme", "programme"),
    Copied("applications", "call", "call"),
    Copied("applications", "association", "association", lambda one: {"organisation_number": one.hex[:10]}),
    Copied("applications", "draft", "draft", lambda _: {"set_apart": True}),  # shown beside an application of its id
    Copied("applications", "application", "case", lambda one: {"number": one.hex}),
    Copied("review", "reviewed_case", "case"),
    Copied("review", "meeting", "meeting"),
    Copied("payouts", "grants", "case"),
    Copied("payouts", "payee", "association"),
    Copied("payouts", "payment", "payment", lambda one: {"case_id": one, "reference": one.hex}),
    Copied("payouts", "batch", "batch", lambda one: {"message_id": one.hex}),
    Copied("payouts", "recovery", "recovery", lambda one: {"case_id": one, "ocr": one.hex}),
    Copied("web", "account", "account", lambda _: {"proposals": 1}),
    Copied("web", "invitation", "invitation"),
    Copied("web", "help", "helper"),
    Copied("web", "letter", "letter", lambda one: {"case_id": one}),
)


@asynccontextmanager
async def crowd(house: TestedHouse, everything: Everything, size: int) -> AsyncIterator[None]:
    """One id stands in every list, so that what is shown with something else finds it there."""
    ids = [uuid4() for _ in range(size)]
    for view in VIEWS:
        await _copy(house, view, everything[view.of], ids)
    for name in NAMES:
        parked = [(SOURCE, at, [one]) for at, one in enumerate(ids)]
        await house.office(name).pool.executemany(PARK, parked)
    try:
        yield
    finally:
        for view in VIEWS:
            await house.office(view.service).pool.execute(f"delete from {view.table} where id = any($1)", ids)
        for name in NAMES:
            await house.office(name).pool.execute("delete from parked where source = $1", SOURCE)


async def _copy(house: TestedHouse, view: Copied, of: object, ids: Sequence[UUID]) -> None:
    pool = house.office(view.service).pool
    row = dict(await pool.fetchrow(f"select * from {view.table} where id = $1", UUID(str(of))))
    places = ", ".join(f"${at}" for at, _ in enumerate(row, start=1))
    copies = [tuple({**row, "id": one, **view.own(one)}.values()) for one in ids]
    await pool.executemany(f"insert into {view.table} ({', '.join(row)}) values ({places})", copies)
