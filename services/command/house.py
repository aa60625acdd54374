"""The house: every service in one process, over the same broker and with the same code as when each runs on its own.

Only the door has an address. The order of opening is the order of leaning: schemas, keeper, offices, door.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from importlib import import_module
from typing import Any, cast

import asyncpg

from infra.embedded import Addresses
from infra.estate import SERVICES as ESTATE
from services.audit.books import open_books
from services.command.failure import Failure
from services.web.demo_people import welcome
from services.web.door import Behind, Door, Near
from services.web.letters.reading import open_reading
from services.web.site.about import about_from
from services.web.site.app import site_app
from services.web.site.bell import bell_of
from services.web.site.site import Site
from services.web.tokens import Tokens
from shared.broker import Broker
from shared.http.actor_token import Minter
from shared.http.app import build
from shared.http.asgi import App
from shared.http.front import Front
from shared.keeper import Keeper
from shared.migrate import ENGINE, KEYS, migrate, migrations_in
from shared.office import Office
from shared.service import Service
from shared.settings import Settings, read, read_bytes
from shared.workers import Workers

READY_LOOK_S = 0.1
NAMES = tuple(service.name for service in ESTATE)


def service_named(name: str) -> Service:
    """One service by name, and only that one's code: a process that serves one has no need of the others."""
    service: Service = import_module(f"services.{name}.app").SERVICE
    return service


async def migrate_service(service: Service, owner_url: str, keys_owner_url: str | None) -> None:
    """Brings one service's databases to this version's schema, as their owner."""
    await _migrate(owner_url, migrations_in(ENGINE, service.migrations))
    if keys_owner_url is not None:
        await _migrate(keys_owner_url, migrations_in(KEYS))


async def _migrate(url: str, wanted: Any) -> None:
    connection = await asyncpg.connect(url)
    try:
        await migrate(connection, wanted)
    finally:
        await connection.close()


def settings_for(name: str, addresses: Addresses, practice: bool, signed: bool = False) -> Settings:
    address = addresses.services[name]
    return Settings(
        database_url=address.database_url,
        keys_url=address.keys_url,
        nats_url=addresses.nats_url,
        nats_user=address.broker.user,
        nats_password=address.broker.password,
        nats_monitor_url=addresses.nats_monitor_url,
        key_encryption_key=addresses.kek,
        token_public_key=addresses.token_public_key,
        token_private_key=addresses.token_private_key if name == "web" else None,
        practice=practice,
        alarm_webhook=read(os.environ, "ALARM_WEBHOOK"),
        alarm_smtp_url=read(os.environ, "ALARM_SMTP_URL"),
        alarm_email=read(os.environ, "ALARM_EMAIL"),
        disk=str(addresses.files),
        signer_password=addresses.signer_password if signed and name == "audit" else None,
        stamp_url=read(os.environ, "STAMP_URL"),
        stamp_roots=read_bytes(os.environ, "STAMP_ROOT") or b"",
    )


def door_of(office: Office, services: dict[str, Behind], demo: bool) -> App:
    """What the world sees: `web`'s pages and, behind `/api/<service>/`, every service."""
    private_key = office.settings.token_private_key
    if private_key is None:
        raise LookupError("web needs the key that signs actor tokens")
    tokens, minter = Tokens(office, demo), Minter(private_key)
    open_reading(office, services, minter)
    site = Site(office, services, tokens, minter, about_from(os.environ, demo=demo))
    return Front(Door(office, cast(App, site_app(site)), services, tokens, minter), "web", outermost=True)


class House:
    """All services in this process. `practice` accepts practice programmes; `demo` opens the demo's door; `signed`
    says that there is a signer, so that what it leaves unsigned is an alarm."""

    def __init__(
        self,
        addresses: Addresses,
        *,
        demo: bool = False,
        practice: bool = False,
        services: Sequence[str] = NAMES,
        signed: bool = False,
    ) -> None:
        self._addresses = addresses
        self._demo = demo
        self.offices = {
            name: Office(service_named(name), settings_for(name, addresses, practice, signed)) for name in services
        }
        self.behind: dict[str, Behind] = {}
        self._keeper = Broker(addresses.nats_url, addresses.keeper.user, addresses.keeper.password)
        self._workers = Workers("house")
        self.app: App

    async def open(self) -> None:
        await asyncio.gather(
            *(
                migrate_service(office.service, address.owner_url, address.keys_owner_url)
                for name, office in self.offices.items()
                for address in (self._addresses.services[name],)
            )
        )
        self._workers.start("keeper", Keeper(self._keeper, NAMES).run)
        await asyncio.gather(*(office.open() for office in self.offices.values()))
        if audit := self.offices.get("audit"):
            open_books(audit, {name: office.own_root for name, office in self.offices.items() if name != "audit"})
        if self._demo:
            await welcome(self.offices["web"])
        self.behind = {name: near(office) for name, office in self.offices.items()}
        self.app = door_of(self.offices["web"], self.behind, self._demo)

    async def ready(self) -> None:
        """Returns when every service would say that it is ready. Raises Failure where one has to be recovered first."""
        while not all(await asyncio.gather(*(office.ready() for office in self.offices.values()))):
            for name, office in self.offices.items():
                if office.relay.ahead:
                    raise Failure(
                        f"{name} was restored to an earlier point: others have heard more than its journal holds. "
                        f"Nothing was changed. Take it back from audit with: bifall recover {name}"
                    )
            await asyncio.sleep(READY_LOOK_S)

    def let_pages_go(self) -> None:
        """Open pages listen for news on lines that would else be waited for."""
        bell_of(self.offices["web"]).stop()

    async def close(self) -> None:
        await asyncio.gather(*(office.close() for office in self.offices.values()))
        await self._workers.stop()
        await self._keeper.close()


def near(office: Office) -> Near:
    """A service in this process, behind its own front."""
    app = build(office)
    return Near(Front(cast(App, app), office.service.name), office, app.openapi_schema.to_schema)
