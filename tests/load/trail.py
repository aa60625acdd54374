"""From commit to the audit tree: how long after its answer an application is in the tree, at a third of the top rate.

The floor is the broker's own round trip at the same rate: from a publish until it is confirmed.
"""

from __future__ import annotations

import asyncio
import statistics
import time
from bisect import bisect_left
from pathlib import Path
from typing import Any

import asyncpg

from shared.broker import Broker
from tests.load.asking import ask
from tests.load.frame import Measured, Reach, Row, Size, in_turn, percentile
from tests.load.fund import Ready, database_url, fund_at_work
from tests.load.ground import ground_of
from tests.load.relay import empty, keeper_of
from tests.load.submit import CLIENTS, audited, submitted

FULL = 600
LOOK_S = 0.002
"""How finely the tree is watched; it adds half of this to what is measured."""

SHARE_OF_TOP = 1 / 3
SUBJECT = "web.benchmark"
TEXT = b"x" * 700


async def measure(size: Size) -> Measured:
    async with fund_at_work() as (fund, data), ground_of("web") as ground, keeper_of(ground.addresses):
        broker = ground.broker()
        try:
            await empty(broker)
            number = size.of(FULL)
            answers, took_s = await submitted(fund, data, await fund.submissions(number), CLIENTS)
            rate = len(answers) / took_s * SHARE_OF_TOP
            measured = await in_turn(
                size.rounds, lambda: round_trip(broker, number, rate), lambda: in_the_tree(fund, data, number, rate)
            )
        finally:
            await broker.close()
    measured.figures |= {"p99_ms": statistics.median(measured.rows), "rate_per_s": rate}
    return measured


async def round_trip(broker: Broker, number: int, rate: float) -> float:
    """The 99th percentile, in milliseconds."""
    js = await broker.js()
    began = time.monotonic()

    async def publish(turn: int) -> float:
        await asyncio.sleep(began + turn / rate - time.monotonic())
        sent = time.monotonic()
        await js.publish(SUBJECT, TEXT)
        return (time.monotonic() - sent) * 1_000

    return percentile(list(await asyncio.gather(*(publish(turn) for turn in range(number)))), 99)


async def in_the_tree(fund: Ready, data: Path, number: int, rate: float) -> float:
    """The 99th percentile, in milliseconds."""
    requests = await fund.submissions(number)
    audit = await asyncpg.connect(database_url(data, "audit"))
    sizes: list[int] = []
    moments: list[float] = []
    watching = asyncio.create_task(watch(audit, sizes, moments))
    try:
        answers = await ask(fund.house.port, requests, CLIENTS, rate)
        await audited(data, max(answer.position for answer in answers))
        await asyncio.sleep(10 * LOOK_S)
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await audit.close()
    waits = [moments[bisect_left(sizes, answer.position)] - answer.answered for answer in answers]
    return percentile([max(0.0, wait) * 1_000 for wait in waits], 99)


async def watch(audit: Any, sizes: list[int], moments: list[float]) -> None:
    """Writes down when the tree of applications was first seen at which size."""
    while True:
        size = await audit.fetchval("select size from tree where source = 'applications'")
        if not sizes or size > sizes[-1]:
            sizes.append(size)
            moments.append(time.monotonic())
        await asyncio.sleep(LOOK_S)


ROW = Row(
    name="trail",
    what="from commit to the audit tree, 99th percentile, at a third of the top rate",
    floor="the broker's round trip, 99th percentile, at the same rate",
    unit="ms",
    reaches=(Reach("p99_ms", at_most=250),),
    measure=measure,
)
