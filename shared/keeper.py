"""The keeper: the one that may make and unmake streams. Relays ask it to, over `rebuild.<service>`; it asks no
questions.

What a stream held is never lost with it: the relay publishes the journal anew from its first fact.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from nats.aio.msg import Msg
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from shared.broker import Broker

log = structlog.get_logger()


def stream_config(service: str) -> StreamConfig:
    """A stream holds its whole journal: no age, no size, nothing deleted or purged from it."""
    return StreamConfig(
        name=service,
        subjects=[f"{service}.>"],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        deny_delete=True,
        deny_purge=True,
        num_replicas=1,
    )


class Keeper:
    def __init__(self, broker: Broker, services: Sequence[str]) -> None:
        self._broker = broker
        self._services = frozenset(services)

    async def run(self) -> None:
        """Answers until cancelled."""
        client = await self._broker.client()
        subscription = await client.subscribe("rebuild.*", cb=self._answer)
        try:
            await asyncio.Event().wait()
        finally:
            if not client.is_closed:
                await subscription.unsubscribe()

    async def _answer(self, plea: Msg) -> None:
        service = plea.subject.removeprefix("rebuild.")
        if service not in self._services:
            log.warning("keeper.unknown", service=service)
            return
        await self._make_anew(service)
        await plea.respond(b"done")

    async def _make_anew(self, service: str) -> None:
        js = await self._broker.js()
        try:
            await js.delete_stream(service)
        except NotFoundError:
            log.info("keeper.first", service=service)
        await js.add_stream(stream_config(service))
        log.warning("keeper.made_anew", service=service)
