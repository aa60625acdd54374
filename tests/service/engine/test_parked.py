"""Events that cannot be taken: parked with all that is later about the same, the rest flow on; released in order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from shared import parked
from shared.envelope import Because, seal
from shared.identity import FUND, Actor, Post, Role
from shared.journal import Fact
from shared.office import Office
from tests.service.engine.box.services import SHELF, STUMBLES
from tests.service.engine.box.told import ThingPut
from tests.service.engine.yard import Yard, until, written

UNREADABLE = str(parked.UNREADABLE)


def thing(subject: UUID, version: int, weight: int = 1, cases: tuple[UUID, ...] = ()) -> Fact:
    event = ThingPut(room=UUID(int=1), weight=weight, cases=cases)
    text = seal(event, subject, version, datetime.now(UTC), FUND, Because(correlation="a test of the engine"))
    return Fact(subject, version, event.type, text)


async def shelf_has_read(yard: Yard, *facts: Fact) -> Office:
    """A shelf at work that has come to the end of what was told."""
    office = await yard.office(SHELF)
    await told(yard, office, *facts)
    return office


async def told(yard: Yard, office: Office, *facts: Fact) -> None:
    last = await written(await yard.pool("box"), facts)
    await (await yard.relay()).forward()

    async def read() -> bool:
        return bool(await office.pool.fetchval("select position from bookmark where source = 'box'") == last)

    await until(read, f"bookmark {last}")


async def weights(office: Office) -> dict[UUID, int]:
    return {row["id"]: row["weight"] for row in await office.pool.fetch("select id, weight from stock")}


async def waiting(office: Office) -> list[tuple[int, bool]]:
    """The positions parked, in order of arrival, and whether each is there for its own fault."""
    return [(one.position, one.error is not None) for one in await parked.listed(office.pool)]


async def test_one_event_that_stumbles_holds_up_only_its_own_subject(yard: Yard) -> None:
    poor, well = uuid4(), uuid4()
    STUMBLES.add(poor)

    office = await shelf_has_read(
        yard, thing(poor, 1), thing(well, 1), thing(poor, 2), thing(well, 2), thing(uuid4(), 1, cases=(poor, uuid4()))
    )

    assert await waiting(office) == [(1, True), (3, False), (5, False)]
    assert await weights(office) == {well: 2}


async def test_released_events_are_taken_in_the_order_they_came(yard: Yard) -> None:
    poor = uuid4()
    STUMBLES.add(poor)
    office = await shelf_has_read(yard, *(thing(poor, version, weight=version) for version in (1, 2, 3)))
    client = yard.client(office, Actor(uuid4(), (Post(Role.ADMINISTRATOR),)))

    still = await client.post(f"/parked/{poor}/release", json={})
    assert (still.status_code, len(await waiting(office))) == (409, 3)
    STUMBLES.clear()
    released = await client.post(f"/parked/{poor}/release", json={})

    assert released.json() == {"released": 3}
    order = await office.pool.fetch("select event::text as event from journal order by position")
    assert [msgspec.json.decode(row["event"])["data"]["weight"] for row in order] == [1, 2, 3]
    assert [msgspec.json.decode(row["event"])["causationid"] for row in order] == [f"{poor}-{n}" for n in (1, 2, 3)]


async def test_a_release_that_fails_halfway_leaves_the_rest_parked_in_order(yard: Yard) -> None:
    poor, other = uuid4(), uuid4()
    STUMBLES.update((poor, other))
    office = await shelf_has_read(yard, thing(poor, 1), thing(other, 1, cases=(poor,)), thing(poor, 2))
    STUMBLES.remove(poor)

    with pytest.raises(ValueError, match="stumbled"):
        await parked.release(office.worker_pool, office.take, poor)

    assert [position for position, _ in await waiting(office)] == [2, 3]
    assert await weights(office) == {poor: 1}


async def test_what_is_about_two_subjects_is_not_released_before_what_came_earlier_about_either(yard: Yard) -> None:
    first, second = uuid4(), uuid4()
    STUMBLES.add(first)
    office = await shelf_has_read(yard, thing(first, 1, weight=1), thing(second, 1, weight=2, cases=(first,)))

    with pytest.raises(ValueError, match="stumbled"):
        await parked.release(office.worker_pool, office.take, second)
    assert len(await waiting(office)) == 2

    STUMBLES.clear()
    assert await parked.release(office.worker_pool, office.take, second) == 2
    assert await weights(office) == {first: 1, second: 2}


async def test_events_of_an_unknown_type_are_passed_by(yard: Yard) -> None:
    (subject,) = (uuid4(),)
    newer = thing(subject, 1).text.replace("thing.put", "thing.never_heard_of")

    office = await shelf_has_read(yard, Fact(subject, 1, "thing.never_heard_of", newer), thing(subject, 2))

    assert await waiting(office) == []
    assert await weights(office) == {subject: 1}


async def test_a_field_from_a_newer_version_is_read_past_and_one_that_does_not_fit_is_parked(yard: Yard) -> None:
    newer, wrong = thing(uuid4(), 1), thing(uuid4(), 1)
    newer_text = newer.text.replace('"weight":1', '"weight":1,"colour":"red"')
    wrong_text = wrong.text.replace('"weight":1', '"weight":"heavy"')

    office = await shelf_has_read(
        yard, msgspec.structs.replace(newer, text=newer_text), msgspec.structs.replace(wrong, text=wrong_text)
    )

    assert await waiting(office) == [(2, True)]
    assert await weights(office) == {newer.subject: 1}


@pytest.mark.parametrize("text", [b"no envelope at all", b'{"specversion":"1.0"}', b"\xff\xfe\x00", b'"\x00"'])
async def test_a_message_that_nobody_can_read_is_parked_and_the_rest_flow_on(yard: Yard, text: bytes) -> None:
    await (await yard.broker("box").js()).publish("box.thing.put", text)
    office = await yard.office(SHELF)
    after = thing(uuid4(), 1)
    await (await yard.broker("box").js()).publish("box.thing.put", after.text.encode())

    async def read() -> bool:
        return bool(await office.pool.fetchval("select position from bookmark where source = 'box'") == 2)

    await until(read, "bookmark 2")

    assert await waiting(office) == [(1, True)]
    assert await weights(office) == {after.subject: 1}
    client = yard.client(office, Actor(uuid4(), (Post(Role.ADMINISTRATOR),)))
    (shown,) = (await client.get("/parked")).json()
    assert shown["subjects"] == [UNREADABLE]
    assert (await client.post(f"/parked/{UNREADABLE}/release", json={})).status_code == 409
    assert await office.pool.fetchval("select event from parked") == text


async def test_while_something_is_parked_the_service_says_so(yard: Yard) -> None:
    poor = uuid4()
    STUMBLES.add(poor)

    office = await shelf_has_read(yard, thing(poor, 1), thing(poor, 2))

    client = yard.client(office, None)
    assert (await client.get("/standing")).json()["parked"] == 2
    assert 'bifall_parked_events{service="shelf"} 2.0' in (await client.get("/metrics")).text


async def test_only_an_administrator_releases(yard: Yard) -> None:
    poor = uuid4()
    STUMBLES.add(poor)
    office = await shelf_has_read(yard, thing(poor, 1))
    STUMBLES.clear()

    answers: list[Any] = [
        await yard.client(office, actor).post(f"/parked/{poor}/release", json={})
        for actor in (None, Actor(uuid4(), (Post(Role.OFFICER),)), Actor(uuid4(), (Post(Role.ADMINISTRATOR),)))
    ]

    assert [answer.status_code for answer in answers] == [401, 403, 200]
