"""Audit at work on ground of its own, so that a test may tamper with it: a real database, a real broker, and sources.

The sources are what audit sees of the other services: their journals, and the relays that publish them. What they
tell is written straight into their journals, so that a test can have them tell anything, at any time.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from uuid import UUID, uuid4

import asyncpg
import httpx
import msgspec

from infra.embedded import Addresses, Embedded
from infra.estate import SERVICES as ESTATE
from services.audit.app import SERVICE
from services.audit.trees import SOURCES
from shared import journal
from shared.broker import Broker
from shared.catalogue import Event
from shared.database import WORKER_TIMEOUT_S, open_pool
from shared.envelope import Because, seal
from shared.http.actor_token import Minter
from shared.http.app import build
from shared.http.front import Front
from shared.identity import FUND, Actor, Post, Role
from shared.journal import Fact
from shared.keeper import Keeper
from shared.migrate import ENGINE, migrate, migrations_in
from shared.office import Office
from shared.relay import Relay
from shared.settings import Settings
from shared.workers import Workers

PATIENCE_S = 20.0
SIGNER_PASSWORD = "the signer's own"
MORNING = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
AUDITOR = Actor(uuid4(), (Post(Role.AUDITOR),))
ADMINISTRATOR = Actor(uuid4(), (Post(Role.ADMINISTRATOR),))
OFFICER = Actor(uuid4(), (Post(Role.OFFICER),))
APPLICANT = Actor(uuid4(), (Post(Role.APPLICANT, uuid4()),))


class Source:
    """One service as audit knows it. Its clock is the room's: a minute passes with each fact told anywhere."""

    def __init__(self, name: str, pool: asyncpg.Pool, relay: Relay, room: AuditRoom) -> None:
        self.name = name
        self.pool = pool
        self.relay = relay
        self._room = room
        self._versions: dict[UUID, int] = {}

    async def tell(self, subject: UUID, *events: Event) -> list[str]:
        """Returns the exact texts."""
        facts = [self._fact(subject, event) for event in events]
        return await self.say(*facts)

    async def say(self, *facts: Fact) -> list[str]:
        async with self.pool.acquire() as connection, connection.transaction():
            await journal.append(connection, facts)
        self.relay.wake()
        return [fact.text for fact in facts]

    async def say_anything(self, *texts: str) -> list[str]:
        """Texts that are no envelopes, or of events nobody knows."""
        return await self.say(*(Fact(uuid4(), 1, "some.thing", text) for text in texts))

    async def texts(self) -> list[bytes]:
        rows = await self.pool.fetch("select event::text as event from journal order by position")
        return [row["event"].encode() for row in rows]

    def _fact(self, subject: UUID, event: Event) -> Fact:
        version = self._versions[subject] = self._versions.get(subject, 0) + 1
        text = seal(event, subject, version, self._room.tick(), FUND, Because(correlation="test"))
        return Fact(subject, version, event.type, text)


class AuditRoom:
    """The sources, and audit's office with its routes."""

    def __init__(self, folder: Path) -> None:
        self._embedded = Embedded(folder / "data")
        self._workers = Workers("room")
        self._minutes = 0
        self._leaving = AsyncExitStack()
        self.sources: dict[str, Source] = {}
        self.addresses: Addresses
        self.office: Office

    def tick(self) -> datetime:
        self._minutes += 1
        return MORNING + timedelta(minutes=self._minutes)

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._leaving.aclose()

    async def _open(self) -> None:
        self._leaving.push_async_callback(self._embedded.stop)
        self.addresses = await self._embedded.start()
        login = self.addresses.keeper
        keeper = self._broker(login.user, login.password)
        self._leaving.push_async_callback(self._workers.stop)
        self._workers.start("keeper", Keeper(keeper, [service.name for service in ESTATE]).run)
        await asyncio.gather(*(self._open_source(name) for name in SOURCES))
        await self._migrate("audit", migrations_in(ENGINE, SERVICE.migrations))
        self._minter = Minter(self.addresses.token_private_key)
        self._leaving.push_async_callback(self._close_office)
        await self._open_office()

    async def restart(self) -> None:
        """Audit's process is started anew."""
        await self._close_office()
        await self._open_office()

    async def _open_office(self) -> None:
        self.office = Office(SERVICE, self._settings())
        await self.office.open()
        self.transport = httpx.ASGITransport(Front(build(self.office), "audit"))  # type: ignore[arg-type]
        self._client = httpx.AsyncClient(transport=self.transport, base_url="http://audit")

    async def _close_office(self) -> None:
        await self._client.aclose()
        await self.office.close()

    async def ask(self, path: str, actor: Actor = AUDITOR, **query: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self._minter.token(actor, 'audit')}", "Accept-Language": "en"}
        return await self._client.get(
            path, params={key: str(value) for key, value in query.items()} or None, headers=headers
        )

    def token(self, actor: Actor) -> str:
        return self._minter.token(actor, "audit")

    async def tell(self, path: str, body: object, actor: Actor = AUDITOR, **query: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token(actor)}", "Accept-Language": "en"}
        return await self._client.post(
            path, params={key: str(value) for key, value in query.items()}, json=body, headers=headers
        )

    async def answer(self, path: str, actor: Actor = AUDITOR, **query: object) -> Any:
        found = await self.ask(path, actor, **query)
        assert found.status_code == 200, found.text
        return msgspec.json.decode(found.content)

    async def pages(self, path: str, actor: Actor = AUDITOR, **query: object) -> list[Any]:
        """Every page, following its cursor."""
        pages = [await self.answer(path, actor, **query)]
        while cursor := pages[-1]["next"]:
            pages.append(await self.answer(path, actor, after=cursor, **query))
        return pages

    async def caught_up(self) -> None:
        """Returns when audit has every fact of every journal."""
        async with asyncio.timeout(PATIENCE_S):
            for source in self.sources.values():
                head = await journal.head(source.pool)
                while not await self.office.bookmarks.wait_for(source.name, head, PATIENCE_S):
                    continue

    async def fall_silent(self) -> None:
        """From now on nothing is published: what somebody writes into a journal stays between them and the journal."""
        await self._workers.stop()

    async def superuser(self, service: str = "audit") -> asyncpg.Connection:
        """Somebody who may do anything, triggers or not."""
        connection = await asyncpg.connect(self.addresses.superuser_url, database=service)
        await connection.execute("set session_replication_role = replica")
        return connection

    async def owner(self) -> asyncpg.Connection:
        return await asyncpg.connect(self.addresses.services["audit"].owner_url)

    def _settings(self) -> Settings:
        address = self.addresses.services["audit"]
        return Settings(
            database_url=address.database_url,
            nats_url=self.addresses.nats_url,
            nats_user=address.broker.user,
            nats_password=address.broker.password,
            nats_monitor_url=self.addresses.nats_monitor_url,
            key_encryption_key=self.addresses.kek,
            token_public_key=self.addresses.token_public_key,
            signer_password=SIGNER_PASSWORD,
        )

    async def _open_source(self, name: str) -> None:
        await self._migrate(name, migrations_in(ENGINE))
        address = self.addresses.services[name]
        broker = self._broker(address.broker.user, address.broker.password)
        pool = await open_pool(address.database_url, 2, WORKER_TIMEOUT_S)
        self._leaving.push_async_callback(pool.close)
        relay = Relay(name, pool, broker)
        self._workers.start(f"relay.{name}", relay.run)
        self.sources[name] = Source(name, pool, relay, self)

    def _broker(self, user: str, password: str) -> Broker:
        broker = Broker(self.addresses.nats_url, user, password, self.addresses.nats_monitor_url)
        self._leaving.push_async_callback(broker.close)
        return broker

    async def _migrate(self, name: str, wanted: Any) -> None:
        connection = await asyncpg.connect(self.addresses.services[name].owner_url)
        await migrate(connection, wanted)
        await connection.close()
