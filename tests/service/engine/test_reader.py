"""The reader: every event of a stream exactly once and in order. Each safeguard has its control."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from shared.broker import Broker, Deaf, Pull
from shared.database import LOCK_TIMEOUT_MS
from shared.parked import Entry
from shared.reader import Gap, Reader
from shared.workers import Workers
from tests.service.engine.yard import Yard, level, texts, things, until, written

FACTS = 400


class Ledger:
    """Writes down what it hears, line by line; stumbles where it is told to."""

    def __init__(self, stumble: Exception | None = None, at: int = 0) -> None:
        self._stumble = stumble
        self._at = at

    def heeds(self, entry: Entry) -> bool:
        return True

    async def apply(self, connection: Any, entries: Sequence[Entry]) -> bool:
        for entry in entries:
            await connection.execute(
                "insert into heard (position, event) values ($1, $2)", entry.position, entry.text.decode()
            )
            if entry.position == self._at and self._stumble is not None:
                stumble, self._stumble = self._stumble, None
                raise stumble
        return True

    def committed(self, applied: Any) -> None:
        """Nothing is remembered."""


async def tell(yard: Yard, count: int) -> None:
    await written(await yard.pool("box"), things(count))
    await level(await yard.relay())


async def heard(yard: Yard) -> list[tuple[int, str]]:
    rows = await (await yard.pool("shelf")).fetch("select position, event from heard order by line")
    return [(row["position"], row["event"]) for row in rows]


async def until_bookmark(yard: Yard, position: int) -> None:
    pool = await yard.pool("shelf")

    async def there() -> bool:
        return bool(await pool.fetchval("select position from bookmark where source = 'box'") == position)

    await until(there, f"bookmark {position}")


async def everything(yard: Yard) -> list[tuple[int, str]]:
    return list(enumerate(await texts(await yard.pool("box")), start=1))


def errors(workers: Workers) -> list[str]:
    return [health.error for health in workers.health.values() if health.error]


async def test_a_reader_hears_everything_once_and_in_order(yard: Yard) -> None:
    yard.run("reader", (await yard.reader(Ledger())).run)
    yard.run("relay", (await yard.relay()).run)
    pool = await yard.pool("box")
    await asyncio.gather(*(written(pool, things(10)) for _ in range(FACTS // 10)))

    await until_bookmark(yard, FACTS)

    assert await heard(yard) == await everything(yard)


async def test_two_readers_hear_everything_once_and_in_order_and_are_both_well(yard: Yard) -> None:
    workers = [yard.run("reader", (await yard.reader(Ledger())).run) for _ in range(2)]
    yard.run("relay", (await yard.relay()).run)
    pool = await yard.pool("box")
    for _ in range(FACTS // 10):
        await written(pool, things(10))

    await until_bookmark(yard, FACTS)

    assert await heard(yard) == await everything(yard)
    assert [errors(one) for one in workers] == [[], []]


async def test_a_bookmark_that_another_reader_holds_for_long_is_waited_for(yard: Yard) -> None:
    await tell(yard, 5)
    workers = yard.run("reader", (await yard.reader(Ledger())).run)
    await until_bookmark(yard, 5)

    async with (await yard.pool("shelf")).acquire() as another, another.transaction():
        await another.execute("select from bookmark for update")
        await tell(yard, 5)
        await asyncio.sleep(1.2 * LOCK_TIMEOUT_MS / 1_000)

    await until_bookmark(yard, 10)
    assert await heard(yard) == await everything(yard)
    assert errors(workers) == []


async def with_a_hole(yard: Yard) -> None:
    facts = [msgspec.structs.replace(fact, type=f"t{number % 9}") for number, fact in enumerate(things(10))]
    await written(await yard.pool("box"), facts)
    await yard.remake_stream("box", max_msgs_per_subject=1)  # the tenth takes the place of the first
    await level(await yard.relay(looks_for_holes=False))
    assert (await yard.stream()).messages == 9


async def test_a_reader_stops_before_a_gap_and_goes_on_when_the_stream_is_whole(yard: Yard) -> None:
    await with_a_hole(yard)
    reader = await yard.reader(Ledger())

    with pytest.raises(Gap, match="2 came where 1 should"):
        await reader.run()
    assert await heard(yard) == []

    await yard.remake_stream("box")
    await (await yard.relay()).forward()
    yard.run("reader", reader.run)
    await until_bookmark(yard, 10)
    assert await heard(yard) == await everything(yard)


async def test_control_without_looking_for_gaps_an_event_is_lost(yard: Yard) -> None:
    await with_a_hole(yard)

    yard.run("reader", (await yard.reader(Ledger(), checks_gaps=False)).run)
    await until_bookmark(yard, 10)

    assert len(await heard(yard)) == 9


async def stumbled(yard: Yard, **safeguards: bool) -> list[int]:
    """What was heard where the effect failed halfway through, for a reason that says nothing about the event."""
    await tell(yard, 20)
    yard.run("reader", (await yard.reader(Ledger(ConnectionResetError(), at=10), **safeguards)).run)
    await until_bookmark(yard, 20)
    await asyncio.sleep(0.3)  # time enough for the reader to start again
    return [position for position, _ in await heard(yard)]


async def test_the_bookmark_moves_with_the_effect_or_not_at_all(yard: Yard) -> None:
    assert await stumbled(yard) == list(range(1, 21))


async def test_control_a_bookmark_moved_ahead_of_the_effect_loses_events(yard: Yard) -> None:
    assert await stumbled(yard, moves_with_effect=False) != list(range(1, 21))


async def test_a_reader_stopped_in_the_middle_of_its_work_goes_on_where_it_was(yard: Yard) -> None:
    await tell(yard, FACTS)
    chance = random.Random(1)
    for _ in range(30):
        workers = yard.run("reader", (await yard.reader(Ledger())).run)
        await asyncio.sleep(chance.random() * 0.05)
        await workers.stop()
    yard.run("reader", (await yard.reader(Ledger())).run)

    await until_bookmark(yard, FACTS)

    assert await heard(yard) == await everything(yard)


async def test_a_reader_whose_broker_freezes_opens_anew(yard: Yard) -> None:
    workers = yard.run("reader", (await yard.reader(Ledger())).run)
    await tell(yard, 5)
    await until_bookmark(yard, 5)
    assert yard.embedded.broker.pid is not None

    os.kill(yard.embedded.broker.pid, signal.SIGSTOP)
    try:

        async def noticed() -> bool:
            return any("Deaf" in error for error in errors(workers))

        await until(noticed, "the silence is noticed")
    finally:
        os.kill(yard.embedded.broker.pid, signal.SIGCONT)
    await tell(yard, 5)

    await until_bookmark(yard, 10)
    assert await heard(yard) == await everything(yard)


async def test_a_reader_whose_connection_has_gone_deaf_connects_anew(yard: Yard) -> None:
    broker = yard.broker("shelf")

    async def moved(source: str, position: int) -> None:
        """Nobody waits for it."""

    yard.run("reader", Reader("shelf", "box", await yard.pool("shelf"), broker, Ledger(), moved).run)
    await tell(yard, 5)
    await until_bookmark(yard, 5)

    (await broker.client())._reading_task.cancel()  # what a timed-out request can do to nats-py, unseen
    await tell(yard, 5)

    await until_bookmark(yard, 10)
    assert await heard(yard) == await everything(yard)


async def gone_deaf(broker: Broker) -> int:
    """How often the connection is made anew when three that share it hear nothing any more."""
    async with Pull(broker, "box", 6) as one, Pull(broker, "box", 6) as two, Pull(broker, "box", 6) as three:
        listening = []
        for pull in (one, two, three):
            listening.append(asyncio.create_task(pull.batch(10)))
            await asyncio.sleep(0.7)  # they ask one after the other, and lose patience so
        (await broker.client())._reading_task.cancel()
        answers = await asyncio.gather(*listening, return_exceptions=True)
    assert [type(answer) for answer in answers] == [Deaf] * 3
    return broker.renewals


async def test_readers_that_share_a_connection_do_not_drop_it_for_each_other_in_turn(yard: Yard) -> None:
    await tell(yard, 5)
    assert await gone_deaf(yard.broker("shelf")) == 1


async def test_control_each_that_hears_nothing_drops_it_for_all_of_them(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    careful = Broker.anew
    monkeypatch.setattr(Broker, "anew", lambda broker, since: careful(broker, broker.renewals))
    await tell(yard, 5)
    assert await gone_deaf(yard.broker("shelf")) > 1


async def test_a_stream_deleted_and_rebuilt_is_read_on_from_the_bookmark(yard: Yard) -> None:
    yard.run("reader", (await yard.reader(Ledger())).run)
    await tell(yard, 5)
    await until_bookmark(yard, 5)
    await yard.drop_stream("box")
    await tell(yard, 5)

    await until_bookmark(yard, 10)
    assert await heard(yard) == await everything(yard)
