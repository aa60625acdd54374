"""Supervised workers: what runs beside the requests, started again when it fails, its health known.

A task that dies unseen would leave a server that answers and does nothing; here every failure is logged and counted.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 2.0
ASK_AGAIN_S = 0.5
WELL_AFTER_S = 5.0
"""A worker that has run this long since its last failure is well again."""

log = structlog.get_logger()

Worker = Callable[[], Awaitable[Any]]


@dataclass
class Health:
    """How one worker is: how often it failed in a row, and with what."""

    failures: int = 0
    error: str | None = None
    total_failures: int = 0
    failed_at: float = float("-inf")

    @property
    def unwell(self) -> bool:
        """Failing, or only just started again."""
        return time.monotonic() - self.failed_at < WELL_AFTER_S


@dataclass
class Workers:
    """A set of named workers that live and stop together."""

    service: str
    health: dict[str, Health] = field(default_factory=dict)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def start(self, name: str, worker: Worker) -> None:
        self.health[name] = Health()
        self._tasks.append(asyncio.create_task(self._supervise(name, worker), name=f"{self.service}.{name}"))

    async def stop(self) -> None:
        """Cancels all and waits: a cancelled transaction rolls back, so there is nothing to save.

        Asks again while one goes on: until Python 3.12, `asyncio.wait_for` (which libraries use) can swallow a
        cancellation.
        """
        working = set(self._tasks)
        while working:
            for task in working:
                task.cancel()
            _, working = await asyncio.wait(working, timeout=ASK_AGAIN_S)
        self._tasks.clear()

    @property
    def unwell(self) -> dict[str, str]:
        return {name: health.error or "" for name, health in self.health.items() if health.unwell}

    async def _supervise(self, name: str, worker: Worker) -> None:
        health = self.health[name]
        while True:
            started = time.monotonic()
            try:
                await worker()
                error = "stopped by itself"
            except asyncio.CancelledError as failure:
                if (task := asyncio.current_task()) is None or task.cancelling():
                    raise
                error = repr(failure)  # a library cancelled what the worker waited for, not the worker
            except Exception as failure:  # noqa: BLE001 - whatever it was, it is logged, counted, and tried again
                error = f"{type(failure).__name__}: {failure}"
            health.failed_at = time.monotonic()
            health.failures = 1 if health.failed_at - started > WELL_AFTER_S else health.failures + 1
            health.total_failures += 1
            health.error = error
            log.warning("worker.failed", service=self.service, worker=name, error=error, in_a_row=health.failures)
            await asyncio.sleep(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(health.failures, 10)))
