"""R-13: the clock of a service's machine decides nothing. Hours ahead or behind, and set right in the middle of things,
facts keep the database's time, in order, and late is late by the programme's clock."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import msgspec
import pytest

from infra.embedded import Addresses
from tests.service.applications_room import Room, expect, open_room
from tests.service.next_year import CALL_RULES, YEAR

OFF_S = 2 * 3_600
ONE_HOUR = timedelta(hours=1)
TOLD = "select event::text as event from journal where position > $1 order by position"
NOW = "select clock_timestamp() as at, position as head from head"


@pytest.fixture(scope="module")
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with open_room(addresses) as opened:
        yield opened


@pytest.fixture(params=[OFF_S, -OFF_S], ids=["ahead", "behind"])
def off_s(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def set_clock(monkeypatch: pytest.MonkeyPatch, off_s: int) -> None:
    """Of this process: the service's, and the door's that makes the tokens."""
    right, right_ns = time.time, time.time_ns
    monkeypatch.setattr(time, "time", lambda: right() + off_s)
    monkeypatch.setattr(time, "time_ns", lambda: right_ns() + off_s * 10**9)


async def test_r13_facts_keep_the_databases_time_and_order(
    room: Room, monkeypatch: pytest.MonkeyPatch, off_s: int
) -> None:
    before = await room.office.pool.fetchrow(NOW)
    _, call = await room.call()
    set_clock(monkeypatch, off_s)
    (first, _, person), (second, _, other) = await room.draft(call), await room.draft(call)
    expect(await person.post(f"/drafts/{first}/submission"))
    monkeypatch.undo()
    expect(await other.post(f"/drafts/{second}/submission"))
    after = await room.office.pool.fetchrow(NOW)

    told = [msgspec.json.decode(row["event"]) for row in await room.office.pool.fetch(TOLD, before["head"])]
    told = [one for one in told if one["subject"] in (str(first), str(second))]  # a call opens by itself, meanwhile
    times = [datetime.fromisoformat(one["time"]) for one in told]
    assert [one["subject"] for one in told if one["type"] == "case.registered"] == [str(first), str(second)]
    assert times == sorted(times)
    assert before["at"] <= times[0] + timedelta(milliseconds=1)  # facts tell milliseconds
    assert times[-1] <= after["at"]


async def test_r13_late_is_late_by_the_programmes_clock(
    room: Room, monkeypatch: pytest.MonkeyPatch, off_s: int
) -> None:
    programme, call = await room.call()
    (early, _, in_time), (late, _, too_late) = await room.draft(call), await room.draft(call)
    set_clock(monkeypatch, off_s)

    await room.advance_to(programme, CALL_RULES.closes_at - ONE_HOUR)
    expect(await in_time.post(f"/drafts/{early}/submission"))
    await room.advance_to(programme, CALL_RULES.closes_at + ONE_HOUR)
    answer = await too_late.post(f"/drafts/{late}/submission")

    assert f"{YEAR}-03-31 23:59" in expect(answer, 422)["detail"]
