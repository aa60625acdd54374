"""A body that never comes is not waited for, and a slow one is."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from shared.http import patience
from shared.http.asgi import Message, Receive
from shared.http.front import Front
from shared.http.patience import TooSlow, in_good_time

SOON_S = 10.0
HUNG_UP = {"type": "http.disconnect"}


def part(content: bytes, more: bool = True) -> Message:
    return {"type": "http.request", "body": content, "more_body": more}


def sending(parts: Iterable[Message]) -> Receive:
    """What comes, and then nothing ever again."""
    coming = iter(parts)

    async def receive() -> Message:
        for one in coming:
            return one
        await asyncio.Event().wait()
        raise AssertionError

    return receive


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PATIENCE_S", 0.0)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("sent", [[], [part(b"x")]], ids=["nothing", "one byte"])
async def test_r12_a_body_that_does_not_come_is_not_waited_for(sent: list[Message]) -> None:
    receive = in_good_time(sending(sent))
    async with asyncio.timeout(SOON_S):
        for one in sent:
            assert await receive() == one
        with pytest.raises(TooSlow):
            await receive()


async def test_who_sends_is_given_time_by_the_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a second had passed for each two kilobytes, which is as slow as may be."""
    monkeypatch.setattr(patience, "PATIENCE_S", 1.0)
    loop, passed = asyncio.get_running_loop(), 0.0
    clock = loop.time
    monkeypatch.setattr(loop, "time", lambda: clock() + passed)
    receive = in_good_time(sending([*[part(b"x" * 2_048)] * 100, part(b"", more=False)]))
    for _ in range(100):
        await receive()
        passed += 0.9
    assert await receive() == part(b"", more=False)


@pytest.mark.usefixtures("impatient")
async def test_that_they_hang_up_is_waited_for_as_long_as_it_takes() -> None:
    hung_up = asyncio.Event()

    async def receive() -> Message:
        if not hung_up.is_set():
            hung_up.set()
            return part(b"", more=False)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        return HUNG_UP

    waiting = in_good_time(receive)
    assert [await waiting(), await waiting()] == [part(b"", more=False), HUNG_UP]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("outermost", [True, False])
async def test_r12_only_who_stands_outermost_loses_patience(outermost: bool) -> None:
    """Between door and service the door has waited already."""
    told: list[bool] = []

    async def app(_: Any, receive: Receive, __: Any) -> None:
        try:
            async with asyncio.timeout(SOON_S if outermost else 0.2):
                await receive()
        except TooSlow:
            told.append(True)
        except TimeoutError:
            told.append(False)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "state": {}}
    await Front(app, "web", outermost=outermost)(scope, sending([]), None)  # type: ignore[arg-type]
    assert told == [outermost]


@pytest.mark.parametrize("status", [408, 422])
async def test_r12_who_was_waited_for_in_vain_loses_the_connection_too(status: int) -> None:
    """A byte now and then would hold it for ever: the server counts only the time in which nothing comes at all."""
    told: list[Message] = []

    async def app(_: Any, __: Receive, send: Any) -> None:
        await send({"type": "http.response.start", "status": status, "headers": []})

    async def send(message: Message) -> None:
        told.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [], "state": {}}
    await Front(app, "web", outermost=True)(scope, sending([]), send)  # type: ignore[arg-type]
    assert ((b"connection", b"close") in told[0]["headers"]) is (status == TooSlow.status)
