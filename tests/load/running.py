"""Programs the benchmarks measure from outside: `bifall up` on a folder, and the bare application."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.load.asking import PROJECT

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 30.0
COMPILED = tempfile.TemporaryDirectory(prefix="bifall-load-compiled-")


@dataclass(frozen=True)
class Running:
    """A program that has said that it is ready, and how long that took."""

    pid: int
    port: int
    ready_after_s: float

    @property
    def resident_mb(self) -> float:
        """Of the process itself, without its children."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    @property
    def worked_s(self) -> float:
        """Processor time so far, of the process itself: much the same however busy the machine is with other things."""
        ticks = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def house_on(data: Path, *words: str) -> AsyncIterator[Running]:
    """`bifall up` on the folder, on any free port."""
    async with _running(["services", "up", "--data", str(data), "--port", "0", *words]) as running:
        yield running


@asynccontextmanager
async def bare(dsn: str | None = None) -> AsyncIterator[Running]:
    async with _running(["tests.load.bare", *([dsn] if dsn else [])]) as running:
        yield running


def environment() -> dict[str, str]:
    """As on anybody's machine, where Python keeps what it has compiled; here in a folder of our own, gone
    afterwards."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": COMPILED.name}


@asynccontextmanager
async def _running(module: Sequence[str]) -> AsyncIterator[Running]:
    began = time.perf_counter()
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *module, stdout=asyncio.subprocess.PIPE, cwd=PROJECT, env=environment()
    )
    try:
        assert program.stdout is not None
        line = await asyncio.wait_for(program.stdout.readline(), START_TIMEOUT_S)
        assert line, f"{module[0]} ended before it was ready"
        port = int(line.decode().strip().rpartition(":")[2])
        yield Running(program.pid, port, time.perf_counter() - began)
    finally:
        if program.returncode is None:
            program.send_signal(signal.SIGTERM)
            await asyncio.wait_for(program.wait(), STOP_TIMEOUT_S)
