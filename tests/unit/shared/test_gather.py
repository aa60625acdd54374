"""Gathering: many share one commit, each keeps its own answer, and nobody waits in a queue without end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from shared import gather
from shared.gather import Gatherer, HouseFull


class Work:
    """Doubles numbers; fails at odd ones; remembers its batches. Waits before each until it may go on."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def __call__(self, numbers: Sequence[int]) -> list[int | Exception]:
        await self.may_go_on.wait()
        self.batches.append(list(numbers))
        if 0 in numbers:
            raise ZeroDivisionError
        return [number * 2 if number % 2 == 0 else ValueError(number) for number in numbers]


async def test_what_arrives_while_one_batch_is_under_way_is_done_together_in_the_next() -> None:
    work = Work()
    gatherer: Gatherer[int, int] = Gatherer(work, 4)

    answers = await asyncio.gather(*(gatherer.add(number) for number in (2, 4, 6, 8, 10, 12)))

    assert answers == [4, 8, 12, 16, 20, 24]
    assert work.batches == [[2, 4, 6, 8], [10, 12]]


async def test_a_failure_is_only_its_own() -> None:
    gatherer: Gatherer[int, int] = Gatherer(Work(), 4)

    answers = await asyncio.gather(*(gatherer.add(number) for number in (2, 3, 4)), return_exceptions=True)

    assert (answers[0], answers[2]) == (4, 8)
    assert isinstance(answers[1], ValueError)


async def test_when_the_work_itself_fails_everyone_in_it_is_told_and_the_next_batch_goes_on() -> None:
    gatherer: Gatherer[int, int] = Gatherer(Work(), 2)

    answers = await asyncio.gather(*(gatherer.add(number) for number in (0, 2, 4)), return_exceptions=True)

    assert [type(answer) for answer in answers] == [ZeroDivisionError, ZeroDivisionError, int]


async def test_beyond_the_longest_queue_one_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gather, "WAITING_MAX", 3)
    work = Work()
    work.may_go_on.clear()
    gatherer: Gatherer[int, int] = Gatherer(work, 2)
    under_way = [asyncio.create_task(gatherer.add(number)) for number in (2, 4)]
    await until_taken_up()
    waiting = [asyncio.create_task(gatherer.add(number)) for number in (6, 8, 10)]
    await until_taken_up()

    with pytest.raises(HouseFull):
        await gatherer.add(12)

    work.may_go_on.set()
    assert await asyncio.gather(*under_way, *waiting) == [4, 8, 12, 16, 20]


async def until_taken_up() -> None:
    """Lets every task that can go on do so, as far as the work's own waiting."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_whoever_leaves_does_not_disturb_the_others() -> None:
    work = Work()
    work.may_go_on.clear()
    gatherer: Gatherer[int, int] = Gatherer(work, 8)
    leaving, staying = asyncio.create_task(gatherer.add(2)), asyncio.create_task(gatherer.add(4))
    await asyncio.sleep(0)
    leaving.cancel()
    work.may_go_on.set()

    assert await staying == 8
    await gatherer.settled()
    assert work.batches == [[2, 4]]


async def test_settled_waits_for_what_is_under_way() -> None:
    work = Work()
    gatherer: Gatherer[int, int] = Gatherer(work, 8)
    await gatherer.settled()
    asking = asyncio.create_task(gatherer.add(2))
    await asyncio.sleep(0)
    await gatherer.settled()

    assert asking.done() or await asking == 4
