"""What the benchmarks stand on: the embedded servers on a temporary folder, and one service's schema in them."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from infra.embedded import Addresses, Embedded
from services.command.house import migrate_service, service_named
from shared.broker import Broker
from shared.database import open_pool
from shared.office import WRITE_POOL
from shared.service import Service

PATIENCE_S = 60.0
"""A benchmark moves more in one statement than a request may."""


@dataclass(frozen=True)
class Ground:
    addresses: Addresses
    service: Service
    pool: asyncpg.Pool
    """As the service's own, but patient."""

    def broker(self) -> Broker:
        """The service's own connection."""
        login = self.addresses.services[self.service.name].broker
        return Broker(self.addresses.nats_url, login.user, login.password, self.addresses.nats_monitor_url)

    async def plain(self, sql: str) -> None:
        """Makes tables of the floor's own, beside the service's."""
        await as_owner(self.addresses, self.service.name, sql)
        owner = await asyncpg.connect(self.addresses.services[self.service.name].owner_url)
        try:
            await owner.execute(f"grant all on all tables in schema plain to {self.service.name}")
            await owner.execute(f"grant usage on schema plain to {self.service.name}")
        finally:
            await owner.close()


async def as_owner(addresses: Addresses, service: str, sql: str) -> None:
    superuser = await asyncpg.connect(addresses.superuser_url, database=service)
    try:
        await superuser.execute(f"create schema if not exists plain authorization {service}_owner")
        await superuser.execute(f"set role {service}_owner")
        await superuser.execute(sql)
    finally:
        await superuser.close()


@asynccontextmanager
async def folder() -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="bifall-load-") as path:
        yield Path(path)


@asynccontextmanager
async def ground_of(name: str) -> AsyncIterator[Ground]:
    """The servers, and the service's schema, without the service at work."""
    async with folder() as path:
        embedded = Embedded(path / "data")
        addresses = await embedded.start()
        try:
            service, address = service_named(name), addresses.services[name]
            await migrate_service(service, address.owner_url, address.keys_owner_url)
            pool = await open_pool(address.database_url, WRITE_POOL, PATIENCE_S)
            try:
                yield Ground(addresses, service, pool)
            finally:
                await pool.close()
        finally:
            await embedded.stop()
