"""The data folder: where everything of the embedded default lies, who may read it, and who holds it.

DIR/lock        held by the one process that runs on this folder
DIR/postgres    the cluster of the services' databases
DIR/keys        the cluster of the key databases, apart so that a backup of the first holds no key
DIR/broker      the streams (a copy; rebuilt from the journals)
DIR/files       the file store
DIR/secrets     passwords and keys, one file each
DIR/signer      what the signer has signed, and its own keys; it makes this itself, and no backup holds it
DIR/run         sockets, pid files, configuration made at each start
DIR/logs        what the servers say
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from infra.secrets import Secrets

PRIVATE = 0o700


class FolderTaken(Exception):
    """Another process runs on this folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        self.folder = folder
        self.holder = holder
        super().__init__(
            f"{folder} is in use by process {holder}. Stop that one first, or choose another folder with --data."
        )


class DataFolder:
    """One data folder; `take` makes it ready and holds it until `release`."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.postgres = self.path / "postgres"
        self.keys = self.path / "keys"
        self.broker = self.path / "broker"
        self.files = self.path / "files"
        self.signer = self.path / "signer"
        self.run = self.path / "run"
        self.logs = self.path / "logs"
        self.secrets = Secrets(self.path / "secrets")
        self._lock: int | None = None

    def take(self) -> None:
        """Make the folder and lock it. Raises FolderTaken naming the process that has it."""
        self._make()
        descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            raise FolderTaken(self.path, holder or "(it is just starting)") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._lock = descriptor

    def release(self) -> None:
        """Let go of the folder; the lock file stays, because removing it would let two hold two files of one name."""
        if self._lock is not None:
            os.ftruncate(self._lock, 0)
            os.close(self._lock)
            self._lock = None

    def pid_file(self, server: str) -> Path:
        return self.run / f"{server}.pid"

    def log_file(self, server: str) -> Path:
        return self.logs / f"{server}.log"

    def _make(self) -> None:
        self.path.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        self.path.chmod(PRIVATE)
        for folder in (self.broker, self.files, self.run, self.logs, self.secrets.folder):
            folder.mkdir(mode=PRIVATE, exist_ok=True)
            folder.chmod(PRIVATE)
