"""A yard to try the engine in: a database and a broker of its own, with two tiny services, emptied before each test."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from nats.js.errors import NotFoundError

from infra.embedded import Addresses, Embedded
from infra.estate import ServiceEstate
from shared.broker import Broker
from shared.database import open_pool
from shared.desk import Desk
from shared.docket import Ticket
from shared.envelope import Because, seal
from shared.http.actor_token import Minter
from shared.http.app import build
from shared.http.front import Front
from shared.identity import FUND, Actor, Post, Role
from shared.journal import Fact, append
from shared.keeper import Keeper, make_stream, stream_config
from shared.life import Command
from shared.life_book import LifeBook
from shared.migrate import ENGINE, KEYS, migrate, migrations_in
from shared.office import Office
from shared.reader import Reader, Take
from shared.relay import Relay
from shared.service import Service
from shared.settings import Settings
from shared.workers import Workers
from tests.service.engine.box.services import BOXES, SHELF, STUMBLES
from tests.service.engine.box.told import ThingPut

ESTATE = (
    ServiceEstate("box", hears=(), streams=("box",)),
    ServiceEstate("shelf", hears=("box",), streams=("shelf",)),
)
SERVICES = {"box": BOXES, "shelf": SHELF}
PATIENCE_S = 20.0
LOOK_S = 0.01
OFFICER = Actor(uuid4(), (Post(Role.OFFICER),))

EMPTY = """
alter table journal disable trigger user;
truncate journal, bookmark, request, parked, tally, store, clear, {tables} restart identity;
alter table journal enable trigger user;
update head set position = 0;
"""
TABLES = {"box": "box", "shelf": "stock, heard"}


async def until(holds: Callable[[], Awaitable[bool]], what: str) -> None:
    """Waits until it holds; a test that waits in vain fails with what it waited for."""
    deadline = time.monotonic() + PATIENCE_S
    while not await holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        await asyncio.sleep(LOOK_S)


async def level(relay: Relay) -> None:
    """Brings the stream level, looking anew each time another relay was first."""
    for _ in range(200):
        try:
            await relay.forward()
            return
        except Exception:  # noqa: BLE001 - as its supervisor does: whatever it was, look anew
            await asyncio.sleep(0)
    raise AssertionError("the relay never came level")


async def prepare_tables(addresses: Addresses) -> None:
    """Brings both services' databases to this version's schema."""
    for name, service in SERVICES.items():
        address = addresses.services[name]
        for url, wanted in (
            (address.owner_url, migrations_in(ENGINE, service.migrations)),
            (address.keys_owner_url, migrations_in(KEYS)),
        ):
            connection = await asyncpg.connect(url)
            await migrate(connection, wanted)
            await connection.close()


class Yard:
    """Everything opened through it is closed with it."""

    def __init__(self, embedded: Embedded, addresses: Addresses) -> None:
        self.embedded = embedded
        self.addresses = addresses
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Yard:
        STUMBLES.clear()
        for name in SERVICES:
            await self._empty(name)
        self.keeper = self.broker("streams")
        workers = Workers("yard")
        workers.start("keeper", Keeper(self.keeper, list(SERVICES)).run)
        self._open.push_async_callback(workers.stop)
        for name in SERVICES:
            await self.drop_stream(name)
            await make_stream(await self.keeper.js(), stream_config(name))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._open.aclose()

    def closes(self, close: Callable[[], Awaitable[Any]]) -> None:
        """Something a test has opened itself."""
        self._open.push_async_callback(close)

    # Ground

    def superuser_url(self, database: str, *, keys: bool = False) -> str:
        url = self.addresses.keys_superuser_url if keys else self.addresses.superuser_url
        return f"{url.rpartition('/')[0]}/{database}"

    async def as_superuser(self, database: str, query: str, *arguments: Any, keys: bool = False) -> Any:
        """Runs SQL past every permission; with arguments it returns the one value asked for."""
        connection = await asyncpg.connect(self.superuser_url(database, keys=keys))
        try:
            if query.lstrip().lower().startswith("select"):
                return await connection.fetchval(query, *arguments)
            return await connection.execute(query, *arguments)
        finally:
            await connection.close()

    async def _empty(self, name: str) -> None:
        await self.as_superuser(name, EMPTY.format(tables=TABLES[name]))
        await self.as_superuser(f"{name}_keys", "truncate key", keys=True)

    async def pool(self, name: str, size: int = 4) -> asyncpg.Pool:
        pool = await open_pool(self.addresses.services[name].database_url, size, 10.0)
        self._open.push_async_callback(pool.close)
        return pool

    def broker(self, user: str) -> Broker:
        login = self.addresses.keeper if user == "streams" else self.addresses.services[user].broker
        broker = Broker(self.addresses.nats_url, login.user, login.password, self.addresses.nats_monitor_url)
        self._open.push_async_callback(broker.close)
        return broker

    # The stream, as the keeper sees and handles it

    async def drop_stream(self, name: str) -> None:
        try:
            await (await self.keeper.js()).delete_stream(name)
        except NotFoundError:
            return

    async def stream(self, name: str = "box") -> Any:
        return (await (await self.keeper.js()).stream_info(name)).state

    async def remake_stream(self, name: str, **changes: Any) -> None:
        """The stream, empty, with other settings than the house would give it."""
        await self.drop_stream(name)
        await make_stream(await self.keeper.js(), stream_config(name).evolve(**changes))

    async def update_stream(self, name: str, **changes: Any) -> None:
        await (await self.keeper.js()).update_stream(stream_config(name), **changes)

    # Services at work

    def settings(self, name: str, **changes: Any) -> Settings:
        address = self.addresses.services[name]
        given = {
            "database_url": address.database_url,
            "keys_url": address.keys_url,
            "nats_url": self.addresses.nats_url,
            "nats_user": name,
            "nats_password": address.broker.password,
            "nats_monitor_url": self.addresses.nats_monitor_url,
            "key_encryption_key": self.addresses.kek,
            "token_public_key": self.addresses.token_public_key,
        }
        return Settings(**(given | changes))

    async def office(self, service: Service, **changes: Any) -> Office:
        office = Office(service, self.settings(service.name, **changes))
        await office.open()
        self._open.push_async_callback(office.close)
        return office

    def client(self, office: Office, actor: Actor | None = OFFICER) -> httpx.AsyncClient:
        """Somebody who asks the service over HTTP, with a token that says who."""
        headers = {"Accept-Language": "en"}
        if actor is not None:
            token = Minter(self.addresses.token_private_key).token(actor, office.service.name)
            headers["Authorization"] = f"Bearer {token}"
        transport = httpx.ASGITransport(Front(build(office), office.service.name))
        client = httpx.AsyncClient(transport=transport, base_url="http://service", headers=headers)
        self._open.push_async_callback(client.aclose)
        return client

    # Parts of a service

    async def desk(self, pool: asyncpg.Pool) -> Desk:
        """A desk of the box service: as much as one process's worth of it."""
        return Desk("box", pool, LifeBook(BOXES.kinds), BOXES.policy, lambda: None)

    async def relay(self, **safeguards: bool) -> Relay:
        return Relay("box", await self.pool("box"), self.broker("box"), **safeguards)

    async def reader(self, take: Take, **safeguards: bool) -> Reader:
        async def moved(source: str, position: int) -> None:
            """Nobody waits for it."""

        return Reader("shelf", "box", await self.pool("shelf"), self.broker("shelf"), take, moved, **safeguards)

    def run(self, name: str, worker: Callable[[], Awaitable[Any]]) -> Workers:
        """Keeps a worker at work, as a service would."""
        workers = Workers("yard")
        workers.start(name, worker)
        self._open.push_async_callback(workers.stop)
        return workers


def ticket(command: Command, **changes: Any) -> Ticket:
    given = {
        "operation": "react",
        "command": command,
        "actor": FUND,
        "because": Because(correlation="a test of the engine"),
        "started": time.monotonic(),
    }
    return Ticket(**(given | changes))


def things(count: int, subject: UUID | None = None, first: int = 1) -> list[Fact]:
    """So many facts, each about a box of its own, or all about one."""
    return [_thing(subject or uuid4(), first + number if subject else 1, number + 1) for number in range(count)]


def _thing(subject: UUID, version: int, weight: int) -> Fact:
    from datetime import UTC, datetime

    event = ThingPut(room=UUID(int=1), weight=weight)
    text = seal(event, subject, version, datetime.now(UTC), FUND, Because(correlation="a test of the engine"))
    return Fact(subject, version, event.type, text)


async def written(pool: asyncpg.Pool, facts: Sequence[Fact]) -> int:
    async with pool.acquire() as connection, connection.transaction():
        return await append(connection, facts)


async def texts(pool: asyncpg.Pool) -> list[str]:
    """The journal's exact texts, in order."""
    return [row["event"] for row in await pool.fetch("select event::text as event from journal order by position")]


async def until_told(yard: Yard, last: int) -> None:
    async def told() -> bool:
        return bool((await yard.stream()).last_seq == last)

    await until(told, f"told up to {last}")
