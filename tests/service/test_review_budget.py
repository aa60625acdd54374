"""The budget's ceiling with many deciding at once: exact to the öre, where summing first and inserting then is not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import httpx
import pytest

from infra.embedded import Addresses
from services.command.house import settings_for
from services.review.app import SERVICE
from services.review.domain import budget
from services.review.views import COUNTS
from shared.catalogue.review import DecisionMade
from shared.envelope import event_of, unseal
from shared.http.actor_token import Minter
from shared.http.app import build
from shared.http.front import Front
from shared.office import Office
from shared.views import rebuild
from tests.service.counting_cases import PLAINLY, counted
from tests.service.review_room import DELEGATION, Person, Room, expect, opened

DECIDING = 32
EACH_ORE = 700_000
CEILING_ORE = 10_000_000
FIT = CEILING_ORE // EACH_ORE
NAIVE = 16
WRITTEN = "select {0}::text as row from {0} where to_jsonb({0}) -> 'cases' is distinct from '0' order by 1"
"""A count that has come down to nothing stands there, or does not."""


@pytest.fixture
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with opened(addresses) as room:
        yield room


@pytest.fixture
async def elsewhere(addresses: Addresses, room: Room) -> AsyncIterator[Person]:
    """The chair again, asking another process of the same service."""
    office = Office(SERVICE, settings_for(SERVICE.name, addresses, practice=True))
    await office.open()
    transport = httpx.ASGITransport(Front(build(office), SERVICE.name))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://review") as client:
        chair = Person(client, Minter(addresses.token_private_key))
        chair.actor = room.chair.actor
        yield chair
    await office.close()


async def told(room: Room, call: UUID) -> list[DecisionMade]:
    rows = await room.office.pool.fetch("select event::text as event from journal where type = 'decision.made'")
    events = [event_of(unseal(row["event"])) for row in rows]
    return [event for event in events if isinstance(event, DecisionMade) and event.call == call]


async def test_no_krona_is_decided_above_the_budget_however_many_decide_at_once(room: Room, elsewhere: Person):
    programme, call = await room.call(budget_ore=CEILING_ORE)
    cases = await asyncio.gather(*(room.ready(programme, call, EACH_ORE) for _ in range(DECIDING)))
    seen = [(await room.chair.get(f"/cases/{case}")).headers["etag"] for case in cases]
    body = {"outcome": "approved", "granted_ore": EACH_ORE, "delegation": DELEGATION}
    answers = await asyncio.gather(
        *(
            (room.chair if number % 2 else elsewhere).post(f"/cases/{case}/decision", body, etag)
            for number, (case, etag) in enumerate(zip(cases, seen, strict=True))
        )
    )
    refused = [answer for answer in answers if answer.status_code != 200]
    assert len(refused) == DECIDING - FIT
    assert {answer.status_code for answer in refused} == {422}
    assert all(answer.json()["errors"][0]["field"] == "granted_ore" for answer in refused)

    shown = expect(await room.officer.get(f"/calls/{call}"))
    assert shown["granted_ore"] == FIT * EACH_ORE
    assert shown["left_ore"] == CEILING_ORE - FIT * EACH_ORE
    assert sum(event.granted_ore for event in await told(room, call)) == FIT * EACH_ORE

    pool, chair = room.office.pool, room.chair.actor.id
    assert await counted(pool, COUNTS, chair) == await counted(pool, PLAINLY, chair)

    left = shown["left_ore"]
    last = await room.ready(programme, call, left + 1)
    too_much = await room.decide(last, left + 1)
    assert too_much.status_code == 422
    assert "2\xa0000 kronor are left" in too_much.json()["detail"]
    expect(await room.decide(last, left))
    assert expect(await room.officer.get(f"/calls/{call}"))["left_ore"] == 0


async def test_the_database_itself_stands_behind_the_ceiling(room: Room):
    _, call = await room.call(budget_ore=CEILING_ORE)
    with pytest.raises(asyncpg.CheckViolationError):
        await room.office.pool.execute("update tally set value = ceiling + 1 where key = $1", budget.key(call))


async def test_negative_control_summing_first_and_inserting_then_overshoots(addresses: Addresses):
    """Everybody sums before anybody inserts: each is right by itself, and together they spend what is not there."""
    pool = await asyncpg.create_pool(addresses.services[SERVICE.name].owner_url, min_size=NAIVE, max_size=NAIVE)
    try:
        await pool.execute("create table naive (granted_ore bigint not null)")
        summed = asyncio.Barrier(NAIVE)

        async def decide_naively() -> None:
            async with pool.acquire() as connection, connection.transaction():
                spent = await connection.fetchval("select coalesce(sum(granted_ore), 0) from naive")
                await summed.wait()
                if spent + EACH_ORE <= CEILING_ORE:
                    await connection.execute("insert into naive values ($1)", EACH_ORE)

        await asyncio.gather(*(decide_naively() for _ in range(NAIVE)))
        assert await pool.fetchval("select sum(granted_ore) from naive") == NAIVE * EACH_ORE > CEILING_ORE
        await pool.execute("drop table naive")
    finally:
        await pool.close()


async def test_two_who_decide_the_same_case_at_once_decide_it_once(room: Room, elsewhere: Person):
    programme, call = await room.call()
    case = await room.ready(programme, call)
    etag = (await room.chair.get(f"/cases/{case}")).headers["etag"]
    body = {"outcome": "approved", "granted_ore": 2_000_000, "delegation": DELEGATION}
    answers = await asyncio.gather(
        *(person.post(f"/cases/{case}/decision", body, etag) for person in (room.chair, elsewhere) * 4)
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7
    assert expect(await room.officer.get(f"/calls/{call}"))["granted_ore"] == 2_000_000


async def test_a_second_decision_on_the_same_case_is_impossible(room: Room):
    programme, call = await room.call()
    case = await room.ready(programme, call)
    expect(await room.decide(case))
    again = await room.decide(case, 1_000_000)
    assert again.status_code == 409
    assert "Decided" in again.json()["detail"]


async def test_a_call_that_nobody_published_has_no_budget_to_show(room: Room):
    programme, _ = await room.call()
    assert (await room.officer.get(f"/calls/{programme}")).status_code == 404


async def test_the_budget_and_the_lists_fold_again_from_the_journal_alone(room: Room):
    """A view holds nothing the journal does not: rebuilt, every number and every row is as it was."""
    programme, call = await room.call()
    case = await room.ready(programme, call)
    expect(await room.decide(case))
    tables = ("tally", "programme", "call", "reviewed_case", "meeting", "appeal", "case_count")

    async def rows(connection: asyncpg.Connection) -> list[list[str]]:
        return [[row["row"] for row in await connection.fetch(WRITTEN.format(table))] for table in tables]

    async with room.office.pool.acquire() as connection:
        before = await rows(connection)
        async with connection.transaction():
            await rebuild(connection, room.office.book)
            assert await rows(connection) == before
