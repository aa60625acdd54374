"""Asking over HTTP: requests written out once, a caller process to send them, and what its answers say."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.load.caller import Answer, Plan

PROJECT = Path(__file__).parents[2]
HOST = "127.0.0.1"


def request(method: str, path: str, token: str | None = None, body: bytes | None = None, **headers: str) -> bytes:
    """One request as it goes over the wire. `If_Match="1"` becomes the header If-Match."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}", "Accept-Language: sv"]
    if token is not None:
        lines.append(f"Authorization: Bearer {token}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


async def ask(port: int, requests: Sequence[bytes], clients: int, rate: float | None = None) -> list[Answer]:
    """Sends them all and returns every answer, in the order they came. Raises AssertionError where one was refused."""
    plan = Plan(HOST, port, clients, list(requests), rate)
    caller = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.load.caller",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=PROJECT,
    )
    heard, _ = await caller.communicate(msgspec.msgpack.encode(plan))
    answers = msgspec.msgpack.decode(heard, type=list[Answer])
    refused = [answer for answer in answers if answer.status not in (200, 201)]
    assert not refused, (
        f"{len(refused)} of {len(answers)} were refused, the first with {refused[0].status}: {refused[0].body!r}"
    )
    return answers


def began(answers: Sequence[Answer]) -> float:
    return min(answer.sent for answer in answers)


def ended(answers: Sequence[Answer]) -> float:
    return max(answer.answered for answer in answers)


def latencies_ms(answers: Sequence[Answer]) -> list[float]:
    return [(answer.answered - answer.sent) * 1_000 for answer in answers]
