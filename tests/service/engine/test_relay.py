"""The relay: message n is fact n, whatever happens to broker, stream or other relays. Safeguards have controls."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import uuid4

import msgspec
import nats.errors
import pytest
from nats.aio.client import Client

from shared import broker as broker_module
from shared.broker import Away, Pull
from shared.identity import Actor, Post, Role
from shared.relay import Ahead, Interrupted, Relay
from shared.workers import Workers
from tests.service.engine.box.domain import OpenBox
from tests.service.engine.box.services import BOXES
from tests.service.engine.yard import Yard, level, texts, things, ticket, until, until_told, written

FACTS = 600


async def messages(yard: Yard) -> list[str]:
    """What the stream holds, message for message."""
    last, found = (await yard.stream()).last_seq, []
    async with Pull(yard.broker("shelf"), "box", 1) as pull:
        while len(found) < last:
            found += [text.decode() for _, text in await pull.batch(last)]
    return found


async def test_the_stream_is_the_journal_message_for_message(yard: Yard) -> None:
    pool = await yard.pool("box")
    await written(pool, things(40))
    relay = await yard.relay()

    await relay.forward()

    state = await yard.stream()
    assert (state.messages, state.first_seq, state.last_seq) == (40, 1, 40)
    assert await messages(yard) == await texts(pool)


async def race(yard: Yard, **safeguards: bool) -> Any:
    pool = await yard.pool("box")
    relays = [await yard.relay(**safeguards) for _ in range(2)]
    for _ in range(3):
        await written(pool, things(FACTS // 3))
        await asyncio.gather(*(level(relay) for relay in relays))
    return await yard.stream()


async def test_two_relays_at_once_tell_each_fact_once_and_in_order(yard: Yard) -> None:
    state = await race(yard)

    assert (state.messages, state.last_seq) == (FACTS, FACTS)
    assert await messages(yard) == await texts(await yard.pool("box"))


def together(look: Callable[[], Awaitable[int]], all_looked: asyncio.Barrier) -> Callable[[], Awaitable[int]]:
    """Nobody tells before everybody has looked."""

    async def looked() -> int:
        last = await look()
        await all_looked.wait()
        return last

    return looked


async def test_control_without_the_condition_two_relays_tell_facts_twice(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool, both_looked = await yard.pool("box"), asyncio.Barrier(2)
    relays = [await yard.relay(conditional=False) for _ in range(2)]
    await written(pool, things(20))
    for relay in relays:
        monkeypatch.setattr(relay, "_look", together(relay._look, both_looked))

    await asyncio.gather(*(relay.forward() for relay in relays))

    assert (await yard.stream()).last_seq == 40


async def test_two_relays_that_meet_are_both_well(yard: Yard) -> None:
    pool = await yard.pool("box")
    relays = [await yard.relay() for _ in range(2)]
    workers = [yard.run("relay", relay.run) for relay in relays]
    await until_looked(*relays)
    for last in range(20, 420, 20):
        await written(pool, things(20))
        for relay in relays:
            relay.wake()
        await until_told(yard, last)
    assert [failures(one) for one in workers] == [0, 0]


async def until_looked(*relays: Relay) -> None:
    async def looked() -> bool:
        return all(relay.last is not None for relay in relays)

    await until(looked, "each has looked")


def failures(workers: Workers) -> int:
    return sum(health.total_failures for health in workers.health.values())


async def holed(yard: Yard, count: int) -> None:
    """A stream that lost message 5 of many, as a flipped bit in a block file makes it lose one."""
    facts = [msgspec.structs.replace(fact, type=f"t{number}") for number, fact in enumerate(things(count))]
    facts[-1] = msgspec.structs.replace(facts[-1], type="t4")
    await written(await yard.pool("box"), facts)
    await yard.remake_stream("box", max_msgs_per_subject=1)  # the last message takes the place of the fifth
    await level(await yard.relay(looks_for_holes=False))
    assert (await yard.stream()).num_deleted == 1
    await yard.update_stream("box", max_msgs_per_subject=-1)


async def test_a_hole_in_the_stream_is_found_and_the_stream_rebuilt(yard: Yard) -> None:
    pool = await yard.pool("box")
    await holed(yard, 10)

    await (await yard.relay()).forward()

    assert (await yard.stream()).num_deleted is None
    assert await messages(yard) == await texts(pool)


async def test_control_without_looking_a_hole_stays(yard: Yard) -> None:
    await holed(yard, 10)

    await (await yard.relay(looks_for_holes=False)).forward()

    assert (await yard.stream()).num_deleted == 1


async def test_two_relays_that_find_a_hole_rebuild_the_stream_once(yard: Yard) -> None:
    await holed(yard, 300)
    relays = [await yard.relay() for _ in range(2)]

    await asyncio.gather(*(level(relay) for relay in relays))

    state = await yard.stream()
    assert (state.messages, state.last_seq) == (300, 300)


async def test_a_stream_that_was_deleted_comes_back(yard: Yard) -> None:
    pool = await yard.pool("box")
    await written(pool, things(30))
    relay = await yard.relay()
    await relay.forward()
    await yard.drop_stream("box")

    await relay.forward()

    assert await messages(yard) == await texts(pool)


async def test_a_keeper_whose_connection_was_closed_for_good_answers_again_over_a_new_one(yard: Yard) -> None:
    """The client closes by itself where the broker sends it away; the first plea after that may still be lost."""
    keeper = await yard.keeper.client()
    await keeper.close()

    asks = await yard.broker("box").client()
    await until(lambda: answered(asks), "the keeper's answer")

    assert await yard.keeper.client() is not keeper
    assert (await yard.stream()).messages == 0


async def answered(asks: Client) -> bool:
    try:
        return (await asks.request("rebuild.box", b"", timeout=1)).data == b"done"
    except (nats.errors.NoRespondersError, nats.errors.TimeoutError):
        return False


async def test_an_older_copy_of_the_stream_is_brought_level(yard: Yard) -> None:
    pool = await yard.pool("box")
    await written(pool, things(10))
    relay = await yard.relay()
    await relay.forward()
    await written(pool, things(10))

    await relay.forward()

    assert await messages(yard) == await texts(pool)


async def test_a_stream_ahead_of_its_journal_stops_the_relay_and_the_service_says_so(yard: Yard) -> None:
    office = await yard.office(BOXES)
    for _ in range(3):
        await office.desk.do(ticket(OpenBox(subject=uuid4(), room=uuid4())))
    client = yard.client(office, Actor(uuid4(), (Post(Role.ADMINISTRATOR),)))

    await until_told(yard, 3)
    assert (await client.get("/ready")).status_code == 200
    await yard.as_superuser(
        "box",
        "alter table journal disable trigger user; delete from journal where position = 3;"
        "update head set position = 2;"
        "alter table journal enable trigger user",
    )

    async def stopped() -> bool:
        return (await client.get("/ready")).status_code == 503

    await until(stopped, "the service says that it is not ready")
    assert (await yard.stream()).last_seq == 3
    assert "bifall recover box" in office.workers.unwell["relay"]
    assert 'bifall_stream_ahead{service="box"} 1.0' in (await client.get("/metrics")).text
    with pytest.raises(Ahead):
        await office.relay.forward()


async def test_a_missed_wake_up_costs_a_second_and_no_event(yard: Yard) -> None:
    pool = await yard.pool("box")
    yard.run("relay", (await yard.relay()).run)
    await written(pool, things(3))

    await until_told(yard, 3)


async def dropped(yard: Yard) -> tuple[Relay, Client]:
    """A relay whose connection another has just dropped, to have it made anew."""
    relay = await yard.relay()
    await relay.forward()
    client = await relay._broker.client()
    await client.force_reconnect()
    assert not client.is_connected
    return relay, client


async def test_a_relay_waits_for_a_connection_that_is_made_anew(yard: Yard) -> None:
    await written(await yard.pool("box"), things(20))
    relay, _ = await dropped(yard)
    await written(await yard.pool("box"), things(20))

    assert await relay.forward() == 20
    assert (await yard.stream()).last_seq == 40


async def test_control_what_is_published_meanwhile_is_refused(yard: Yard) -> None:
    _, client = await dropped(yard)

    with pytest.raises(nats.errors.OutboundBufferLimitError):
        await client.publish("box.thing.put", b"")


async def test_a_relay_whose_connection_is_dropped_as_it_begins_to_send_looks_again_and_does_not_fail(
    yard: Yard, monkeypatch: pytest.MonkeyPatch
) -> None:
    await written(await yard.pool("box"), things(20))
    relay = await yard.relay()
    broker, handed_out = relay._broker, 0
    as_it_is = broker.js

    async def js() -> Any:
        nonlocal handed_out
        handed_out += 1
        found = await as_it_is()
        if handed_out == 2:  # first it looked, now it is about to publish
            await (await broker.client()).force_reconnect()
        return found

    monkeypatch.setattr(broker, "js", js)
    with pytest.raises(Interrupted):
        await relay.forward()
    handed_out = 0
    running = asyncio.create_task(relay.run())

    async def is_level() -> bool:
        return handed_out > 2 and (await yard.stream()).last_seq == 20

    await until(is_level, "the stream to be level")
    assert not running.done()
    running.cancel()


async def test_a_broker_that_stays_away_is_said_to_be(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    relay, client = await dropped(yard)
    monkeypatch.setattr(broker_module, "REQUEST_TIMEOUT_S", 0.0)

    with pytest.raises(Away):
        await relay._broker.client()
    assert not client.is_closed
