"""What an operator must hear of reaches them: by webhook and by e-mail, once when it begins and once when it is
over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from copy import copy
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session

from infra.embedded.ports import free_port
from shared.alarms import Watch
from tests.service.house import TestedHouse


@dataclass
class Heard:
    letters: list[str] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    webhook: str = ""
    smtp: str = ""
    refuse: bool = False

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.letters.append(bytes(envelope.content or b"").decode())
        return "250 taken"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        body = await reader.readexactly(length)
        if not self.refuse:
            self.calls.append(msgspec.json.decode(body))
        status = b"503 Not now" if self.refuse else b"200 OK"
        writer.write(b"HTTP/1.1 " + status + b"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def heard() -> AsyncIterator[Heard]:
    listener = Heard()
    server = await asyncio.start_server(listener.answer, "127.0.0.1", 0)
    listener.webhook = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/alarms"
    post = Controller(listener, hostname="127.0.0.1", port=free_port())
    post.start()
    listener.smtp = f"smtp://127.0.0.1:{post.port}"
    yield listener
    post.stop()
    server.close()
    await server.wait_closed()


async def _watched(house: TestedHouse, heard: Heard) -> Watch:
    """A watch of its own over the web service, whose settings send alarms to the test's listeners: the house's own
    watch looks at the same service, and tells nobody."""
    office = copy(house.office("web"))
    office.settings = msgspec.structs.replace(
        office.settings, alarm_webhook=heard.webhook, alarm_smtp_url=heard.smtp, alarm_email="drift@example.se"
    )
    return Watch(office)


async def _park_one(house: TestedHouse, position: int) -> None:
    await house.office("web").pool.execute(
        "insert into parked (source, position, subjects, event, error) values ('review', $1, '{}', '{}', 'tried')",
        position,
    )


async def _unpark(house: TestedHouse, position: int) -> None:
    await house.office("web").pool.execute("delete from parked where position = $1", position)


async def test_an_operator_hears_of_a_parked_event_once_and_of_its_end_once(house: TestedHouse, heard: Heard) -> None:
    watch = await _watched(house, heard)
    await _park_one(house, 10**9)
    try:
        for _ in range(3):
            await watch.look()
            await watch.tell()
    finally:
        await _unpark(house, 10**9)
    await watch.look()
    await watch.tell()
    assert [(call["name"], call["over"]) for call in heard.calls] == [("parked", False), ("parked", True)]
    assert len(heard.letters) == 2
    assert "Subject: Bifall: parked in web" in heard.letters[0]
    assert "is over" in heard.letters[1]


async def test_nothing_is_told_while_all_is_well(house: TestedHouse, heard: Heard) -> None:
    watch = await _watched(house, heard)
    await watch.look()
    await watch.tell()
    assert heard.calls == []
    assert heard.letters == []


async def test_an_alarm_that_cannot_be_told_is_told_later(house: TestedHouse, heard: Heard) -> None:
    watch = await _watched(house, heard)
    await _park_one(house, 10**9 + 1)
    try:
        heard.refuse = True
        await watch.look()
        with pytest.raises(Exception, match="503") as untold:
            await watch.tell()
        assert "/alarms" not in str(untold.value), "the address of a webhook is a secret, and this goes to the log"
        heard.refuse = False
        await watch.tell()
    finally:
        await _unpark(house, 10**9 + 1)
    assert [call["name"] for call in heard.calls] == ["parked"]


async def test_a_stream_ahead_of_its_journal_raises_the_alarm_and_is_not_ready(
    house: TestedHouse, heard: Heard
) -> None:
    watch = await _watched(house, heard)
    office = watch._office
    office.relay = copy(office.relay)  # nobody looks at its stream again, and believes otherwise
    office.relay.ahead = True

    await watch.look()
    assert not await office.ready()

    assert [alarm.name for alarm in watch.current.values()] == ["ahead"]
