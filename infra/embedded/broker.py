"""The embedded broker: nats-server from its wheel, on loopback, with JetStream that writes before it acknowledges."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from infra.broker.configuration import BrokerPlace, configuration
from infra.embedded import process
from infra.embedded.folder import DataFolder
from infra.embedded.identity import give, identity_for
from infra.embedded.orphan import stop_orphan
from infra.embedded.ports import LOOPBACK, free_port
from infra.estate import KEEPER, ServiceEstate

START_TIMEOUT_S = 60.0  # a broker with large streams reads them all first
START_ATTEMPTS = 5
ASK_TIMEOUT_S = 1.0
STOP_S = 3.0
UP = "/healthz?js-enabled-only=true"
"""Not whether every stream is well: one that was torn is made anew by the keeper, who needs a broker for that."""


def binary() -> Path:
    """Where the wheel put nats-server: beside the interpreter, or on the path."""
    beside = Path(sys.executable).with_name("nats-server")
    if beside.exists():
        return beside
    found = shutil.which("nats-server")
    if found is None:
        raise process.ChildFailed("nats-server is missing; install the project's requirements")
    return Path(found)


class EmbeddedBroker:
    """The broker of a data folder. The caller holds the folder."""

    def __init__(self, folder: DataFolder, estate: Sequence[ServiceEstate], identity: str | None = None) -> None:
        self.folder = folder
        self.estate = estate
        self.port = free_port()
        self.monitor_port = free_port()
        self.identity = identity or identity_for(folder.path)
        self._child: process.Child | None = None

    @property
    def url(self) -> str:
        return f"nats://{LOOPBACK}:{self.port}"

    @property
    def monitor_url(self) -> str:
        return f"http://{LOOPBACK}:{self.monitor_port}"

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.exit_code is None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    async def start(self) -> None:
        """Start, and return when the streams are there and it takes connections. Raises ChildFailed."""
        for attempt in range(1, START_ATTEMPTS + 1):
            self._configure()
            self._child = await process.start(self._order())
            if await self._answers(self._child):
                return
            if attempt < START_ATTEMPTS and "address already in use" in self._child.last_words():
                self.port, self.monitor_port = free_port(), free_port()
                continue
            break
        words = self._child.last_words() if self._child else ""
        await self.stop()
        raise process.ChildFailed(f"the broker did not start: {words}")

    async def stop(self) -> None:
        if self._child is not None:
            await self._child.stop((signal.SIGTERM, STOP_S))
            self.folder.pid_file("broker").unlink(missing_ok=True)
            self._child = None

    async def stop_orphan(self) -> None:
        """Stop what a killed predecessor left here: two brokers on one store lose acknowledged messages."""
        await stop_orphan(self.folder.pid_file("broker"), signal.SIGTERM)

    def _order(self) -> process.Order:
        return process.Order(
            [str(binary()), "--config", str(self.folder.run / "nats.conf")],
            self.identity,
            self.folder.log_file("broker"),
            pid_file=self.folder.pid_file("broker"),
        )

    async def _answers(self, child: process.Child) -> bool:
        deadline = time.monotonic() + START_TIMEOUT_S
        while child.exit_code is None and time.monotonic() < deadline:
            if await asyncio.to_thread(self._healthy):
                return child.exit_code is None
            await asyncio.sleep(process.POLL_S)
        return False

    def _healthy(self) -> bool:
        monitor = HTTPConnection(LOOPBACK, self.monitor_port, timeout=ASK_TIMEOUT_S)
        try:
            monitor.request("GET", UP)
            return monitor.getresponse().status == HTTPStatus.OK
        except (OSError, HTTPException):
            return False
        finally:
            monitor.close()

    def _configure(self) -> None:
        passwords = {user: self.folder.secrets.broker_password(user) for user in self._users()}
        place = BrokerPlace(LOOPBACK, self.port, LOOPBACK, self.monitor_port, self.folder.broker)
        path = self.folder.run / "nats.conf"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(configuration(self.estate, passwords, place))
        give(self.identity, path, self.folder.run, self.folder.broker)

    def _users(self) -> list[str]:
        return [KEEPER, *(service.name for service in self.estate)]
