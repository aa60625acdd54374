"""A whole estate for torture: servers, the keeper, and every service a process of its own, as in production.

Each service is started by `bifall serve` from its environment and reaches its database and the broker through links
that can break. Whatever ends is started again, as a container's restart policy does.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import httpx

from infra.embedded import process
from infra.embedded.identity import KEEP
from infra.embedded.ports import LOOPBACK
from infra.estate import KEEPER, SERVICES, ServiceEstate
from services.command.house import migrate_service, service_named
from tests.torture.disk import Disk
from tests.torture.link import Link
from tests.torture.ports import steady_port
from tests.torture.servers import Servers

LOOK_S = 0.05
RESTART_PAUSE_S = 0.3
STOP_S = 12.0
READY_S = 180.0
LAST_WORDS_MAX = 1_000
PROJECT = Path(__file__).parents[2]
ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(PROJECT), "HOME": os.environ.get("HOME", "/")}


class Serving:
    """One service kept running: its process, started again whenever it ends."""

    def __init__(self, name: str, environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.starts = 0
        self._order = process.Order(
            [sys.executable, "-m", "services", "serve", name], KEEP, log, environment={**ENVIRONMENT, **environment}
        )
        self._child: process.Child | None = None
        self._watch: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self._begin()
        self._watch = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._child is not None:
            self.signal(signal.SIGCONT)
            await self._child.stop((signal.SIGTERM, STOP_S))

    def signal(self, number: signal.Signals) -> None:
        if self._child is not None and self._child.exit_code is None:
            os.kill(self._child.pid, number)

    async def _begin(self) -> None:
        self._child = await process.start(self._order)
        self.starts += 1

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            if self._child is None or self._child.exit_code is not None:
                await asyncio.sleep(RESTART_PAUSE_S)
                await self._begin()


class Estate:
    """`start` returns when every service says that it is ready; `stop` leaves nothing running or mounted."""

    def __init__(self, folder: Path, disk: Disk | None = None) -> None:
        self.disk = disk
        self._folder = folder
        self.names = tuple(one.name for one in SERVICES if importlib.util.find_spec(f"services.{one.name}.app"))
        self.services: dict[str, Serving] = {}
        self.to_database: dict[str, Link] = {}
        self.to_broker: dict[str, Link] = {}
        self._shared: dict[str, Link] = {}
        self._ports = {one.name: steady_port() for one in SERVICES}

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._ports['web']}"

    @property
    def links(self) -> list[Link]:
        return [*self.to_database.values(), *self.to_broker.values(), *self._shared.values()]

    async def start(self) -> None:
        if self.disk is not None:
            self.disk.make()
        self.servers = Servers(self._folder, self.disk)
        await self.servers.start()
        await self._make_links()
        estate = {one.name: one for one in SERVICES}
        for name in self.names:
            owner, keys = self.owner_url(name), self.keys_owner_url(name) if estate[name].has_keys else None
            await migrate_service(service_named(name), owner, keys)
            self.services[name] = self._serving(name, self._environment(estate[name]))
        self.services[KEEPER_PROCESS] = self._serving(KEEPER_PROCESS, self._broker_environment(KEEPER))
        os.sync()  # secrets and empty databases are older than any power cut
        await asyncio.gather(*(serving.start() for serving in self.services.values()))
        await self._ready()

    async def stop(self) -> None:
        await asyncio.gather(*(serving.stop() for serving in self.services.values()))
        await asyncio.gather(*(link.stop() for link in self.links))
        if hasattr(self, "servers"):
            await self.servers.stop()
        if self.disk is not None:
            self.disk.remove()

    def owner_url(self, name: str) -> str:
        """Straight to the service's database, as its owner, past the links."""
        return self.servers.postgres.dsn_for(f"{name}_owner", name)

    def keys_owner_url(self, name: str) -> str:
        return self.servers.keys.dsn_for(f"{name}_owner", f"{name}_keys")

    def log_of(self, name: str) -> Path:
        return self._folder / "logs" / f"{name}.log"

    def _serving(self, name: str, environment: dict[str, str]) -> Serving:
        log = self.log_of(name)
        log.parent.mkdir(exist_ok=True)
        return Serving(name, environment, log)

    async def _make_links(self) -> None:
        postgres, keys, broker = self.servers.postgres, self.servers.keys, self.servers.broker
        self.to_database = {name: Link(lambda: postgres.port) for name in self.names}
        self.to_broker = {name: Link(lambda: broker.port) for name in (*self.names, KEEPER)}
        self._shared = {"keys": Link(lambda: keys.port), "monitor": Link(lambda: broker.monitor_port)}
        await asyncio.gather(*(link.start() for link in self.links))

    def _environment(self, one: ServiceEstate) -> dict[str, str]:
        """What docker-compose.yml gives the service."""
        secrets = self.servers.folder.secrets
        given = {
            **self._broker_environment(one.name),
            "BIFALL_DATABASE_URL": self._dsn(one.name, one.name, self.to_database[one.name]),
            "BIFALL_NATS_MONITOR_URL": f"http://{LOOPBACK}:{self._shared['monitor'].port}",
            "BIFALL_KEK_FILE": str(secrets.path("kek")),
            "BIFALL_TOKEN_PUBLIC_KEY_FILE": str(secrets.path("token_public_key")),
            "BIFALL_HOST": LOOPBACK,
            "BIFALL_PORT": str(self._ports[one.name]),
            "BIFALL_PRACTICE": "1",
            "BIFALL_DEMO": "1",
        }
        if one.has_keys:
            given["BIFALL_KEYS_URL"] = self._dsn(one.name, one.keys_database, self._shared["keys"])
        if one.name == "web":
            given["BIFALL_TOKEN_PRIVATE_KEY_FILE"] = str(secrets.path("token_private_key"))
        if one.name in ("web", "audit"):
            given |= {f"BIFALL_{name.upper()}_URL": self._behind(name) for name in self._ports if name != one.name}
        return given

    def _behind(self, name: str) -> str:
        """Where other services find it: web's own routes are behind its door."""
        return f"http://{LOOPBACK}:{self._ports[name]}{'/api/web' if name == 'web' else ''}"

    def _broker_environment(self, user: str) -> dict[str, str]:
        return {
            "BIFALL_NATS_URL": f"nats://{LOOPBACK}:{self.to_broker[user].port}",
            "BIFALL_NATS_USER": user,
            "BIFALL_NATS_PASSWORD": self.servers.folder.secrets.broker_password(user),
        }

    def _dsn(self, role: str, database: str, link: Link) -> str:
        password = quote(self.servers.folder.secrets.role_password(role), safe="")
        return f"postgresql://{role}:{password}@{LOOPBACK}:{link.port}/{database}"

    async def _ready(self) -> None:
        """Raises TimeoutError naming who is not."""
        waiting = set(self.names)
        async with httpx.AsyncClient() as client:
            try:
                async with asyncio.timeout(READY_S):
                    while waiting:
                        for name in sorted(waiting):
                            if await _is_ready(client, self._ports[name], "live" if name == "web" else "ready"):
                                waiting.discard(name)
                        await asyncio.sleep(LOOK_S)
            except TimeoutError:
                words = "\n".join(f"{name}: {self._last_words(name)}" for name in sorted(waiting))
                raise TimeoutError(f"not ready within {READY_S} s:\n{words}") from None

    def _last_words(self, name: str) -> str:
        log = self.log_of(name)
        return log.read_text(encoding="utf-8")[-LAST_WORDS_MAX:] if log.exists() else "(nothing said)"


KEEPER_PROCESS = "keeper"


async def _is_ready(client: httpx.AsyncClient, port: int, question: str) -> bool:
    try:
        return (await client.get(f"http://{LOOPBACK}:{port}/{question}")).status_code == 200
    except httpx.HTTPError:  # not there yet
        return False
