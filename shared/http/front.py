"""The front of every service: stamps the first byte's moment and a reference, logs the request, and lets nothing fall
through.

The log says who asked for which route and how it went: never a body, a query, a header or a secret.
"""

from __future__ import annotations

import re
import time
from typing import Any
from uuid import uuid4

import structlog

from shared.http.asgi import App, Message, Receive, Scope, Send
from shared.http.patience import TooSlow, in_good_time

ABOUT = "bifall-about"
"""Which cases an answer was about, with commas between: for the door, which keeps the access log and takes the header
away."""

WAITED_MAX_S = 60.0
WAITED_DIGITS_MAX = 6
REFERENCE = re.compile(rb"^[A-Za-z0-9-]{8,64}\Z")

log = structlog.get_logger("access")


class Front:
    """`outermost` stands before the door: whoever calls there may neither say how long the door has held them, nor
    choose the reference. That goes into every event, where nothing a person wrote may stand. Nor may they take for ever
    to send what they send."""

    def __init__(self, app: App, service: str, *, outermost: bool = False) -> None:
        self._app = app
        self._service = service
        self._outermost = outermost

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.monotonic()
        state: dict[str, Any] = scope.setdefault("state", {})
        state.setdefault("started", began if self._outermost else began - _waited_s(scope))
        state["reference"] = str(uuid4()) if self._outermost else _reference(scope)
        status = 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if status == TooSlow.status:  # else whoever sends next to nothing goes on doing so
                    message["headers"] = [*message["headers"], (b"connection", b"close")]
                if (about := state.get("about")) is not None:
                    message["headers"] = [*message["headers"], (ABOUT.encode(), str(about).encode())]
                told_already = any(name.lower() == b"bifall-reference" for name, _ in message["headers"])
                if not told_already:
                    message["headers"] = [*message["headers"], (b"bifall-reference", state["reference"].encode())]
            await send(message)

        structlog.contextvars.bind_contextvars(request=state["reference"])
        try:
            await self._app(scope, in_good_time(receive) if self._outermost else receive, told)
        finally:
            if not state.get("passed_on"):  # the service behind the door has logged it, under the same reference
                self._log(scope, state, status, time.monotonic() - began)
            structlog.contextvars.unbind_contextvars("request")

    def _log(self, scope: Scope, state: dict[str, Any], status: int, took_s: float) -> None:
        log.info(
            "request",
            service=self._service,
            method=scope["method"],
            route=str(scope.get("path_template", "")) or "(none)",
            status=status,
            actor=str(actor.id) if (actor := state.get("actor")) else None,
            milliseconds=round(took_s * 1_000, 1),
        )


def _reference(scope: Scope) -> str:
    """The door's reference where it came through the door, else a new one."""
    for name, value in scope["headers"]:
        if name == b"bifall-reference" and REFERENCE.match(value):
            return str(value.decode())
    return str(uuid4())


def _waited_s(scope: Scope) -> float:
    """How long the door has already held the request; only the door sets this header, and takes away anyone else's."""
    for name, value in scope["headers"]:
        if name == b"bifall-waited-ms" and value.isdigit() and len(value) <= WAITED_DIGITS_MAX:
            return min(WAITED_MAX_S, int(value) / 1_000)
    return 0.0
