"""Supervised workers: what runs beside the requests, started again when it fails, its health known.

A task that dies unseen would leave a server that answers and does nothing; here every failure is logged and counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog

FIRST_WAIT_S = 0.1
LONGEST_WAIT_S = 2.0
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
        """Cancels all and waits: a cancelled transaction rolls back, so there is nothing to save."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks.clear()

    @property
    def unwell(self) -> dict[str, str]:
        return {name: health.error or "" for name, health in self.health.items() if health.failures > 0}

    async def _supervise(self, name: str, worker: Worker) -> None:
        health = self.health[name]
        while True:
            started = asyncio.get_running_loop().time()
            try:
                await worker()
                error = "stopped by itself"
            except Exception as failure:
                error = f"{type(failure).__name__}: {failure}"
            if asyncio.get_running_loop().time() - started > WELL_AFTER_S:
                health.failures = 0
            health.failures += 1
            health.total_failures += 1
            health.error = error
            log.warning("worker.failed", service=self.service, worker=name, error=error, in_a_row=health.failures)
            await asyncio.sleep(min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** min(health.failures, 10)))

    def well(self, name: str) -> None:
        """The worker itself says that it works."""
        self.health[name].failures = 0
        self.health[name].error = None
