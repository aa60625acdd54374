"""The journal: numbered without gaps in the order of commits, whoever writes at once, and only ever added to."""

from __future__ import annotations

import asyncio
import random

import asyncpg
import pytest

from shared.journal import append, entries, head
from tests.service.engine.yard import Yard, texts, things, written

WRITERS = 32
ROUNDS = 12


class RolledBack(Exception):
    """The writer changed its mind."""


async def open_for_all(yard: Yard) -> asyncpg.Pool:
    """A connection for each writer, made one after the other: many at once may each take longer than one may."""
    pool = await yard.pool("box", WRITERS)
    for connection in [await pool.acquire() for _ in range(WRITERS)]:
        await pool.release(connection)
    return pool


async def test_thirty_two_writers_and_their_roll_backs_leave_no_gap(yard: Yard) -> None:
    pool = await open_for_all(yard)
    chance = random.Random(1)
    kept: list[tuple[int, str]] = []

    async def write() -> None:
        for _ in range(ROUNDS):
            facts = things(chance.randint(1, 3))
            try:
                async with pool.acquire() as connection, connection.transaction():
                    last = await append(connection, facts)
                    if chance.random() < 0.3:
                        raise RolledBack
                kept.extend((last - len(facts) + number, fact.text) for number, fact in enumerate(facts, start=1))
            except RolledBack:
                continue

    await asyncio.gather(*(write() for _ in range(WRITERS)))

    numbers = [row["position"] for row in await pool.fetch("select position from journal order by position")]
    assert numbers == list(range(1, len(kept) + 1))
    assert await head(pool) == len(kept)
    assert [text for _, text in sorted(kept)] == await texts(pool)


async def test_whoever_reads_beyond_a_number_never_finds_a_smaller_one_later(yard: Yard) -> None:
    pool = await open_for_all(yard)
    seen: list[int] = []
    done = asyncio.Event()

    async def follow() -> None:
        while not done.is_set() or seen[-1:] != [await head(pool)]:
            seen.extend(number for number, _, _ in await entries(pool, seen[-1] if seen else 0, 1_000))
            await asyncio.sleep(0)

    following = asyncio.create_task(follow())
    await asyncio.gather(*(written(pool, things(2)) for _ in range(100)))
    done.set()
    await following

    assert seen == list(range(1, 201))


async def test_one_subject_has_one_history(yard: Yard) -> None:
    pool = await yard.pool("box")
    (first,) = things(1)
    await written(pool, [first])

    with pytest.raises(asyncpg.UniqueViolationError):
        await written(pool, [first])

    assert await head(pool) == 1


@pytest.mark.parametrize(
    "statement", ["update journal set type = 'thing.lost'", "delete from journal", "truncate journal"]
)
async def test_the_service_may_only_add_to_its_journal(yard: Yard, statement: str) -> None:
    pool = await yard.pool("box")
    await written(pool, things(1))

    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied"):
        await pool.execute(statement)


@pytest.mark.parametrize(
    "statement", ["update journal set type = 'thing.lost'", "delete from journal", "truncate journal"]
)
async def test_not_even_the_owner_alters_the_journal(yard: Yard, statement: str) -> None:
    await written(await yard.pool("box"), things(1))
    owner = await asyncpg.connect(yard.addresses.services["box"].owner_url)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="only ever added to"):
            await owner.execute(statement)

        async with owner.transaction():  # the control: without the trigger nothing stands in the owner's way
            await owner.execute("alter table journal disable trigger user")
            await owner.execute(statement)
            await owner.execute("alter table journal enable trigger user")
    finally:
        await owner.close()


async def test_an_event_longer_than_the_broker_takes_is_never_written(yard: Yard) -> None:
    pool = await yard.pool("box")
    (fact,) = things(1)
    long = fact.text.replace("a test of the engine", "x" * 262_144)

    with pytest.raises(asyncpg.CheckViolationError):
        await pool.execute(
            "insert into journal (position, subject_id, version, type, event) values (1, $1, 1, 'thing.put', $2)",
            fact.subject,
            long,
        )


async def test_the_service_reaches_no_other_services_database(yard: Yard) -> None:
    stranger = yard.addresses.services["box"].database_url.rpartition("/")[0] + "/shelf"

    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(stranger)
