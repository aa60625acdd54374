"""Folding a service's journal and writing its views anew, events per second, against reading the journal alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from uuid import UUID, uuid4

from shared.catalogue import Event
from shared.catalogue.web import AccountOpened, RoleGranted, RoleWithdrawn
from shared.identity import Role
from shared.journal import entries
from shared.life_book import LifeBook
from shared.views import REBUILD_BATCH, rebuild
from tests.load.frame import Measured, Reach, Row, Size, in_turn
from tests.load.ground import Ground, ground_of
from tests.load.seed import fill

FULL = 12_000
"""Subjects, of five events each."""


async def measure(size: Size) -> Measured:
    async with ground_of("web") as ground:
        number = await fill(ground.pool, lives(size.of(FULL)))
        book = LifeBook(ground.service.kinds)
        return await in_turn(size.rounds, lambda: reading(ground, number), lambda: rebuilding(ground, book, number))


def lives(subjects: int) -> Iterator[tuple[Event, ...]]:
    administrator, association = uuid4(), uuid4()
    for _ in range(subjects):
        yield account(administrator, association)


def account(administrator: UUID, association: UUID) -> tuple[Event, ...]:
    return (
        AccountOpened(demo=False),
        RoleGranted(role=Role.APPLICANT, association=association, granted_by=administrator),
        RoleGranted(role=Role.SIGNATORY, association=association, granted_by=administrator),
        RoleWithdrawn(role=Role.SIGNATORY, association=association, withdrawn_by=administrator),
        RoleGranted(role=Role.HELPER, association=association, granted_by=administrator),
    )


async def reading(ground: Ground, number: int) -> float:
    began = time.perf_counter()
    position = 0
    async with ground.pool.acquire() as connection:
        while batch := await entries(connection, position, REBUILD_BATCH):
            position = batch[-1][0]
    assert position == number
    return number / (time.perf_counter() - began)


async def rebuilding(ground: Ground, book: LifeBook, number: int) -> float:
    began = time.perf_counter()
    async with ground.pool.acquire() as connection, connection.transaction():
        assert await rebuild(connection, book) == number
    return number / (time.perf_counter() - began)


ROW = Row(
    name="rebuild",
    what="fold a journal and write its views anew",
    floor="reading the journal alone",
    unit="events/s",
    reaches=(Reach(at_least=0.1),),
    measure=measure,
)
