"""Workers are started again whatever ends them, and stop only when they are told to."""

from __future__ import annotations

import asyncio

from shared.workers import Workers

PATIENCE_S = 10.0


async def test_a_worker_whose_wait_was_cancelled_by_a_library_is_started_again() -> None:
    """nats-py cancels what waits for an answer when its connection closes: the worker itself is not to stop."""
    workers, well, starts = Workers("fund"), asyncio.Event(), 0

    async def relay() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            answer: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            answer.cancel()
            await answer
        well.set()
        await asyncio.Event().wait()

    workers.start("relay", relay)
    async with asyncio.timeout(PATIENCE_S):
        await well.wait()

    assert (starts, workers.health["relay"].total_failures) == (2, 1)
    assert workers.unwell == {"relay": "CancelledError()"}
    async with asyncio.timeout(PATIENCE_S):
        await workers.stop()


async def test_a_worker_that_ends_by_itself_is_started_again_and_stops_when_told() -> None:
    workers, again, starts = Workers("fund"), asyncio.Event(), 0

    async def reader() -> None:
        nonlocal starts
        starts += 1
        if starts == 3:
            again.set()
            await asyncio.Event().wait()

    workers.start("reader", reader)
    async with asyncio.timeout(PATIENCE_S):
        await again.wait()
        await workers.stop()

    assert workers.health["reader"].failures == 2
    assert workers.unwell == {"reader": "stopped by itself"}
