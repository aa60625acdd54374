"""The front: a request began when the house saw it, not when a caller says, and the log repeats nothing they sent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from shared.http import front as front_module
from shared.http.asgi import Message, Receive, Scope, Send
from shared.http.front import WAITED_MAX_S, Front

NOW_S = 1_000.0


@pytest.fixture(autouse=True)
def _standing_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """How busy the machine is decides no test."""
    monkeypatch.setattr(front_module, "time", SimpleNamespace(monotonic=lambda: NOW_S))


async def began(outermost: bool, *headers: tuple[bytes, bytes]) -> float:
    """How many seconds ago the request is taken to have begun."""
    seen: dict[str, Any] = {}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        seen.update(scope["state"])
        await send({"type": "http.response.start", "status": 200, "headers": []})

    await asked(Front(app, "review", outermost=outermost), headers)
    return NOW_S - float(seen["started"])


async def asked(front: Front, headers: tuple[tuple[bytes, bytes], ...]) -> list[Message]:
    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "POST", "path": "/cases/hemligt", "headers": list(headers)}
    await front(scope, receive, send)
    return told


async def test_the_door_tells_a_service_how_long_it_has_held_a_request() -> None:
    assert await began(False, (b"bifall-waited-ms", b"3000")) == 3


async def test_nobody_makes_themselves_earlier_by_telling_the_door() -> None:
    assert await began(True, (b"bifall-waited-ms", b"3000")) == 0


@pytest.mark.parametrize("value", [b"", b"-5", b"1e3", b"\xff", b"9" * 5_000, "٣".encode()])
async def test_a_wait_that_is_no_number_is_no_wait(value: bytes) -> None:
    assert await began(False, (b"bifall-waited-ms", value)) == 0


async def test_no_wait_is_longer_than_a_door_would_hold_anyone() -> None:
    assert await began(False, (b"bifall-waited-ms", b"999999")) == WAITED_MAX_S


async def test_the_log_says_which_route_was_asked_for_and_nothing_that_was_sent() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        scope["path_template"] = "/cases/{case}"
        await send({"type": "http.response.start", "status": 404, "headers": []})

    secrets = ((b"authorization", b"Bearer hemligt"), (b"bifall-reference", b"x\x1b[31m\nhemligt"))
    with capture_logs() as lines:
        told = await asked(Front(app, "review"), secrets)

    (line,) = lines
    assert (line["method"], line["route"], line["status"], line["actor"]) == ("POST", "/cases/{case}", 404, None)
    assert "hemligt" not in str(line)
    assert b"hemligt" not in dict(told[0]["headers"])[b"bifall-reference"]
