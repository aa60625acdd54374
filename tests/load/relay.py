"""The relay, events per second: from the journal into an empty stream, each fact only after the one before it.

The floor publishes the same texts in batches of the same size, gathered, without the condition and without the journal.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import repeat

from infra.embedded import Addresses
from shared.broker import Broker
from shared.catalogue.web import AccountOpened
from shared.journal import entries
from shared.keeper import Keeper
from shared.relay import BATCH_MAX, Relay
from shared.workers import Workers
from tests.load.frame import Measured, Reach, Row, Size, in_turn
from tests.load.ground import PATIENCE_S, ground_of
from tests.load.seed import fill

FULL = 10_000


async def measure(size: Size) -> Measured:
    async with ground_of("web") as ground, keeper_of(ground.addresses):
        number = await fill(ground.pool, repeat((AccountOpened(demo=False),), size.of(FULL)))
        texts = [(kind, text) for _, kind, text in await entries(ground.pool, 0, number)]
        broker = ground.broker()
        relay = Relay("web", ground.pool, broker)
        try:
            return await in_turn(size.rounds, lambda: plainly(broker, texts), lambda: relayed(broker, relay, number))
        finally:
            await broker.close()


async def plainly(broker: Broker, texts: list[tuple[str, str]]) -> float:
    await empty(broker)
    js = await broker.js()
    began = time.perf_counter()
    for start in range(0, len(texts), BATCH_MAX):
        await asyncio.gather(
            *(
                js.publish(f"web.{kind}", text.encode(), timeout=PATIENCE_S)
                for kind, text in texts[start : start + BATCH_MAX]
            )
        )
    return len(texts) / (time.perf_counter() - began)


async def relayed(broker: Broker, relay: Relay, number: int) -> float:
    await empty(broker)
    relay.last = 0
    began = time.perf_counter()
    while (relay.last or 0) < number:
        with contextlib.suppress(TimeoutError):  # as its worker would: a broker that was too slow is asked again
            await relay.forward()
    took_s = time.perf_counter() - began
    return number / took_s


async def empty(broker: Broker) -> None:
    """Has the stream made anew."""
    await (await broker.client()).request("rebuild.web", b"", timeout=30.0)


@asynccontextmanager
async def keeper_of(addresses: Addresses) -> AsyncIterator[None]:
    """The one that makes streams, at work."""
    broker, workers = Broker(addresses.nats_url, addresses.keeper.user, addresses.keeper.password), Workers("benchmark")
    keeper = Keeper(broker, ("web",))
    workers.start("keeper", keeper.run)
    try:
        await asyncio.sleep(1.0)  # until it listens; a plea before that is nobody's
        yield
    finally:
        await workers.stop()
        await broker.close()


ROW = Row(
    name="relay",
    what="relay from the journal to the stream",
    floor="js.publish gathered in the same batches, without the condition",
    unit="events/s",
    reaches=(Reach(at_least=0.8),),
    measure=measure,
)
