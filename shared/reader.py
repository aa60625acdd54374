"""The reader: follows another service's stream and takes each of its events exactly once, in order.

Its only memory is a bookmark, moved by compare-and-set in the transaction of the effect. A number that jumps proves a
gap: the stream is opened again at the bookmark, and where the gap is met again the keeper is told. An event that cannot
be taken for its own reasons is parked with everything later about the same subjects; the rest flow on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import asyncpg
import nats.errors
import structlog

from shared import parked
from shared.broker import REQUEST_TIMEOUT_S, Broker, Gap, Pull
from shared.desk import Overtaken, Standstill
from shared.parked import Entry

BATCH_MAX = 256
MOVE = """
update bookmark set position = $3 where source = $1 and position = $2 returning exists (select from parked)
"""
GO_BY = """
update bookmark set position = $3 where source = $1 and position = $2 and not exists (select from parked)
"""
TRIES_MAX = 5
"""How often an event that was overtaken in the database is tried anew before it counts as its own failure."""


class Halted(Exception):
    """Raised by a take that may not go on without an event it cannot take: nothing is parked, the reader stays
    there."""


class Busy(Exception):
    """Raised where another reader of the same service holds the bookmark, longer than a lock is waited for."""


OURS = (
    Halted,
    Busy,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.TransactionRollbackError,
    asyncpg.LockNotAvailableError,
    OSError,
    TimeoutError,
)
"""Failures that say nothing about the event: the whole batch is tried again."""

log = structlog.get_logger()


class Take(Protocol):
    """What a service does with what it hears. `heeds` says whether an entry leads to anything here; whatever it raises,
    `apply` raises too. `apply` works in the reader's transaction; `committed` comes after it."""

    def heeds(self, entry: Entry) -> bool: ...

    async def apply(self, connection: Any, entries: Sequence[Entry]) -> Any: ...

    def committed(self, applied: Any) -> None: ...


class Reader:
    """`checks_gaps` and `moves_with_effect` are the safeguards; only their negative controls switch them off."""

    def __init__(
        self,
        service: str,
        source: str,
        pool: asyncpg.Pool,
        broker: Broker,
        take: Take,
        moved: Callable[[str, int], Awaitable[None]],
        *,
        checks_gaps: bool = True,
        moves_with_effect: bool = True,
    ) -> None:
        self.source = source
        self._service = service
        self._pool = pool
        self._broker = broker
        self._take = take
        self._moved = moved
        self._checks_gaps = checks_gaps
        self._moves_with_effect = moves_with_effect
        self._missed: int | None = None

    async def run(self) -> None:
        """Works until cancelled. Raises on any failure: whoever supervises it starts it again, at the bookmark."""
        position = await self._bookmark()
        await self._moved(self.source, position)
        try:
            async with Pull(self._broker, self.source, position + 1) as pull:
                while True:
                    position = await self._forward(position, await pull.batch(BATCH_MAX))
                    await self._moved(self.source, position)
        except Gap as gap:
            if self._missed == gap.missing:
                await self._tell_the_keeper(gap.missing)
            self._missed = gap.missing
            raise

    async def _tell_the_keeper(self, missing: int) -> None:
        """Met twice, a gap is no accident of the way here: the stream itself has lost the message, seen or unseen."""
        try:
            client = await self._broker.client()
            await client.request(f"missing.{self.source}", str(missing).encode(), timeout=REQUEST_TIMEOUT_S)
        except (nats.errors.Error, OSError, TimeoutError) as error:  # the gap is met again, and the keeper told again
            log.warning("keeper.silent", service=self._service, source=self.source, error=repr(error))

    async def _bookmark(self) -> int:
        position = await self._pool.fetchval("select position from bookmark where source = $1", self.source)
        if position is None:
            await self._pool.execute(
                "insert into bookmark (source, position) values ($1, 0) on conflict do nothing", self.source
            )
        return int(position or 0)

    async def _forward(self, position: int, arrived: list[tuple[int, bytes]]) -> int:
        """Takes what arrived, up to the first gap. Raises Gap then."""
        entries = [Entry(self.source, number, text) for number, text in arrived if number > position]
        whole = self._before_a_gap(position, entries)
        try:
            if whole:
                await self._take_all(position, whole)
        except Busy:
            return await self._forward(max(position, await self._bookmark()), arrived)
        except Overtaken:
            return await self._passed(position, arrived)
        if len(whole) < len(entries):
            raise Gap(self.source, position + len(whole) + 1, entries[len(whole)].position)
        return whole[-1].position if whole else position

    def _before_a_gap(self, position: int, entries: list[Entry]) -> list[Entry]:
        for place, entry in enumerate(entries):
            if entry.position != position + 1 + place and self._checks_gaps:
                return entries[:place]
        return entries

    async def _take_all(self, position: int, entries: list[Entry]) -> None:
        try:
            await self._together(position, entries)
        except (*OURS, Overtaken, Standstill):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, each event is tried alone
            log.info("reader.one_by_one", service=self._service, source=self.source, why=repr(error))
            await self._one_by_one(position, entries)

    async def _passed(self, position: int, arrived: list[tuple[int, bytes]]) -> int:
        """Another reader of the same service has come further: go on from where it is. Raises Overtaken where none
        has."""
        come_to = await self._bookmark()
        if come_to <= position:
            raise Overtaken(f"something that {self.source} leads to was changed meanwhile")
        return await self._forward(come_to, arrived)

    async def _together(self, position: int, entries: list[Entry]) -> None:
        if not any(map(self._take.heeds, entries)) and await self._go_by(position, entries[-1].position):
            return
        async with self._pool.acquire() as connection:
            async with connection.transaction():
                some_wait = await self._move(connection, position, entries[-1].position)
                if some_wait and await parked.any_about(connection, entries):
                    raise parked.Waiting
                applied = await self._take.apply(connection, entries)
        self._take.committed(applied)

    async def _one_by_one(self, position: int, entries: list[Entry]) -> None:
        for entry in entries:
            await self._alone(position, entry)
            position = entry.position

    async def _alone(self, position: int, entry: Entry) -> None:
        applied = None
        async with self._pool.acquire() as connection:
            async with connection.transaction():
                some_wait = await self._move(connection, position, entry.position)
                if some_wait and await parked.any_about(connection, [entry]):
                    await parked.park(connection, entry, None)
                else:
                    applied = await self._try(connection, entry)
        if applied is not None:
            self._take.committed(applied)

    async def _try(self, connection: Any, entry: Entry) -> Any:
        """The effect in a savepoint; where it fails for the event's own reasons, the event is parked instead."""
        failure: Exception | None = None
        for _ in range(TRIES_MAX):
            try:
                async with connection.transaction():
                    return await self._take.apply(connection, [entry])
            except (*OURS, Standstill):
                raise
            except (Overtaken, asyncpg.UniqueViolationError) as error:
                failure = error
            except Exception as error:  # noqa: BLE001 - the event's own failure: it is parked with its reason
                failure = error
                break
        await parked.park(connection, entry, failure)
        log.error(
            "event.parked", service=self._service, source=self.source, position=entry.position, error=repr(failure)
        )
        return None

    async def _go_by(self, before: int, after: int) -> bool:
        """Moves the bookmark past what leads to nothing here, in one statement. False where it could not: something is
        parked, or another reader of the same service is at it."""
        try:
            return bool((await self._pool.execute(GO_BY, self.source, before, after)).endswith(" 1"))
        except asyncpg.LockNotAvailableError as error:
            raise Busy(self.source) from error

    async def _move(self, connection: Any, before: int, after: int) -> bool:
        """Whether anything is parked. Raises Overtaken where another reader of the same service has come further, Busy
        where it is at work."""
        if not self._moves_with_effect:  # the negative control: a bookmark of its own, moved ahead of the effect
            await self._pool.execute("update bookmark set position = $2 where source = $1", self.source, after)
            return True
        try:
            row = await connection.fetchrow(MOVE, self.source, before, after)
        except asyncpg.LockNotAvailableError as error:
            raise Busy(self.source) from error
        if row is None:
            raise Overtaken(f"bookmark {self.source} is no longer at {before}")
        return bool(row["exists"])


class Bookmarks:
    """How far this process has read each source, for those who wait until it has heard of something."""

    def __init__(self) -> None:
        self.positions: dict[str, int] = {}
        self._changed = asyncio.Condition()

    async def moved(self, source: str, position: int) -> None:
        async with self._changed:
            self.positions[source] = position
            self._changed.notify_all()

    async def wait_for(self, source: str, position: int, timeout_s: float) -> bool:
        """Whether the source has been read to `position`, waiting at most `timeout_s`."""

        def reached() -> bool:
            return self.positions.get(source, 0) >= position

        if reached():
            return True
        try:
            async with asyncio.timeout(timeout_s), self._changed:
                await self._changed.wait_for(reached)
        except TimeoutError:
            return False
        return True
