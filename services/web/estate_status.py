"""How the whole estate stands: what each service says of itself, put side by side.

Complete means three equal numbers for every service: the journal's head, the stream's last, and every reader's
bookmark.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from services.web.door import Behind


class Estate:
    def __init__(self, services: Mapping[str, Behind]) -> None:
        self._services = services

    async def ready(self) -> dict[str, Any]:
        """Ready where every service is; degraded where any has raised an alarm."""
        answers = await asyncio.gather(*(service.ready() for service in self._services.values()))
        each = dict(zip(self._services, answers, strict=True))
        degraded = False
        if all(answers):
            status = await self.status()
            degraded = any(service["alarms"] for service in status["services"].values())
        return {"ready": all(answers), "degraded": degraded, "services": each}

    async def status(self) -> dict[str, Any]:
        standings = dict(
            zip(self._services, await asyncio.gather(*map(_standing, self._services.values())), strict=True)
        )
        services = {
            name: {
                "head": one["head"],
                "last": one["last"],
                "readers": {
                    reader: other["bookmarks"][name]
                    for reader, other in standings.items()
                    if name in other["bookmarks"]
                },
                "parked": one["parked"],
                "oldest_unsent_s": one["oldest_unsent_s"],
                "unwell": one["unwell"],
                "alarms": one["alarms"],
            }
            for name, one in standings.items()
        }
        return {"complete": all(map(_complete, services.values())), "services": services}

    @staticmethod
    def metrics_of(status: dict[str, Any]) -> str:
        registry = CollectorRegistry()
        labels = ("service",)
        head = Gauge("bifall_journal_head", "Number of the journal's last fact", labels, registry=registry)
        last = Gauge("bifall_stream_last", "Number of the stream's last message", labels, registry=registry)
        parked = Gauge("bifall_parked_events", "Events waiting for an operator", labels, registry=registry)
        unsent = Gauge("bifall_oldest_unsent_seconds", "Age of the oldest fact not sent", labels, registry=registry)
        bookmark = Gauge("bifall_bookmark", "How far a reader has come", ("service", "reader"), registry=registry)
        for name, one in status["services"].items():
            head.labels(name).set(one["head"])
            last.labels(name).set(one["last"])
            parked.labels(name).set(one["parked"])
            unsent.labels(name).set(one["oldest_unsent_s"])
            for reader, position in one["readers"].items():
                bookmark.labels(name, reader).set(position)
        return generate_latest(registry).decode()


def _complete(service: dict[str, Any]) -> bool:
    come_to = {service["last"], *service["readers"].values()}
    return come_to == {service["head"]} and service["parked"] == 0


UNKNOWN: dict[str, Any] = {
    "head": -1,
    "last": -2,
    "bookmarks": {},
    "parked": 0,
    "oldest_unsent_s": 0.0,
    "unwell": {"service": "does not answer"},
    "alarms": ["silent"],
}


async def _standing(service: Behind) -> dict[str, Any]:
    try:
        return await service.standing()
    except (httpx.HTTPError, OSError, TimeoutError):  # not there: never complete
        return UNKNOWN
