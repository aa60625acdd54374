"""The way to the broker: a connection that never gives up, and a pull that knows when it has gone deaf."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from types import TracebackType
from typing import Self

import httpx
import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from shared.uuid7 import uuid7

CONNECT_TIMEOUT_S = 2
RECONNECT_WAIT_S = 0.2
PING_INTERVAL_S = 5
REQUEST_TIMEOUT_S = 3.0
RECONNECT_LOOK_S = 0.02
HEARTBEAT_S = 1.0
DEAF_AFTER_S = 3 * HEARTBEAT_S
PULL_BATCH = 512
PULL_EXPIRES_S = 30
ARRIVING_S = 0.004
"""What was published together arrives one by one: a moment after the first, a reader takes it in one transaction."""

COME_TO = "Nats-Last-Stream"
"""In a heartbeat: how far in the stream the consumer has come, whether it could deliver all of it or not."""

INACTIVE_AFTER_S = 30
MONITOR_TIMEOUT_S = 2.0

log = structlog.get_logger()


class Deaf(Exception):
    """Not even heartbeats arrive: the connection, the consumer or the stream is gone. Open anew."""


class Away(ConnectionError):
    """The broker has been out of reach for as long as anything here waits for it."""


class Gap(Exception):
    """A number is missing between the bookmark and what arrived, or the consumer has passed over it at the end."""

    def __init__(self, stream: str, missing: int, came: int) -> None:
        self.missing = missing
        super().__init__(f"{stream}: {came} came where {missing} should")


class UnsafeBroker(Exception):
    """The broker could lose what it has confirmed."""


class Broker:
    """One service's connection. Its replies come to its own inbox, which nobody else may listen to."""

    def __init__(self, url: str, user: str, password: str, monitor_url: str | None = None) -> None:
        self._url = url
        self._user = user
        self._password = password
        self._monitor_url = monitor_url
        self._client: Client | None = None
        self._connecting = asyncio.Lock()
        self.renewals = 0

    async def client(self) -> Client:
        """The connection, waiting for the broker where it is down. Once made it mends itself for as long as it
        lives, and whoever asks meanwhile waits a while for it. Raises Away."""
        async with self._connecting:
            if self._client is None or self._client.is_closed:
                self._client = await self._connected()
            client = self._client
        await _within_reach(client)
        return client

    async def _connected(self) -> Client:
        client = Client()
        try:
            await client.connect(
                self._url,
                user=self._user,
                password=self._password,
                name=self._user,
                inbox_prefix=f"_INBOX_{self._user}".encode(),
                connect_timeout=CONNECT_TIMEOUT_S,
                max_reconnect_attempts=-1,
                reconnect_time_wait=RECONNECT_WAIT_S,  # type: ignore[arg-type]  # takes any number
                ping_interval=PING_INTERVAL_S,
                max_outstanding_pings=2,
                # Nothing is buffered for later: what was not sent is sent anew from the journal. While a connection
                # mends itself, whatever is published on it is refused with OutboundBufferLimitError: `client` waits.
                pending_size=0,
                error_cb=self._report,
            )
        except BaseException:  # whoever waited was stopped meanwhile: what is open by now is nobody's
            await _closed(client)
            raise
        return client

    async def js(self) -> JetStreamContext:
        return (await self.client()).jetstream(timeout=REQUEST_TIMEOUT_S)

    async def anew(self, since: int) -> None:
        """Drops the connection and makes it again: a timed-out request can kill nats-py's read loop unseen. `since` is
        how many `renewals` there had been when whoever hears nothing asked.

        Where there has been another since, what they asked for went with that, and asking again is enough: readers
        that share a connection and each dropped it for the others in turn would all be deaf for ever.
        """
        if since == self.renewals and self._client is not None and self._client.is_connected:
            self.renewals += 1
            await self._client.force_reconnect()

    async def refuse_unsafe(self) -> None:
        """Raises UnsafeBroker unless its monitor says that every write is synced before it is confirmed."""
        if self._monitor_url is None:
            raise UnsafeBroker("BIFALL_NATS_MONITOR_URL is not set: nobody knows whether the broker syncs its writes.")
        async with httpx.AsyncClient(timeout=MONITOR_TIMEOUT_S) as monitor:
            answer = (await monitor.get(f"{self._monitor_url}/varz")).json()
        if answer.get("jetstream", {}).get("config", {}).get("sync_always") is not True:
            raise UnsafeBroker("The broker does not have sync_interval: always; it could lose what it has confirmed.")

    async def close(self) -> None:
        """Closes without draining: drain() stalls on pull subscriptions, and nothing here needs it."""
        if self._client is not None:
            await _closed(self._client)

    async def _report(self, error: Exception) -> None:
        log.warning("broker.error", user=self._user, error=str(error) or type(error).__name__)


async def _within_reach(client: Client) -> None:
    try:
        async with asyncio.timeout(REQUEST_TIMEOUT_S):
            while not (client.is_connected or client.is_closed):
                await asyncio.sleep(RECONNECT_LOOK_S)
    except TimeoutError:
        raise Away("the broker is out of reach") from None


async def _closed(client: Client) -> None:
    with contextlib.suppress(OSError):  # a connection that breaks while it is closed is closed
        await client.close()


class Pull:
    """An ephemeral pull consumer from one position on: no acks, heartbeats on; the bookmark is the only truth."""

    def __init__(self, broker: Broker, stream: str, start: int) -> None:
        self._broker = broker
        self._stream = stream
        self._start = start
        self._heard_to = start - 1
        self._name = str(uuid7())
        self._asked = 0
        self._asked_since = 0
        self._heard: deque[Msg] = deque()
        self._something = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._client = await self._broker.client()
        self._inbox = self._client.new_inbox()
        self._subscription = await self._client.subscribe(self._inbox, cb=self._hear)
        await (await self._broker.js()).add_consumer(
            self._stream,
            ConsumerConfig(
                name=self._name,
                deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=self._start,
                ack_policy=AckPolicy.NONE,
                inactive_threshold=INACTIVE_AFTER_S,
                mem_storage=True,
            ),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._client.is_closed:
            await self._subscription.unsubscribe()

    async def batch(self, most: int) -> list[tuple[int, bytes]]:
        """(number, exact text) of at least one message, waiting for the first. Raises Deaf after a long silence, and
        Gap where the consumer has passed over the last messages: it does so with what its disk no longer gives back."""
        found: list[tuple[int, bytes]] = []
        while not found:
            if self._asked <= 0:
                await self._ask()
            if not self._heard:
                await self._listen()
                await asyncio.sleep(ARRIVING_S)
            while self._heard and len(found) < most:
                self._sort(self._heard.popleft(), found)
        return found

    async def _hear(self, message: Msg) -> None:
        self._heard.append(message)
        self._something.set()

    async def _listen(self) -> None:
        self._something.clear()
        try:
            async with asyncio.timeout(DEAF_AFTER_S):
                await self._something.wait()
        except TimeoutError:
            await self._broker.anew(self._asked_since)
            raise Deaf(f"nothing, not even a heartbeat, from {self._stream}") from None

    async def _ask(self) -> None:
        request = {"batch": PULL_BATCH, "expires": PULL_EXPIRES_S * 10**9, "idle_heartbeat": int(HEARTBEAT_S * 10**9)}
        subject = f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{self._name}"
        await self._broker.client()  # within reach: another reader that went deaf may have dropped the connection
        self._asked_since = self._broker.renewals
        await self._client.publish(subject, msgspec.json.encode(request), reply=self._inbox)
        self._asked = PULL_BATCH

    def _sort(self, message: Msg, found: list[tuple[int, bytes]]) -> None:
        """A message is kept. A status is a heartbeat (100), the end of a request (404, 408), or of the consumer."""
        status = (message.headers or {}).get("Status")
        if status is None:
            self._asked -= 1
            self._heard_to = message.metadata.sequence.stream
            found.append((self._heard_to, message.data))
        elif status in ("404", "408"):
            self._asked = 0
        elif status == "100":
            come_to = int((message.headers or {}).get(COME_TO, "0"))
            if come_to > self._heard_to and not found:
                raise Gap(self._stream, self._heard_to + 1, come_to + 1)
        else:
            raise Deaf(f"{self._stream}: {status} {(message.headers or {}).get('Description', '')}")
