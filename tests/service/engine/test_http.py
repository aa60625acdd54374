"""A service over HTTP: versions, keys, waiting to have heard, the first byte's moment, and what it says of itself."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from shared.http import app
from shared.identity import Actor, Post, Role
from shared.office import Office
from tests.service.engine.box.services import BOXES, SHELF
from tests.service.engine.yard import PATIENCE_S, Yard, texts, until, until_told
from tests.torture.servers import family

SLOWLY_S = 0.4


class Counter:
    """A service and one who asks it; a box to put things into."""

    def __init__(self, office: Office, client: httpx.AsyncClient) -> None:
        self.office = office
        self.client = client
        self.box = uuid4()

    async def put_thing(self, body: Any, **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post(f"/boxes/{self.box}/things", json=body, headers=sent)

    async def is_busy(self) -> bool:
        """Whether something lies on the desk."""
        running = self.office.desk._gathered._running
        return running is not None and not running.done()

    async def facts(self) -> int:
        return len(await texts(self.office.pool))


@pytest.fixture
async def counter(yard: Yard) -> Counter:
    office = await yard.office(BOXES)
    counter = Counter(office, yard.client(office))
    assert (await counter.client.put(f"/boxes/{counter.box}", json={"room": str(uuid4())})).status_code == 200
    return counter


async def test_a_change_needs_the_version_that_was_seen(counter: Counter) -> None:
    answers = [
        await counter.put_thing({"weight": 1}),
        await counter.put_thing({"weight": 1}, If_Match='"1"'),
        await counter.put_thing({"weight": 1}, If_Match='"1"'),
        await counter.put_thing({"weight": 1}, If_Match='W/"2"'),
        await counter.put_thing({"weight": 1}, If_Match="*"),
    ]

    assert [answer.status_code for answer in answers] == [428, 200, 409, 200, 400]
    assert answers[3].headers["etag"] == '"3"'
    assert (await counter.client.get(f"/boxes/{counter.box}")).headers["etag"] == '"3"'


async def test_a_repeated_request_is_answered_as_the_first_was(counter: Counter) -> None:
    key = str(uuid4())
    first = await counter.put_thing({"weight": 1}, If_Match='"1"', Idempotency_Key=key)
    again = await counter.put_thing({"weight": 1}, If_Match='"1"', Idempotency_Key=key)
    other = await counter.put_thing({"weight": 2}, If_Match='"1"', Idempotency_Key=key)
    wrong = await counter.put_thing({"weight": 1}, If_Match='"1"', Idempotency_Key="no key")

    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert (other.status_code, wrong.status_code) == (422, 400)
    assert await counter.facts() == 2


async def test_two_requests_with_the_same_key_at_once_have_one_effect(counter: Counter) -> None:
    key = str(uuid4())

    answers = await asyncio.gather(
        *(counter.put_thing({"weight": 1}, If_Match='"1"', Idempotency_Key=key) for _ in range(10))
    )

    assert {answer.text for answer in answers} == {answers[0].text}
    assert await counter.facts() == 2


async def test_whoever_hung_up_before_the_answer_may_ask_again_with_the_same_key(counter: Counter) -> None:
    key = str(uuid4())
    async with counter.office.desk.turn:
        asking = asyncio.create_task(counter.put_thing({"weight": 1}, If_Match='"1"', Idempotency_Key=key))
        await until(counter.is_busy, "the request lies on the desk")
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    await counter.office.desk.settled()
    assert await counter.facts() == 2

    again = await counter.put_thing({"weight": 1}, If_Match='"1"', Idempotency_Key=key)

    assert (again.status_code, again.json()["version"]) == (200, 2)
    assert await counter.facts() == 2


async def test_an_answer_says_how_far_the_journal_has_come_also_where_a_repeated_creation_writes_nothing(
    counter: Counter,
) -> None:
    box, body = uuid4(), {"room": str(uuid4())}
    first = await counter.client.put(f"/boxes/{box}", json=body)
    again = await counter.client.put(f"/boxes/{box}", json=body)

    assert first.headers["bifall-position"] == again.headers["bifall-position"] == "box=2"
    assert first.json() == again.json()


ADMINISTRATOR = Actor(uuid4(), (Post(Role.ADMINISTRATOR),))


async def test_whoever_has_seen_something_is_answered_by_one_who_has_heard_of_it(
    yard: Yard, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "AFTER_TIMEOUT_S", PATIENCE_S)  # relay and reader are only just beginning
    shelf = await yard.office(SHELF)
    client = yard.client(shelf, ADMINISTRATOR)
    await counter.put_thing({"weight": 5}, If_Match='"1"')

    answer = await client.get("/parked", headers={"Bifall-After": "box=2"})

    assert answer.status_code == 200
    assert await shelf.pool.fetchval("select weight from stock where id = $1", counter.box) == 5


async def test_what_has_not_arrived_in_time_is_told_as_soon_over(yard: Yard) -> None:
    client = yard.client(await yard.office(SHELF), ADMINISTRATOR)

    answers = [
        await client.get("/parked", headers={"Bifall-After": after})
        for after in ("box=7", "elsewhere=7", "box=-1", "box=x", "box", "=", "box=" + "9" * 5_000)
    ]

    assert [answer.status_code for answer in answers] == [503, 200, 400, 400, 400, 400, 400]
    assert answers[0].headers["retry-after"] == "1"


async def received_and_recorded(office: Office) -> tuple[datetime, datetime]:
    event = json.loads((await texts(office.pool))[-1])
    return datetime.fromisoformat(event["data"]["received_at"]), datetime.fromisoformat(event["time"])


async def test_a_request_is_received_when_its_first_byte_comes(counter: Counter) -> None:
    async def slow_body() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(SLOWLY_S)
        yield b"}"

    headers = {"If-Match": '"1"', "Content-Type": "application/json"}
    answer = await counter.client.post(f"/boxes/{counter.box}/close", content=slow_body(), headers=headers)

    assert answer.status_code == 200
    received, recorded = await received_and_recorded(counter.office)
    assert recorded - received >= timedelta(seconds=SLOWLY_S)


async def test_nobody_is_late_because_the_queue_was_long(counter: Counter) -> None:
    begun = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        begun.set()
        yield b"{}"

    headers = {"If-Match": '"1"', "Content-Type": "application/json"}
    async with counter.office.desk.turn:
        asking = asyncio.create_task(
            counter.client.post(f"/boxes/{counter.box}/close", content=body(), headers=headers)
        )
        await begun.wait()
        await asyncio.sleep(SLOWLY_S)
    assert (await asking).status_code == 200

    received, recorded = await received_and_recorded(counter.office)
    assert recorded - received >= timedelta(seconds=SLOWLY_S)


async def test_the_time_a_door_elsewhere_has_held_a_request_counts_for_whoever_asks(counter: Counter) -> None:
    headers = {"If-Match": '"1"', "Bifall-Waited-Ms": "3000"}
    assert (await counter.client.post(f"/boxes/{counter.box}/close", json={}, headers=headers)).status_code == 200

    received, recorded = await received_and_recorded(counter.office)
    assert timedelta(seconds=3) <= recorded - received < 2 * timedelta(seconds=3)


async def test_a_service_without_its_database_says_that_it_is_not_ready(yard: Yard, counter: Counter) -> None:
    assert (await counter.client.get("/ready")).json() == {"ready": True, "degraded": False}
    await yard.embedded.postgres.stop()
    try:
        asked = await counter.put_thing({"weight": 1}, If_Match='"1"')
        ready = await counter.client.get("/ready")
        live = await counter.client.get("/live")
    finally:
        await yard.embedded.postgres.start()

    assert (asked.status_code, ready.status_code, live.status_code) == (503, 503, 200)

    async def well_again() -> bool:
        return (await counter.client.get("/ready")).status_code == 200

    await until(well_again, "ready again")
    assert (await counter.put_thing({"weight": 1}, If_Match='"1"')).status_code == 200


@pytest.mark.slow
async def test_r12_while_the_database_is_frozen_everybody_is_answered_and_no_connection_is_lost(
    yard: Yard, counter: Counter
) -> None:
    """More ask than there are connections. The control, a connection without time-outs, is not answered meanwhile."""
    control = await asyncpg.connect(yard.superuser_url("box"))
    yard.closes(control.close)
    database, most = yard.embedded.postgres, counter.office.pool.get_max_size()
    servers = family(database)
    for pid in servers:
        os.kill(pid, signal.SIGSTOP)
    try:
        waits = asyncio.create_task(control.fetchval("select 1"))
        asked = [counter.client.get(f"/boxes/{uuid4()}") for _ in range(2 * most)]
        answers = await asyncio.gather(counter.put_thing({"weight": 1}, If_Match='"1"'), *asked)
        assert not waits.done()
    finally:
        for pid in reversed(servers):
            os.kill(pid, signal.SIGCONT)

    assert {answer.status_code for answer in answers} == {503}
    assert await waits == 1

    async def well_again() -> bool:
        return (await counter.client.get("/ready")).status_code == 200

    await until(well_again, "ready again")
    held = [await counter.office.pool.acquire() for _ in range(most)]
    assert [await connection.fetchval("select 1") for connection in held] == [1] * most
    for connection in held:
        await counter.office.pool.release(connection)


async def test_a_service_whose_broker_is_down_still_takes_commands(yard: Yard) -> None:
    office = await yard.office(BOXES, nats_url="nats://127.0.0.1:1")
    client = yard.client(office)

    assert (await client.get("/ready")).status_code == 200
    assert (await client.put(f"/boxes/{uuid4()}", json={"room": str(uuid4())})).status_code == 200


async def test_the_numbers_of_a_service_are_there_to_be_watched(yard: Yard, counter: Counter) -> None:
    await until_told(yard, 1)
    shelf = await yard.office(SHELF)

    async def read() -> bool:
        return (await shelf.standing()).bookmarks == {"box": 1}

    await until(read, "bookmark 1")
    box, stock = [(await yard.client(office, None).get("/metrics")).text for office in (counter.office, shelf)]

    for line in (
        'journal_head{service="box"} 1.0',
        'stream_last{service="box"} 1.0',
        'stream_ahead{service="box"} 0.0',
    ):
        assert f"bifall_{line}" in box
    for line in ('bookmark{service="shelf",source="box"} 1.0', 'parked_events{service="shelf"} 0.0'):
        assert f"bifall_{line}" in stock


async def test_the_age_of_what_is_not_yet_told_is_known(yard: Yard) -> None:
    office = await yard.office(BOXES, nats_monitor_url=None)  # its relay refuses to work
    await yard.client(office).put(f"/boxes/{uuid4()}", json={"room": str(uuid4())})
    await asyncio.sleep(SLOWLY_S)

    standing = await office.standing()

    assert (standing.head, standing.last) == (1, 0)
    assert standing.oldest_unsent_s >= SLOWLY_S / 2
