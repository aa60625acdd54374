"""A service at work: its pools, its desk, its relay and readers, started together and stopped within seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import asyncpg
import msgspec
import nats.errors
import structlog

from shared import journal, parked, requests
from shared.alarms import Watch
from shared.broker import Broker
from shared.database import COMMAND_TIMEOUT_S, WORKER_TIMEOUT_S, open_pool, refuse_unsafe
from shared.desk import Desk, Receipt
from shared.docket import Ticket
from shared.envelope import Because
from shared.identity import FUND
from shared.journal_root import JournalRoot
from shared.keyring import Keyring
from shared.life import Command
from shared.life_book import LifeBook
from shared.migrate import ENGINE, SchemaMismatch, is_current, migrations_in
from shared.reactions import REACT, Reactions
from shared.reader import Bookmarks, Reader, Take
from shared.relay import Relay
from shared.service import Due, Service
from shared.settings import Settings
from shared.store import Sealed, Store
from shared.workers import Workers

WRITE_POOL = 4
WORKER_POOL = 8
KEYS_POOL = 2
FIRST_LOOK_S = 2.0
SETTLE_TIMEOUT_S = 2.0
CLOSE_TIMEOUT_S = 2.0
DUE_EVERY_S = 1.0
HOUSEKEEPING_EVERY_S = 3_600.0

log = structlog.get_logger()


class Standing(msgspec.Struct, frozen=True):
    """How far a service has come: its journal's head, its stream's last, its bookmark in each source it hears.

    `unwell` are workers that have just failed, with why; `alarms` what an operator has been told of.
    """

    head: int
    last: int
    bookmarks: dict[str, int]
    parked: int
    oldest_unsent_s: float
    unwell: dict[str, str]
    alarms: list[str]


class Office:
    def __init__(self, service: Service, settings: Settings) -> None:
        self.service = service
        self.settings = settings
        self.policy = service.policy
        self.book = LifeBook(service.kinds)
        self.bookmarks = Bookmarks()
        self.workers = Workers(service.name)
        self.broker = Broker(settings.nats_url, settings.nats_user, settings.nats_password, settings.nats_monitor_url)
        self.migrations = migrations_in(ENGINE, service.migrations)
        self.watch = Watch(self)
        self.extra: dict[str, Any] = {}
        """What a service keeps for itself while it runs; filled by its `on_open`."""
        self.trouble: dict[str, str] = {}
        """What is wrong in the service's own work, name → sentence: an alarm for as long as it stands here."""
        self._pools: list[asyncpg.Pool] = []
        self._is_open = False

    async def open(self) -> None:
        """Raises UnsafeDatabase or SchemaMismatch rather than run on ground that does not hold."""
        try:
            await self._open()
        except BaseException:
            await self._let_go()
            raise
        self._is_open = True

    async def _open(self) -> None:
        self.pool = await self._pool(self.settings.database_url, WRITE_POOL)
        self.worker_pool = await self._pool(self.settings.database_url, WORKER_POOL, WORKER_TIMEOUT_S)
        await refuse_unsafe(self.pool)
        if not await is_current(self.pool, self.migrations):
            raise SchemaMismatch(
                f"The schema of {self.service.name} is not this version's. Run `bifall prepare` first."
            )
        await self._open_keys()
        self.desk = Desk(self.service.name, self.pool, self.book, self.policy, self._committed)
        self.own_root = JournalRoot(self.worker_pool)
        self.relay = Relay(self.service.name, self.worker_pool, self.broker)
        self.desk.may_write = lambda: not self.relay.ahead
        await self._look_before_opening()
        self.take: Take = self.service.take(self) if self.service.take else Reactions(self.desk, self.service.reactions)
        if self.service.on_open:
            await self.service.on_open(self)
        self._start_workers()

    async def close(self) -> None:
        """Lets what is under way finish, then stops: nothing has to be saved. One that never opened has let go."""
        if not self._is_open:
            return
        try:
            async with asyncio.timeout(SETTLE_TIMEOUT_S):
                await self.desk.settled()
        except TimeoutError:  # whoever asked has an unknown outcome, and a key to ask again with
            log.warning("left_undone", service=self.service.name)
        await self._let_go()

    async def _let_go(self) -> None:
        await self.workers.stop()
        await self.broker.close()
        await asyncio.gather(*(_closed(pool) for pool in self._pools))

    @property
    def store(self) -> Store:
        if self._store is None:
            raise LookupError(f"{self.service.name} keeps no content")
        return self._store

    async def act(self, command: Command, why: str, sealed: Sequence[Sealed] = ()) -> Receipt:
        """The fund itself does something: a date has come, or a crash left something half done. Raises Refused.

        `why` stands in the event, where a person's act has its request.
        """
        return await self.desk.do(
            Ticket(
                operation=REACT,
                command=command,
                actor=FUND,
                because=Because(correlation=why),
                started=time.monotonic(),
                sealed=sealed,
            )
        )

    async def standing(self) -> Standing:
        last = self.relay.last or 0
        head = await journal.head(self.pool)
        oldest = await self.pool.fetchval(
            "select extract(epoch from clock_timestamp() - recorded_at) from journal where position = $1", last + 1
        )
        rows = await self.pool.fetch("select source, position from bookmark")
        return Standing(
            head=head,
            last=last,
            bookmarks=dict.fromkeys(self.service.hears, 0) | {row["source"]: row["position"] for row in rows},
            parked=await parked.count(self.pool),
            oldest_unsent_s=round(float(oldest or 0.0), 1),
            unwell=self.workers.unwell,
            alarms=[alarm.name for alarm in self.watch.current.values()],
        )

    async def ready(self) -> bool:
        """Whether the database answers and its schema is the code's. The broker may be down: commands still commit."""
        try:
            return await is_current(self.pool, self.migrations) and not self.relay.ahead
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            log.warning("not_ready", service=self.service.name, error=repr(error))
            return False

    async def _look_before_opening(self) -> None:
        """A restored database must not take a command before it is known that its stream is ahead of it."""
        try:
            async with asyncio.timeout(FIRST_LOOK_S):
                await self.relay.is_ahead()
        except (TimeoutError, OSError, nats.errors.Error) as error:
            log.info("broker.not_there_yet", service=self.service.name, error=repr(error))

    async def _pool(self, url: str, size: int, timeout_s: float = COMMAND_TIMEOUT_S) -> asyncpg.Pool:
        pool = await open_pool(url, size, timeout_s)
        self._pools.append(pool)
        return pool

    async def _open_keys(self) -> None:
        """A key that a power cut takes is content nobody can read again: keys need the same ground."""
        self._store: Store | None = None
        self.keys_pool: asyncpg.Pool | None = None
        if self.settings.keys_url is not None and self.service.has_store:
            self.keys_pool = await self._pool(self.settings.keys_url, KEYS_POOL)
            await refuse_unsafe(self.keys_pool)
            keyring = Keyring(self.keys_pool, self.settings.key_encryption_key)
            await keyring.refuse_wrong_key()
            self._store = Store(keyring)

    def _committed(self) -> None:
        self.relay.wake()

    def _start_workers(self) -> None:
        self.workers.start("relay", self.relay.run)
        for source in self.service.hears:
            reader = Reader(self.service.name, source, self.worker_pool, self.broker, self.take, self.bookmarks.moved)
            self.workers.start(f"reader.{source}", reader.run)
        for due in self.service.due:
            self.workers.start(f"due.{due.__name__}", self._again_and_again(due, DUE_EVERY_S))
        self.workers.start("alarms", self.watch.run)
        self.workers.start("housekeeping", self._again_and_again(_forget_old_requests, HOUSEKEEPING_EVERY_S))

    def _again_and_again(self, due: Due, every_s: float) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            while True:
                await due(self)
                await asyncio.sleep(every_s)

        return work


async def _forget_old_requests(office: Office) -> None:
    await requests.forget_old(office.worker_pool)


async def _closed(pool: asyncpg.Pool) -> None:
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await pool.close()
    except TimeoutError:
        pool.terminate()
