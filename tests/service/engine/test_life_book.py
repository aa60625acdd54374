"""Reading subjects: what is asked for at the same moment is read together, and nobody is told an old story for it."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from shared.life_book import LifeBook
from tests.service.engine.box.domain import OpenBox, PutThing
from tests.service.engine.box.services import BOXES
from tests.service.engine.yard import Yard, ticket

ROOM = UUID(int=7)


async def boxes(yard: Yard, number: int) -> tuple[Any, list[UUID]]:
    """A pool, and boxes with one thing in each."""
    pool = await yard.pool("box")
    desk = await yard.desk(pool)
    made = [uuid4() for _ in range(number)]
    for box in made:
        await desk.do(ticket(OpenBox(subject=box, room=ROOM)))
        await desk.do(ticket(PutThing(subject=box, weight=3)))
    return pool, made


async def test_what_is_asked_for_at_once_is_read_in_one_statement(yard: Yard) -> None:
    pool, made = await boxes(yard, 3)
    nobodys = uuid4()
    asked: list[Any] = []

    async with pool.acquire() as connection:
        connection.add_query_logger(asked.append)
        book = LifeBook(BOXES.kinds)
        found = await asyncio.gather(*(book.see(connection, one) for one in (*made, nobodys, made[0])))
        connection.remove_query_logger(asked.append)

    assert [one.state.id if one.state else None for one in found] == [*made, None, made[0]]
    assert len({one.at for one in found}) == 1
    assert len(asked) == 1


async def test_whoever_asks_while_others_are_read_sees_all_that_was_told_before_they_asked(yard: Yard) -> None:
    pool, (box,) = await boxes(yard, 1)
    desk, book = await yard.desk(pool), LifeBook(BOXES.kinds)

    for version in range(3, 9):
        earlier = asyncio.create_task(book.read(pool, box))
        await asyncio.sleep(0)
        await desk.do(ticket(PutThing(subject=box, weight=1)))
        under_way = asyncio.create_task(book.read(pool, box))
        state = await book.read(pool, box)
        assert state is not None
        assert state.version == version
        assert (await under_way) == state
        assert (await earlier) is not None


async def test_what_cannot_be_read_is_told_to_those_alone_who_want_it(yard: Yard) -> None:
    pool, (first, second, broken) = await boxes(yard, 3)
    await yard.as_superuser(
        "box",
        "insert into journal (position, subject_id, version, type, event)"
        f" select max(position) + 1, '{broken}', 3, 'thing.put', '{{}}' from journal returning position",
    )
    book = LifeBook(BOXES.kinds)

    found = await asyncio.gather(*(book.read(pool, one) for one in (first, broken, second)), return_exceptions=True)

    assert [getattr(one, "id", None) for one in found] == [first, None, second]
    assert isinstance(found[1], msgspec.ValidationError)


async def test_a_database_that_does_not_answer_is_asked_once_for_all(yard: Yard) -> None:
    pool, made = await boxes(yard, 2)
    book = LifeBook(BOXES.kinds)
    await pool.close()

    found = await asyncio.gather(*(book.read(pool, one) for one in made), return_exceptions=True)

    assert [type(one) for one in found] == [asyncpg.InterfaceError] * 2
    assert found[0] is found[1]
