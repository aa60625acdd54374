"""News: an open page is told to fetch again when its case moves, soon, and nothing else is said."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from services.web.pages.cases.events import HAPPENED
from services.web.site.bell import LISTENERS_MAX, Bell, TooMany, bell_of
from shared.catalogue import CATALOGUE
from tests.service.house import TestedHouse
from tests.service.web.desk_rounds import registered

SOON_S = 10.0


async def test_whoever_has_a_case_open_hears_when_it_moves(house: TestedHouse) -> None:
    bell = bell_of(house.office("web"))
    async with registered(house) as (own, (case, _)):
        heard = asyncio.create_task(_first(bell, case.id))
        await asyncio.sleep(0)
        await own.people.act("officer", f"/api/review/cases/{case.id}", "check")
        async with asyncio.timeout(SOON_S):
            assert await heard


async def _first(bell: Bell, about: UUID) -> bool:
    async for rung in bell.rings(about, SOON_S, SOON_S):
        return rung
    return False


async def test_others_cases_ring_for_nobody_but_those_who_look_at_all() -> None:
    bell, mine = Bell(), uuid4()
    listening = asyncio.create_task(_first(bell, mine))
    looking = asyncio.create_task(_first(bell, None))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    bell.ring([uuid4()])
    assert await looking
    assert not listening.done()
    bell.ring([mine])
    assert await listening


async def test_a_stopped_house_lets_every_page_go() -> None:
    bell = Bell()
    listening = asyncio.create_task(_first(bell, uuid4()))
    await asyncio.sleep(0)
    bell.stop()
    async with asyncio.timeout(SOON_S):
        assert not await listening


async def test_no_more_pages_listen_than_a_process_can_keep_open() -> None:
    bell = Bell()
    listening = [asyncio.create_task(_first(bell, uuid4())) for _ in range(LISTENERS_MAX)]
    await asyncio.sleep(0)
    with pytest.raises(TooMany):
        await _first(bell, uuid4())
    bell.stop()
    await asyncio.gather(*listening)


def test_every_fact_that_can_concern_a_case_is_told_in_words() -> None:
    of_no_case = {
        *("programme.published", "clock.advanced", "clock.followed", "guidelines.adopted", "budget.set", "period.set"),
        *("call.drafted", "call.decided", "call.published", "call.opened", "call.closed", "call.preparation_started"),
        *("call.all_decided", "call.finished", "call.cancelled", "association.registered", "terms.adopted"),
    }
    told = {name for source, name in CATALOGUE if source in ("applications", "review", "payouts")}
    assert told - of_no_case <= set(HAPPENED)
