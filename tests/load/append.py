"""Append to the journal with a view row, through the desk, by eight writers at once.

The floor makes the same two inserts, with the same texts and the same pool, into plain tables, one transaction each.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID, uuid4

from services.web.domain.account import OpenAccount
from shared.catalogue.web import AccountOpened
from shared.desk import Desk
from shared.docket import Ticket
from shared.envelope import Because, seal
from shared.identity import FUND
from shared.life_book import LifeBook
from tests.load.frame import Measured, Reach, Row, Size, in_turn
from tests.load.ground import Ground, ground_of

Item = TypeVar("Item")

WRITERS = 8
FULL = 8_000
BECAUSE = Because(correlation="benchmark")

PLAIN = """
create table plain.fact (
    position bigint generated always as identity primary key, subject_id uuid not null, version integer not null,
    type text not null, event json not null, recorded_at timestamptz not null default clock_timestamp()
);
create table plain.account (id uuid primary key, version integer, status text, demo boolean, posts integer);
"""
FACT = "insert into plain.fact (subject_id, version, type, event) values ($1, 1, $2, $3)"
ACCOUNT = "insert into plain.account (id, version, status, demo, posts) values ($1, 1, 'active', false, 0)"


async def measure(size: Size) -> Measured:
    async with ground_of("web") as ground:
        await ground.plain(PLAIN)
        number = size.of(FULL)
        return await in_turn(size.rounds, lambda: plainly(ground, number), lambda: through_the_desk(ground, number))


async def plainly(ground: Ground, number: int) -> float:
    at = await ground.pool.fetchval("select clock_timestamp()")
    texts = [
        (subject := uuid4(), seal(AccountOpened(demo=False), subject, 1, at, FUND, BECAUSE)) for _ in range(number)
    ]

    async def write(one: tuple[UUID, str]) -> None:
        async with ground.pool.acquire() as connection, connection.transaction():
            await connection.execute(ACCOUNT, one[0])
            await connection.execute(FACT, one[0], AccountOpened.type, one[1])

    return await per_second(texts, write)


async def through_the_desk(ground: Ground, number: int) -> float:
    desk = Desk("web", ground.pool, LifeBook(ground.service.kinds), ground.service.policy, lambda: None)
    tickets = [
        Ticket(
            operation="react",
            command=OpenAccount(subject=uuid4()),
            actor=FUND,
            because=BECAUSE,
            started=time.monotonic(),
        )
        for _ in range(number)
    ]
    return await per_second(tickets, desk.do)


async def per_second(items: list[Item], write: Callable[[Item], Awaitable[object]]) -> float:
    """The rate at which `WRITERS` get all written, each one at a time."""
    waiting = iter(items)

    async def writer() -> None:
        for item in waiting:
            await write(item)

    began = time.perf_counter()
    await asyncio.gather(*(writer() for _ in range(WRITERS)))
    return len(items) / (time.perf_counter() - began)


ROW = Row(
    name="append",
    what="append to the journal with a view row, 8 writers",
    floor="the same two inserts with the same pool into plain tables",
    unit="/s",
    reaches=(Reach(at_least=1.0),),
    measure=measure,
)
