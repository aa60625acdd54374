"""The relay: publishes fact n of the journal as message n of the stream, and only if the stream's last is n − 1.

It has no cursor of its own: it asks the stream. A retry, a second relay or half a batch can leave no gap, repeat or
swap. Each time it looks it also checks that the stream has no hole; a stream with one is rebuilt from the journal.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import asyncpg
import structlog
from nats.errors import OutboundBufferLimitError
from nats.js.api import StreamState
from nats.js.errors import APIError, NotFoundError

from shared import journal
from shared.broker import REQUEST_TIMEOUT_S, Broker

BATCH_MAX = 500
LOOK_EVERY_S = 1.0
LOOK_AGAIN_S = 0.02
APART_FOR_EACH_S = 0.01
APART_MIN_S, APART_MAX_S = 0.02, 0.1
"""What is committed soon after is told together: it costs every reader a batch, not a fact. A fact after a quiet moment
is told at once; from some hundred facts a second on, the longest is waited."""

REBUILD_TIMEOUT_S = 30.0
REBUILD_LOCK = 0x7265_6275_696C_64  # one rebuild of this service's stream at a time
EXPECTED_LAST = "Nats-Expected-Last-Sequence"
WRONG_LAST = 10_071
"""The broker's word for it: the stream's last is not what was expected."""

log = structlog.get_logger()


class Ahead(Exception):
    """The stream holds facts the journal does not: the database was restored to an earlier point. `bifall recover`
    mends it."""


class Beaten(Exception):
    """Another relay of the same service told it first: there is only to look again."""


class Interrupted(Exception):
    """A reader that went deaf had the connection made anew, just before this was sent: there is only to look again."""


class Relay:
    """`conditional` and `looks_for_holes` are the safeguards; only their negative controls switch them off."""

    def __init__(
        self,
        service: str,
        pool: asyncpg.Pool,
        broker: Broker,
        *,
        conditional: bool = True,
        looks_for_holes: bool = True,
    ) -> None:
        self._service = service
        self._pool = pool
        self._broker = broker
        self._conditional = conditional
        self._looks_for_holes = looks_for_holes
        self._woken = asyncio.Event()
        self.last: int | None = None
        """The stream's last as of the latest look."""
        self.ahead = False

    def wake(self) -> None:
        """Something was committed. Missing a wake-up costs a second, never an event."""
        self._woken.set()

    async def run(self) -> None:
        """Works until cancelled. Raises on any failure: whoever supervises it starts it again, and it looks anew."""
        await self._broker.refuse_unsafe()
        while True:
            self._woken.clear()
            looked = time.monotonic()
            try:
                told = await self.forward()
            except (Beaten, Interrupted):
                await asyncio.sleep(LOOK_AGAIN_S)
                continue
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._woken.wait()
            except TimeoutError:
                continue
            apart_s = min(APART_MAX_S, max(APART_MIN_S, APART_FOR_EACH_S * told))
            await asyncio.sleep(looked + apart_s - time.monotonic())

    async def forward(self) -> int:
        """Brings the stream level with the journal and returns how many facts that took. Raises Beaten where another
        relay does the same, and Interrupted."""
        first = self.last = await self._look()
        while batch := await journal.entries(self._pool, self.last, BATCH_MAX):
            await self._publish(batch)
            self.last = batch[-1][0]
            if len(batch) < BATCH_MAX:  # what was committed meanwhile is told together, a moment later
                break
        return self.last - first

    async def _look(self) -> int:
        """The stream's last, once it is known to be whole. Raises Ahead."""
        state = await self._state()
        if self._broken(state):
            state = await self._rebuilt()
        if await self.is_ahead(state):
            raise Ahead(f"The stream of {self._service} is ahead of its journal: bifall recover {self._service}")
        return int(state.last_seq) if state is not None else 0

    async def is_ahead(self, state: StreamState | None = None) -> bool:
        """Whether the stream knows more than the journal. The stream is asked first, so that both may grow
        meanwhile."""
        state = state or await self._state()
        last = int(state.last_seq) if state is not None else 0
        self.ahead = last > await journal.head(self._pool)
        return self.ahead

    async def _state(self) -> StreamState | None:
        try:
            return (await (await self._broker.js()).stream_info(self._service)).state
        except NotFoundError:
            return None

    def _broken(self, state: StreamState | None) -> bool:
        if state is None:
            return True
        holed = (
            bool(state.num_deleted) or state.messages != state.last_seq or (state.messages > 0 and state.first_seq != 1)
        )
        return holed and self._looks_for_holes

    async def _rebuilt(self) -> StreamState | None:
        """Has the keeper make the stream anew, once: under a lock, and after looking again."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute("select pg_advisory_xact_lock($1)", REBUILD_LOCK)
            state = await self._state()
            if not self._broken(state):
                return state
            log.error("stream.rebuild", service=self._service, state=None if state is None else state.as_dict())
            client = await self._broker.client()
            await client.request(f"rebuild.{self._service}", b"", timeout=REBUILD_TIMEOUT_S)
            return await self._state()

    async def _publish(self, batch: list[tuple[int, str, str]]) -> None:
        """All at once, in order; each only if the one before it is the stream's last. Raises what the first failure
        was."""
        js = await self._broker.js()
        answers = await asyncio.gather(
            *(
                js.publish(
                    f"{self._service}.{kind}", text.encode(), headers=self._headers(number), timeout=REQUEST_TIMEOUT_S
                )
                for number, kind, text in batch
            ),
            return_exceptions=True,
        )
        for answer in answers:
            if isinstance(answer, APIError) and answer.err_code == WRONG_LAST:
                raise Beaten(str(answer)) from answer
            if isinstance(answer, OutboundBufferLimitError):
                raise Interrupted from answer
            if isinstance(answer, BaseException):
                raise answer

    def _headers(self, number: int) -> dict[str, Any] | None:
        return {EXPECTED_LAST: str(number - 1)} if self._conditional else None
