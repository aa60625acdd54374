"""The keeper: the one that may make and unmake streams. Relays ask it to, over `rebuild.<service>`; it asks no
questions. Readers tell it over `missing.<service>` which message they cannot get; it looks for itself first.

A flipped bit can leave a stream whose numbers are all in order and one of whose messages nobody can read: its relay
cannot know. What a stream held is never lost with it: the relay publishes the journal anew from its first fact.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError, ServerError

from shared.broker import Broker

MAKE_TRIES_MAX = 40
MAKE_AGAIN_S = 0.1
LOOK_EVERY_S = 1.0

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


class Cut(Exception):
    """The connection is closed for good, as the client does by itself when the broker sends it away."""


class Keeper:
    def __init__(self, broker: Broker, services: Sequence[str]) -> None:
        self._broker = broker
        self._services = frozenset(services)
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Answers until cancelled. Raises Cut where nobody can be heard any more: whoever supervises it starts it
        again, and the connection is made anew."""
        client = await self._broker.client()
        subscriptions = [
            await client.subscribe("rebuild.*", cb=self._on_rebuild),
            await client.subscribe("missing.*", cb=self._on_missing),
        ]
        try:
            while not client.is_closed:
                await asyncio.sleep(LOOK_EVERY_S)
            raise Cut("the keeper's connection is closed")
        finally:
            if not client.is_closed:
                for subscription in subscriptions:
                    await subscription.unsubscribe()

    async def _on_rebuild(self, plea: Msg) -> None:
        if (service := self._service_of(plea)) is not None:
            async with self._turn:
                await self._make_anew(service)
            await plea.respond(b"done")

    async def _on_missing(self, plea: Msg) -> None:
        if (service := self._service_of(plea)) is not None and plea.data.isdigit():
            async with self._turn:
                if await self._has_lost(service, int(plea.data)):
                    await self._make_anew(service)
            await plea.respond(b"done")

    def _service_of(self, plea: Msg) -> str | None:
        service = plea.subject.partition(".")[2]
        if service in self._services:
            return service
        log.warning("keeper.unknown", service=service)
        return None

    async def _has_lost(self, service: str, number: int) -> bool:
        """Whether the stream claims to hold the message and cannot give it."""
        js = await self._broker.js()
        try:
            if not 1 <= number <= (await js.stream_info(service)).state.last_seq:
                return False
        except NotFoundError:  # no stream at all is for its relay to notice
            return False
        try:
            await js.get_msg(service, number)
        except NotFoundError:
            log.error("keeper.lost", service=service, number=number)
            return True
        return False

    async def _make_anew(self, service: str) -> None:
        js = await self._broker.js()
        try:
            await js.delete_stream(service)
        except NotFoundError:
            log.info("keeper.first", service=service)
            await clear_remains(js, service)
        await make_stream(js, stream_config(service))
        log.warning("keeper.made_anew", service=service)


async def clear_remains(js: JetStreamContext, service: str) -> None:
    """A broker killed while it made a stream may have left half of it: no stream to the broker, and yet its files. Made
    over those, a stream would keep their torn description and be lost again at the broker's next start. Only a stream
    can be unmade, so it is made once for that."""
    await make_stream(js, stream_config(service))
    await js.delete_stream(service)


async def make_stream(js: JetStreamContext, config: StreamConfig) -> None:
    """Makes a stream where one was just unmade: the broker takes its files away at leisure, and refuses meanwhile."""
    for _ in range(MAKE_TRIES_MAX - 1):
        try:
            await js.add_stream(config)
        except ServerError as error:
            log.info("keeper.not_yet", stream=config.name, error=str(error))
            await asyncio.sleep(MAKE_AGAIN_S)
        else:
            return
    await js.add_stream(config)
