"""News: an open page is told to fetch again when its case moves, soon, and nothing else is said."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from services.web.pages.cases import fresh
from services.web.pages.cases.events import HAPPENED
from services.web.site.bell import LISTENERS_MAX, ONE_PERSONS_MAX, REMEMBERED_MAX, Bell, TooMany, bell_of
from services.web.site.sessions import Level, Sessions
from shared.catalogue import CATALOGUE
from tests.service.house import TestedHouse
from tests.service.web.browsing import browse
from tests.service.web.desk_rounds import registered
from tests.service.whole_fund import Everything

SOON_S = 10.0


async def test_whoever_has_a_case_open_hears_when_it_moves(house: TestedHouse) -> None:
    bell = bell_of(house.office("web"))
    async with registered(house) as (own, (case, _)):
        heard = asyncio.create_task(_first(bell, case.id))
        await asyncio.sleep(0)
        await own.people.act("officer", f"/api/review/cases/{case.id}", "check")
        async with asyncio.timeout(SOON_S):
            assert await heard


async def _first(bell: Bell, about: UUID, since: str = "", account: UUID | None = None) -> bool:
    async for rung in bell.rings(about, SOON_S, SOON_S, since, account):
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


async def test_what_rang_before_a_page_began_to_listen_is_told_at_once() -> None:
    bell, mine = Bell(), uuid4()
    drawn = bell.now
    bell.ring([uuid4()])
    assert not bell._has_rung(mine, drawn)
    assert bell._has_rung(None, drawn)
    bell.ring([mine])
    assert await _first(bell, mine, drawn)
    assert not bell._has_rung(mine, bell.now)


async def test_a_page_from_another_start_or_of_something_forgotten_is_told_at_once() -> None:
    bell, mine = Bell(), uuid4()
    assert bell._has_rung(mine, Bell().now)
    drawn = bell.now
    bell.ring([mine])
    bell.ring(uuid4() for _ in range(REMEMBERED_MAX))
    assert len(bell._last) == REMEMBERED_MAX
    assert bell._has_rung(mine, drawn)


async def test_an_association_hears_of_its_own_case_and_of_nothing_else(
    house: TestedHouse, everything: Everything
) -> None:
    """Asked when no more can listen, so that whoever may hear has an answer (204) that ends."""
    bell = bell_of(house.office("web"))
    full = [asyncio.create_task(_first(bell, uuid4())) for _ in range(LISTENERS_MAX)]
    applicant = await browse(house, "applicant")
    answers = {}
    for about in (everything["case"], everything["meeting"], uuid4(), "today"):
        question = {"about": str(about)}
        answer = await applicant.client.get("/events", params=question, headers={"accept": "text/event-stream"})
        answers[about] = answer.status_code
    for task in full:
        task.cancel()
    await asyncio.gather(*full, return_exceptions=True)
    await applicant.close()
    assert list(answers.values()) == [204, 404, 404, 403]


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


async def test_nobody_alone_keeps_the_news_from_everybody_else() -> None:
    bell, greedy, other = Bell(), uuid4(), uuid4()
    listening = [asyncio.create_task(_first(bell, uuid4(), account=greedy)) for _ in range(ONE_PERSONS_MAX)]
    await asyncio.sleep(0)
    assert bell.is_full_for(greedy)
    with pytest.raises(TooMany):
        await _first(bell, uuid4(), account=greedy)

    assert not bell.is_full_for(other)
    mine = uuid4()
    heard = asyncio.create_task(_first(bell, mine, account=other))
    await asyncio.sleep(0)
    bell.ring([mine])
    assert await heard, "the control: others listen as before"
    bell.stop()
    await asyncio.gather(*listening)


async def test_s11_who_has_signed_out_hears_no_more(house: TestedHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fresh, "QUIET_S", 0.0)
    sessions, account = Sessions(house.office("web"), demo=True), house.account("officer")
    session_id = await sessions.begin(account, Level.DEMO)

    async def is_signed_in() -> bool:
        return await sessions.find(session_id) is not None

    line = fresh.told(Bell(), None, "", account, is_signed_in)
    async with asyncio.timeout(SOON_S):
        said = [await anext(line) for _ in range(3)]
        assert said == [fresh.BEGINNING, fresh.STILL_HERE, fresh.STILL_HERE], "the control: until then they hear"
        await sessions.end(session_id)
        with pytest.raises(StopAsyncIteration):
            await anext(line)


async def test_a_mark_of_any_length_is_only_a_mark() -> None:
    bell = Bell()
    assert bell._has_rung(uuid4(), f"{bell.now.partition('-')[0]}-{'9' * 10_000}")


def test_every_fact_that_can_concern_a_case_is_told_in_words() -> None:
    of_no_case = {
        *("programme.published", "clock.advanced", "clock.followed", "guidelines.adopted", "budget.set", "period.set"),
        *("call.drafted", "call.decided", "call.published", "call.opened", "call.closed", "call.preparation_started"),
        *("call.all_decided", "call.finished", "call.cancelled", "association.registered", "association.changed"),
        "terms.adopted",
    }
    told = {name for source, name in CATALOGUE if source in ("applications", "review", "payouts")}
    assert told - of_no_case <= set(HAPPENED)
