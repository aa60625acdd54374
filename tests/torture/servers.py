"""Both database clusters and the broker, as the embedded default runs them, each to be killed, frozen, started again.

On a `Disk` all three keep their data there, so that one power cut takes them at the same instant.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Iterable
from pathlib import Path

import asyncpg

from infra.database.prepare import prepare
from infra.embedded.broker import EmbeddedBroker
from infra.embedded.folder import DataFolder
from infra.embedded.identity import identity_for
from infra.embedded.postgres import EmbeddedPostgres
from infra.embedded.process import ChildFailed
from infra.estate import SERVICES
from tests.torture.disk import Disk
from tests.torture.ports import steady_port

START_TRIES = 5
START_PAUSE_S = 1.0
ANSWER_TIMEOUT_S = 2.0
ANSWER_PATIENCE_S = 180.0
"""Longer than any machine needs, however busy: only what hangs meets it."""

Server = EmbeddedPostgres | EmbeddedBroker


class Servers:
    def __init__(self, folder: Path, disk: Disk | None) -> None:
        self.disk = disk
        self.folder = DataFolder(folder / "data")
        self.folder.take()
        if disk is not None:
            self.folder.broker = disk.place / "broker"
            self.folder.broker.mkdir(mode=0o700, exist_ok=True)
        identity = identity_for(self.folder.path)
        self.postgres = self._cluster("postgres", identity)
        self.keys = self._cluster("keys", identity)
        self.broker = EmbeddedBroker(self.folder, SERVICES, identity)
        self.broker.port, self.broker.monitor_port = steady_port(), steady_port()

    @property
    def all(self) -> tuple[Server, ...]:
        return (self.postgres, self.keys, self.broker)

    async def start(self) -> None:
        self.folder.secrets.make_all(SERVICES)
        await asyncio.gather(*(server.start() for server in self.all))
        passwords = {
            role: self.folder.secrets.role_password(role) for one in SERVICES for role in (one.name, one.owner)
        }
        await prepare(self.postgres.dsn, SERVICES, passwords, self.keys.dsn)

    async def stop(self) -> None:
        await asyncio.gather(*(server.stop() for server in self.all), return_exceptions=True)
        self.folder.release()

    async def kill(self, *servers: Server) -> None:
        """SIGKILL to the servers themselves. A database's own children notice by themselves, as in life."""
        for server in servers:
            if server.pid is not None and server.running:
                os.kill(server.pid, signal.SIGKILL)
        await _ended(servers)

    async def kill_families(self, *servers: Server) -> None:
        """The servers and all their children: nothing of theirs holds the disk after this."""
        for server in servers:
            if server.pid is not None and server.running:
                _signal(server.pid, signal.SIGSTOP)  # so that no child is born while we count them
        pids = [pid for server in servers for pid in family(server)]
        for pid in pids:
            _signal(pid, signal.SIGKILL)
        async with asyncio.timeout(ANSWER_PATIENCE_S):
            while any(_lives(pid) for pid in pids):
                await asyncio.sleep(0.01)
        await _ended(servers)

    def freeze(self, server: Server) -> None:
        for pid in family(server):
            _signal(pid, signal.SIGSTOP)

    def thaw(self, server: Server) -> None:
        for pid in reversed(family(server)):
            _signal(pid, signal.SIGCONT)

    async def revive(self, *servers: Server) -> None:
        """Starts what does not run, and waits until each answers. Raises ChildFailed where one cannot."""
        for server in servers or self.all:
            if server.running and await self._answers(server):
                continue
            for attempt in range(1, START_TRIES + 1):
                await server.stop()
                await server.stop_orphan()
                try:
                    await server.start()
                    break
                except ChildFailed:
                    if attempt == START_TRIES:
                        raise
                    await asyncio.sleep(START_PAUSE_S)

    async def restart(self, server: Server) -> None:
        await self.kill(server)
        await self.revive(server)

    def delete_store(self) -> None:
        for entry in self.folder.broker.iterdir():
            shutil.rmtree(entry)

    async def _answers(self, server: Server) -> bool:
        """Whether it does, before long; a database that panicked may still be recovering, or about to give up."""
        if isinstance(server, EmbeddedBroker):
            return server.running
        deadline = time.monotonic() + ANSWER_PATIENCE_S
        while server.running and time.monotonic() < deadline:
            try:
                connection = await asyncpg.connect(server.dsn, timeout=ANSWER_TIMEOUT_S)
                await connection.close(timeout=ANSWER_TIMEOUT_S)
                return True
            except (asyncpg.PostgresError, OSError, TimeoutError):
                await asyncio.sleep(0.1)
        return False

    def _cluster(self, name: str, identity: str) -> EmbeddedPostgres:
        cluster = EmbeddedPostgres(self.folder, name, identity)
        cluster.port = steady_port()
        if self.disk is not None:
            cluster.data = self.disk.place / name
        return cluster


def family(server: Server) -> list[int]:
    """The server and everything that descends from it, itself first."""
    if server.pid is None:
        return []
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        if (stat := _stat(folder.name)) is not None:
            children.setdefault(int(stat[1]), []).append(int(folder.name))
    found = [server.pid]
    for pid in found:
        found += children.get(pid, [])
    return found


async def _ended(servers: Iterable[Server]) -> None:
    async with asyncio.timeout(ANSWER_PATIENCE_S):
        while any(server.running for server in servers):
            await asyncio.sleep(0.01)


def _stat(pid: int | str) -> list[str] | None:
    """State, parent, and so on; None where there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    return text.rpartition(")")[2].split()


def _lives(pid: int) -> bool:
    """Whether it still holds anything; one that only waits to be buried does not."""
    stat = _stat(pid)
    return stat is not None and stat[0] not in ("Z", "X")


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return  # it ended before we came to it
