"""The signer's folder: its keys, and what it last signed of each log. Nothing else in the house can read or write it.

What is remembered is on disk before a signature leaves the process: after a crash it may have signed more than anybody
has seen, never less. The folder is in no backup. Restored from yesterday, it would sign today's sizes a second time.

    FOLDER/lock         held by the one process that signs
    FOLDER/memory.json  what was signed last
    FOLDER/signed/LOG/  every checkpoint of the log, each in a file with its size as name
    FOLDER/key-N        the seed of key N, in hexadecimal
"""

from __future__ import annotations

import fcntl
import os
from hashlib import sha256
from pathlib import Path

import msgspec

from services.signer.domain.judgement import Remembered
from shared.tlog import ed25519
from shared.tlog.notes import check_name, public_key
from shared.tlog.rotation import rotate
from shared.whole import PRIVATE_FILE, private_folder, write_whole

MEMORY = "memory.json"
NAMELESS = "bifall.invalid"
"""Where logs are called after when nobody has said: with their key, so that no two houses have the same."""


class MemoryTaken(Exception):
    """Another process signs with this folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} is in use by a signer that runs. Stop it first.")


class MemoryDamaged(Exception):
    """What is in the folder cannot be gone by; the sentence says why."""


class Break(msgspec.Struct, frozen=True):
    """Somebody has decided that a source begins a new log. `by` is a role, not a name: it is published."""

    because: str
    by: str


class Known(msgspec.Struct, frozen=True):
    """`place` is what all its logs' origins begin with; `key` the number of the key that signs."""

    place: str
    key: int
    logs: dict[str, Remembered] = {}
    former: tuple[Remembered, ...] = ()
    breaks: dict[str, Break] = {}


def looked_into(folder: Path) -> Known:
    """What is remembered there, without taking the folder. Raises MemoryDamaged."""
    try:
        return msgspec.json.decode((folder / MEMORY).read_bytes(), type=Known)
    except FileNotFoundError as error:
        raise MemoryDamaged(f"{folder} is no signer's folder. Name it with --folder, or the data folder.") from error
    except (OSError, msgspec.MsgspecError) as error:
        raise MemoryDamaged(f"{folder / MEMORY} cannot be read: {error}") from error


class Memory:
    """Held from `open` to `close`; no two processes have it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: Known
        self._lock: int | None = None

    def open(self, place: str | None = None) -> None:
        """Takes the folder; a new one gets a key. Raises MemoryTaken, MemoryDamaged, and Malformed for a `place` that
        no log can be called after."""
        private_folder(self.folder)
        self._take()
        try:
            self.known = looked_into(self.folder) if self._file.exists() else self._begin(place)
            self._check(place)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def seed(self) -> bytes:
        """Of the key that signs."""
        return self._seed(self.known.key)

    def remember(self, log: Remembered) -> None:
        """Before what was signed leaves the house."""
        if log.note is not None:
            private_folder(self._signed(log))
            write_whole(self._signed(log) / str(log.edge.size), log.note)
        self._keep(msgspec.structs.replace(self.known, logs={**self.known.logs, log.source: log}))

    def signed(self, log: Remembered, after: int) -> list[str]:
        """The log's checkpoints of more than `after` leaves, smallest first: an audit made anew is given all again."""
        folder = self._signed(log)
        sizes = {int(name) for name in os.listdir(folder)} if folder.exists() else set()
        newest = {} if log.note is None else {log.edge.size: log.note}  # all there is in a folder of before
        kept = {size: (folder / str(size)).read_text(encoding="utf-8") for size in sizes if size > after}
        return [note for _, note in sorted({**kept, **newest}.items())]

    def begin_anew(self, log: Remembered) -> None:
        """The source's former log is closed for ever, and its break carried out."""
        former = self.known.logs.get(log.source)
        breaks = {source: one for source, one in self.known.breaks.items() if source != log.source}
        self._keep(
            msgspec.structs.replace(
                self.known,
                logs={**self.known.logs, log.source: log},
                former=(*self.known.former, *([former] if former else [])),
                breaks=breaks,
            )
        )

    def decide_break(self, source: str, decided: Break) -> None:
        self._keep(msgspec.structs.replace(self.known, breaks={**self.known.breaks, source: decided}))

    def rotate(self) -> list[str]:
        """A new key for every log; the old one is gone. Returns the new keys as vkeys."""
        old, new, number = self.seed, ed25519.new_seed(), self.known.key + 1
        write_whole(self._key(number), new.hex())
        logs = {
            source: msgspec.structs.replace(
                log, rotations=(*log.rotations, str(rotate(log.origin, old, new, log.edge.size)))
            )
            for source, log in self.known.logs.items()
        }
        self._keep(msgspec.structs.replace(self.known, key=number, logs=logs))
        self._key(number - 1).unlink(missing_ok=True)
        return [str(public_key(log.origin, new)) for log in logs.values()]

    @property
    def _file(self) -> Path:
        return self.folder / MEMORY

    def _signed(self, log: Remembered) -> Path:
        return self.folder / "signed" / log.name

    def _key(self, number: int) -> Path:
        return self.folder / f"key-{number}"

    def _take(self) -> None:
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.close()
            raise MemoryTaken(self.folder) from error

    def _begin(self, place: str | None) -> Known:
        if not self._key(1).exists():
            write_whole(self._key(1), ed25519.new_seed().hex())
        if place is None:
            public = ed25519.public_of(self._seed(1))
            place = f"{NAMELESS}/{sha256(public).hexdigest()[:16]}"
        check_name(place)
        known = Known(place, 1)
        self._keep(known)
        return known

    def _check(self, place: str | None) -> None:
        """Another name is another log, and a memory without its key can sign nothing."""
        if place is not None and place != self.known.place:
            raise MemoryDamaged(
                f"The logs of this folder are called {self.known.place}/…, and that is published: it cannot become "
                f"{place}. Set BIFALL_LOG_ORIGIN back, or leave it out."
            )
        self._seed(self.known.key)

    def _seed(self, number: int) -> bytes:
        try:
            seed = bytes.fromhex(self._key(number).read_text(encoding="ascii"))
            ed25519.public_of(seed)
        except (OSError, ValueError) as error:
            raise MemoryDamaged(f"{self._key(number)} is no key: {error}") from error
        return seed

    def _keep(self, known: Known) -> None:
        write_whole(self._file, msgspec.json.format(msgspec.json.encode(known), indent=1).decode())
        self.known = known
