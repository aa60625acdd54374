"""Small things the tests of the embedded servers share."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import asyncpg

PATIENCE_S = 20.0
PROJECT = Path(__file__).parents[2]


async def value(url: str, query: str, *arguments: object) -> object:
    """One value from one query on a connection of its own."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(query, *arguments)
    finally:
        await connection.close()


def alive(pid: int) -> bool:
    """Whether the process runs; one that is dead but not buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


async def gone(*pids: int) -> bool:
    """Waits until none of them runs."""
    deadline = time.monotonic() + PATIENCE_S
    while any(alive(pid) for pid in pids):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.02)
    return True


def python(program: str, *arguments: str) -> subprocess.Popen[str]:
    """Another Python process, its first line of output being the sign that it is where the test wants it."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
    )


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def bury(process: subprocess.Popen[str]) -> None:
    """Kill if need be, and close its pipe."""
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()
