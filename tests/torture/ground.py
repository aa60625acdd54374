"""The ground for negative controls: a real database and broker, one journal, one relay or two, one reader or two.

`web` tells and `audit` hears, with the engine's own tables and nothing of the services. What the reader does with an
event is a row in a table that takes the same event as often as it comes: what is lost or doubled can be counted.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import nats.errors
from nats.js.errors import NotFoundError

from infra.estate import KEEPER
from shared.broker import Broker, Gap
from shared.database import WORKER_TIMEOUT_S, open_pool
from shared.journal import Fact, append
from shared.keeper import Keeper
from shared.migrate import ENGINE, migrate, migrations_in
from shared.parked import Entry
from shared.reader import Reader
from shared.relay import LOOK_AGAIN_S, REBUILD_TIMEOUT_S, Beaten, Relay
from shared.workers import Workers
from tests.torture.disk import Disk
from tests.torture.servers import Servers

TELLS, HEARS = "web", "audit"
POOL = 4
EFFECT = """
create table effect (number bigint generated always as identity, position bigint not null, text text not null);
grant select, insert on effect to audit
"""
CLEAR_TOLD = """
alter table journal disable trigger user; truncate journal; alter table journal enable trigger user;
update head set position = 0
"""
CLEAR_HEARD = "truncate effect, bookmark, parked"
READ_ALL = "select position, event::text as text from journal order by position"


Moved = Callable[[str, int], Awaitable[None]]
PATIENCE_S = 60.0
"""Longer than any machine needs, however busy: only what hangs meets it."""

CANCEL_AGAIN_S = 0.5
UNANSWERED = (nats.errors.TimeoutError, nats.errors.NoRespondersError)
"""What a request ends in on a machine too busy to answer it in time. Whether it was carried out is not known."""


class NeverRaised(Exception):
    """Stands where no error is to be let through."""


class Effects:
    """A `Take` whose effect can be counted. At each text in `dies_at` its connection dies once, in mid-work."""

    def __init__(self, dies_at: set[str]) -> None:
        self._dies_at = dies_at

    def heeds(self, entry: Entry) -> bool:
        return True

    async def apply(self, connection: Any, entries: Sequence[Entry]) -> None:
        for entry in entries:
            text = entry.text.decode()
            await connection.execute("insert into effect (position, text) values ($1, $2)", entry.position, text)
            if text in self._dies_at:
                self._dies_at.discard(text)
                await connection.execute("select pg_terminate_backend(pg_backend_pid())")

    def committed(self, applied: None) -> None:
        """Nobody is woken."""


class Ground:
    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self.servers = Servers(folder, disk)
        self._stack = AsyncExitStack()
        self._workers = Workers("ground")

    async def open(self) -> None:
        self._stack.push_async_callback(self.servers.stop)
        await self.servers.start()
        for name in (TELLS, HEARS):
            await self._as_owner(name, None)
        await self._as_owner(HEARS, EFFECT)
        self.told, self.heard = await self._pool(TELLS), await self._pool(HEARS)
        self.teller, self.hearer, self._keepers = self._broker(TELLS), self._broker(HEARS), self._broker(KEEPER)
        self._workers.start("keeper", Keeper(self._keepers, (TELLS,)).run)
        self._stack.push_async_callback(self._workers.stop)

    async def close(self) -> None:
        await self._stack.aclose()

    async def clear(self) -> None:
        """An empty journal, nothing heard, and an empty stream."""
        await self._as_owner(TELLS, CLEAR_TOLD)
        await self._as_owner(HEARS, CLEAR_HEARD)
        await self._connected()
        await (await self.teller.client()).request(f"rebuild.{TELLS}", b"", timeout=REBUILD_TIMEOUT_S)

    async def revive_the_broker(self) -> None:
        """Starts it again, and returns when everybody has found back to it."""
        await self.servers.revive(self.servers.broker)
        await self._connected()

    async def _connected(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            for broker in (self._keepers, self.teller, self.hearer):
                while not await _answers(broker):
                    await asyncio.sleep(0.05)

    async def tell(self, count: int, chance: random.Random, padding_bytes: int = 0) -> list[str]:
        """Appends so many facts, one commit each, and returns their texts."""
        texts = []
        async with self.told.acquire() as connection:
            for _ in range(count):
                subject = UUID(int=chance.getrandbits(128), version=4)
                text = f'{{"subject":"{subject}","padding":"{"x" * padding_bytes}"}}'
                async with connection.transaction():
                    await append(connection, [Fact(subject, 1, "account.opened", text)])
                texts.append(text)
        return texts

    def relay(self, **safeguards: bool) -> Relay:
        return Relay(TELLS, self.told, self.teller, **safeguards)

    async def level(self, relay: Relay) -> None:
        """Has the relay bring the stream level, as its supervisor does: overtaken, or where the broker has not answered
        in time, it looks anew. Raises Ahead; and TimeoutError, which no schedule ever leads to."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    await relay.forward()
                    return
                except (Beaten, *UNANSWERED):
                    await asyncio.sleep(LOOK_AGAIN_S)

    def reader(self, take: Effects, moved: Moved | None = None, **safeguards: bool) -> Reading:
        return Reading(self, take, moved or _nobody_waits, safeguards)

    async def last(self) -> int:
        """Where the stream ends; asked again where the broker is slow."""
        while True:
            try:
                return int((await (await self.teller.js()).stream_info(TELLS)).state.last_seq)
            except UNANSWERED:
                await asyncio.sleep(LOOK_AGAIN_S)

    async def lost_and_doubled(self) -> tuple[int, int]:
        """The journal against what was done."""
        journal = Counter(row["text"] for row in await self.told.fetch(READ_ALL))
        done = Counter(row["text"] for row in await self.heard.fetch("select text from effect"))
        return sum((journal - done).values()), sum((done - journal).values())

    def _broker(self, user: str) -> Broker:
        server = self.servers.broker
        password = self.servers.folder.secrets.broker_password(user)
        broker = Broker(server.url, user, password, server.monitor_url)
        self._stack.push_async_callback(broker.close)
        return broker

    async def _pool(self, name: str) -> asyncpg.Pool:
        pool = await open_pool(self.servers.postgres.dsn_for(name, name), POOL, WORKER_TIMEOUT_S)
        self._stack.push_async_callback(pool.close)
        return pool

    async def _as_owner(self, name: str, sql: str | None) -> None:
        connection = await asyncpg.connect(self.servers.postgres.dsn_for(f"{name}_owner", name))
        try:
            if sql is None:
                await migrate(connection, migrations_in(ENGINE))
            else:
                await connection.execute(sql)
        finally:
            await connection.close()


async def _answers(broker: Broker) -> bool:
    try:
        await (await broker.js()).stream_info(TELLS)
    except NotFoundError:
        return True  # there is no stream yet, says the broker
    except (nats.errors.Error, OSError, TimeoutError):
        return False
    return True


class Reading:
    """A reader under supervision, as a service has it: started again when it fails, until there is nothing more."""

    def __init__(self, ground: Ground, take: Effects, moved: Moved, safeguards: dict[str, bool]) -> None:
        self._ground = ground
        self._moved = moved
        self._end = 0
        self._done = asyncio.Event()
        self._reader = Reader(HEARS, TELLS, ground.heard, ground.hearer, take, self._note, **safeguards)

    async def to_the_end(self) -> None:
        """Until the last message of the stream is passed. Raises TimeoutError, which no schedule ever leads to."""
        async with asyncio.timeout(PATIENCE_S):
            while not await self._once():
                continue

    async def to_the_end_or_a_gap(self) -> bool:
        """Whether the end was reached; if not, the reader met a gap."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    if await self._once(let_through=Gap):
                        return True
                except Gap:
                    return False

    async def _once(self, let_through: type[Exception] = NeverRaised) -> bool:
        self._done.clear()
        self._end = await self._ground.last()
        running, done = asyncio.ensure_future(self._reader.run()), asyncio.ensure_future(self._done.wait())
        await asyncio.wait({running, done}, return_when=asyncio.FIRST_COMPLETED)
        reached = self._done.is_set()
        done.cancel()
        while not running.done():  # until Python 3.12, `asyncio.wait_for` can swallow a cancellation
            running.cancel()
            await asyncio.wait({running}, timeout=CANCEL_AGAIN_S)
        error = None if running.cancelled() else running.exception()
        if isinstance(error, let_through) and not reached:
            raise error
        return reached

    async def _note(self, source: str, position: int) -> None:
        await self._moved(source, position)
        if position >= self._end:
            self._done.set()


async def _nobody_waits(source: str, position: int) -> None:
    """Where a service would tell those who wait until it has heard of something."""
