"""The load generator: a process of its own that sends ready-made HTTP requests over a few connections.

It does next to nothing per request, so that floor and row are slowed alike and little. Run as a program it reads a
`Plan` on stdin and writes a list of `Answer` on stdout.
"""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections import deque
from typing import Any

import msgspec
import uvloop

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
POSITION = re.compile(rb"\r\nbifall-position: [a-z]+=(\d+)", re.IGNORECASE)
HEAD_END = b"\r\n\r\n"


class Plan(msgspec.Struct, frozen=True):
    """With a `rate` (per second) each request has its moment; without one a connection asks again when answered."""

    host: str
    port: int
    clients: int
    requests: list[bytes]
    rate: float | None = None


class Answer(msgspec.Struct, frozen=True):
    """Seconds of the machine's monotonic clock; `position` is what `Bifall-Position` said, else 0."""

    number: int
    sent: float
    answered: float
    status: int
    position: int
    head: bytes
    body: bytes


class Crowd:
    """Shares the requests out among its connections."""

    def __init__(self, plan: Plan) -> None:
        self._requests = iter(enumerate(plan.requests))
        self._left = len(plan.requests)
        self._paced = plan.rate is not None
        self.answers: list[Answer] = []
        self.idle: deque[Line] = deque()
        self.due: deque[tuple[int, bytes]] = deque()
        self.done = asyncio.Event()

    def next(self, line: Line) -> tuple[int, bytes] | None:
        if not self._paced:
            return next(self._requests, None)
        if self.due:
            return self.due.popleft()
        self.idle.append(line)
        return None

    def release(self) -> None:
        """The next request's moment has come."""
        self.due.append(next(self._requests))
        if self.idle:
            self.idle.popleft().go_on()

    def heard(self, answer: Answer) -> None:
        self.answers.append(answer)
        self._left -= 1
        if self._left == 0:
            self.done.set()


class Line(asyncio.Protocol):
    """One connection, kept open."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd
        self._heard = b""
        self._number = 0
        self._sent = 0.0
        self._asking = False

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._asking:
            self._tell(0, b"", b"")

    def go_on(self) -> None:
        asked = self._crowd.next(self)
        if asked is not None:
            self._number, request = asked
            self._asking = True
            self._sent = time.monotonic()
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._heard += data
        end = self._heard.find(HEAD_END)
        if end < 0:
            return
        head = self._heard[:end]
        length = LENGTH.search(head)
        total = end + len(HEAD_END) + (int(length[1]) if length else 0)
        if len(self._heard) < total:
            return
        body, self._heard = self._heard[end + len(HEAD_END) : total], self._heard[total:]
        self._tell(int(head[9:12]), head, body)
        self.go_on()

    def _tell(self, status: int, head: bytes, body: bytes) -> None:
        position = POSITION.search(head)
        self._asking = False
        self._crowd.heard(
            Answer(
                self._number,
                self._sent,
                time.monotonic(),
                status,
                int(position[1]) if position else 0,
                b"" if status == 200 else head,
                b"" if status in (200, 201) else body,
            )
        )


async def call(plan: Plan) -> list[Answer]:
    loop = asyncio.get_running_loop()
    crowd = Crowd(plan)
    made = [await loop.create_connection(lambda: Line(crowd), plan.host, plan.port) for _ in range(plan.clients)]
    lines = [line for _, line in made]
    for line in lines:
        line.go_on()
    if plan.rate is not None:
        began = loop.time()
        for number in range(len(plan.requests)):
            loop.call_at(began + number / plan.rate, crowd.release)
    await crowd.done.wait()
    for transport, _ in made:
        transport.close()
    return crowd.answers


if __name__ == "__main__":
    read = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Plan)
    sys.stdout.buffer.write(msgspec.msgpack.encode(uvloop.run(call(read))))
