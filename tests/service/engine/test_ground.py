"""Services stand only on ground that holds: a database and a broker that never lose what they have confirmed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from shared.broker import UnsafeBroker
from shared.database import UnsafeDatabase
from tests.service.engine.box.services import BOXES
from tests.service.engine.yard import Yard, until


@pytest.mark.parametrize("keys", [False, True])
async def test_a_database_that_confirms_before_it_has_written_is_refused(yard: Yard, keys: bool) -> None:
    await yard.as_superuser("postgres", "alter role box set synchronous_commit = off", keys=keys)
    try:
        with pytest.raises(UnsafeDatabase, match="synchronous_commit = off"):
            await yard.office(BOXES)
    finally:
        await yard.as_superuser("postgres", "alter role box reset synchronous_commit", keys=keys)

    await yard.office(BOXES)  # the control: the same service on safe ground


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
async def test_a_database_that_a_power_cut_would_break_is_refused(yard: Yard, setting: str) -> None:
    await yard.as_superuser("postgres", f"alter system set {setting} = off")
    await yard.as_superuser("postgres", "select pg_reload_conf()")
    try:
        with pytest.raises(UnsafeDatabase, match=f"{setting} = off"):
            await _opened_when_reloaded(yard, setting, "off")
    finally:
        await yard.as_superuser("postgres", f"alter system reset {setting}")
        await yard.as_superuser("postgres", "select pg_reload_conf()")
        await _reloaded(yard, setting, "on")


async def _opened_when_reloaded(yard: Yard, setting: str, value: str) -> None:
    await _reloaded(yard, setting, value)
    await yard.office(BOXES)


async def _reloaded(yard: Yard, setting: str, value: str) -> None:
    async def is_so() -> bool:
        return bool(await yard.as_superuser("postgres", f"select current_setting('{setting}') = '{value}'"))

    await until(is_so, f"{setting} = {value}")


async def test_a_superusers_role_is_refused(yard: Yard) -> None:
    with pytest.raises(UnsafeDatabase, match="superuser"):
        await yard.office(BOXES, database_url=yard.superuser_url("box"))


@asynccontextmanager
async def monitor(answer: Any) -> AsyncIterator[str]:
    """A broker's monitor that says what it is told to."""
    body = json.dumps(answer).encode()

    async def say(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(say, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def says(sync_always: object) -> dict[str, Any]:
    return {"jetstream": {"config": {"sync_always": sync_always}}}


@pytest.mark.parametrize("answer", [says(False), says("true"), says(None), {}, {"jetstream": {}}])
async def test_a_broker_that_confirms_before_it_has_written_is_refused(yard: Yard, answer: Any) -> None:
    async with monitor(answer) as url:
        office = await yard.office(BOXES, nats_monitor_url=url)
        await _relay_says(office, "sync_interval: always")
        with pytest.raises(UnsafeBroker):
            await office.relay.run()


async def test_a_broker_whose_monitor_says_that_it_writes_first_is_taken(yard: Yard) -> None:
    async with monitor(says(True)) as url:
        office = await yard.office(BOXES, nats_monitor_url=url)
        await until(_has(lambda: office.relay.last == 0), "the relay looks at its stream")


async def test_a_broker_that_nobody_can_ask_is_refused(yard: Yard) -> None:
    office = await yard.office(BOXES, nats_monitor_url=None)

    await _relay_says(office, "BIFALL_NATS_MONITOR_URL is not set")


async def _relay_says(office: Any, words: str) -> None:
    await until(_has(lambda: words in office.workers.unwell.get("relay", "")), words)


def _has(condition: Callable[[], bool]) -> Callable[[], Any]:
    async def holds() -> bool:
        return condition()

    return holds
