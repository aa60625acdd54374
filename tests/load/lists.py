"""The list of cases over HTTP: its first page and its thousandth with 100 000 cases, against the same with 1 000.

Two houses stand side by side, one with many cases and one with few. Only their views are filled: had the cases been in
the journal, every service would be busy hearing of them. With few cases there is no thousandth page: the floor is the
last there is.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg

from services.command.house import service_named
from shared import views
from shared.catalogue import Event
from shared.catalogue.applications import ApplicationSubmitted, CaseRegistered
from shared.database import open_pool
from shared.http.lists import cursor
from shared.life import State
from shared.life_book import LifeBook
from tests.load.asking import ask, latencies_ms, request
from tests.load.frame import Measured, Reach, Row, Size, in_turn
from tests.load.fund import database_url, token_of
from tests.load.ground import PATIENCE_S, folder
from tests.load.running import house_on
from tests.load.seed import BATCH

MANY = 100_000
FEW = 1_000
PAGE = 50
FAR_PAGE = 1_000
ASKED = 400
CLIENTS = 4
SERIES = "B"


@dataclass(frozen=True)
class Register:
    """A running house with a number of cases in it."""

    port: int
    token: str
    far: str
    """The path of the page far in, or of the last."""

    async def first_page(self, asked: int) -> float:
        return await self._ask(f"/api/applications/cases?limit={PAGE}", asked)

    async def far_page(self, asked: int) -> float:
        return await self._ask(self.far, asked)

    async def _ask(self, path: str, asked: int) -> float:
        """The median, in milliseconds."""
        answers = await ask(self.port, [request("GET", path, self.token)] * asked, CLIENTS)
        return statistics.median(latencies_ms(answers))


async def measure(size: Size) -> Measured:
    async with folder() as path, AsyncExitStack() as stack:
        few = await register(stack, path / "few", FEW)
        many = await register(stack, path / "many", size.of(MANY))
        asked = size.of(ASKED)
        first = await in_turn(size.rounds, lambda: few.first_page(asked), lambda: many.first_page(asked))
        far = await in_turn(size.rounds, lambda: few.far_page(asked), lambda: many.far_page(asked))
    far.figures = {
        "first_page_ratio": first.ratio,
        "far_page_ratio": far.ratio,
        "first_page_ms": statistics.median(first.rows),
    }
    return far


async def register(stack: AsyncExitStack, data: Path, cases: int) -> Register:
    async with house_on(data):
        await fill_with_cases(data, cases)
    house = await stack.enter_async_context(house_on(data, "--demo"))
    far_page = min(FAR_PAGE, cases // PAGE)
    return Register(house.port, await token_of("officer", house.port), await path_of(data, far_page))


async def fill_with_cases(data: Path, cases: int) -> None:
    book = LifeBook(service_named("applications").kinds)
    pool = await open_pool(database_url(data, "applications"), 1, PATIENCE_S)
    try:
        states = map(partial(folded, book), lives(cases))
        while batch := list(islice(states, BATCH)):
            await views.write(pool, book, batch)
        await pool.execute(
            "insert into clear (owner, field, text) select id, 'title', 'Träffar i ' || number from application"
        )
    finally:
        await pool.close()


def folded(book: LifeBook, events: Sequence[Event]) -> State:
    subject = uuid4()
    state: State | None = None
    for event in events:
        state = book.follow(state, event, subject)
    assert state is not None
    return state


def lives(cases: int) -> Iterator[tuple[Event, ...]]:
    """Cases as they are when they have just been sent in, one every ten seconds, in twenty calls."""
    programme, calls, associations = uuid4(), [uuid4() for _ in range(20)], [uuid4() for _ in range(500)]
    first = datetime.now(UTC) - timedelta(seconds=10 * cases)
    for number in range(1, cases + 1):
        received_at = first + timedelta(seconds=10 * number)
        yield case(programme, calls[number % 20], associations[number % 500], number, received_at)


def case(
    programme: UUID, call: UUID, association: UUID, number: int, received_at: datetime
) -> tuple[ApplicationSubmitted, CaseRegistered]:
    return (
        ApplicationSubmitted(
            programme=programme,
            call=call,
            association=association,
            amount_applied_ore=500_000,
            received_at=received_at,
            signed_by=(association,),
            content="0" * 64,
        ),
        CaseRegistered(
            programme=programme,
            call=call,
            association=association,
            number=f"{SERIES} {received_at.year}-{number:04d}",
            series=SERIES,
            year=received_at.year,
            running=number,
            amount_applied_ore=500_000,
            received_at=received_at,
        ),
    )


async def path_of(data: Path, page: int) -> str:
    """The address of a page, as following `next` from the first would lead to it."""
    connection = await asyncpg.connect(database_url(data, "applications"))
    try:
        last = await connection.fetchrow(
            "select received_at, id from application order by received_at desc, id desc offset $1 limit 1",
            (page - 1) * PAGE - 1,
        )
    finally:
        await connection.close()
    return f"/api/applications/cases?limit={PAGE}&after={cursor(last['received_at'], last['id'])}"


ROW = Row(
    name="lists",
    what="list page of cases over HTTP, page 1 000 of 100 000 cases",
    floor="the last page of 1 000 cases",
    unit="ms",
    reaches=(Reach("first_page_ratio", at_most=1.5), Reach("far_page_ratio", at_most=1.5)),
    measure=measure,
)
