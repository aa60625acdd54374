"""Gathering: what arrives while one batch is under way is done together in the next, so that many share one commit."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Answer = TypeVar("Answer")

WAITING_MAX = 2_000
"""The longest queue; beyond it the caller is told at once that the house is full."""


class HouseFull(Exception):
    """More is waiting than can be done in the time anyone would wait."""


class Gatherer(Generic[Item, Answer]):
    """Runs `work` on what has gathered, one batch at a time, at most `most` items each.

    `work` returns one answer per item, in order; an exception among the answers is raised for that item alone,
    and one that `work` raises is raised for the whole batch.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Awaitable[Sequence[Answer | Exception]]], most: int) -> None:
        self._work = work
        self._most = most
        self._waiting: deque[tuple[Item, asyncio.Future[Answer]]] = deque()
        self._running: asyncio.Task[None] | None = None

    async def add(self, item: Item) -> Answer:
        if len(self._waiting) >= WAITING_MAX:
            raise HouseFull
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())
        return await answer

    async def settled(self) -> None:
        """Waits until nothing is waiting or under way."""
        if self._running is not None:
            await asyncio.wait({self._running})

    async def _run(self) -> None:
        while self._waiting:
            batch = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
            try:
                answers = await self._work([item for item, _ in batch])
            except Exception as error:  # noqa: BLE001 - handed to everyone who waits for this batch
                answers = [error] * len(batch)
            for (_, future), answer in zip(batch, answers, strict=True):
                _deliver(future, answer)


def _deliver(future: asyncio.Future[Answer], answer: Answer | Exception) -> None:
    if future.done():  # whoever asked has left
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)
