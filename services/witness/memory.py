"""The witness's folder: its key, and for each log what it last cosigned.

FOLDER/key          the seed of its key, in hexadecimal
FOLDER/memory.json  what it has cosigned, and what it has still to hand in
FOLDER/fork-*.txt   two checkpoints of one log that cannot both be true
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import msgspec

from shared.tlog import ed25519
from shared.tlog.notes import Key, Kind, public_key
from shared.whole import private_folder, write_whole

WAITING_MAX = 100
"""Cosignatures that could not be handed in yet; the oldest go first."""


class MemoryDamaged(Exception):
    """What is in the folder cannot be gone by; the sentence says why."""


class Waiting(msgspec.Struct, frozen=True):
    """A cosignature line under the checkpoint of `size`, not yet handed in."""

    size: int
    line: str


class Seen(msgspec.Struct, frozen=True):
    """A log: the note of the checkpoint that was last cosigned. `forked`: nothing more is said about it."""

    size: int
    root: str
    note: str
    forked: bool = False
    waiting: tuple[Waiting, ...] = ()


class Known(msgspec.Struct, frozen=True):
    name: str
    logs: dict[str, Seen] = {}


class Memory:
    def __init__(self, folder: Path, name: str | None = None) -> None:
        """A new folder gets a key, and the witness its name. Raises MemoryDamaged, and Malformed for a wrong name."""
        self.folder = folder
        private_folder(folder)
        self._file = folder / "memory.json"
        self.seed = self._read_seed()
        if self._file.exists():
            self.known = self._read()
        else:
            self._keep(Known(name or f"witness.invalid/{sha256(ed25519.public_of(self.seed)).hexdigest()[:16]}"))
        if name is not None and name != self.known.name:
            raise MemoryDamaged(f"This witness is known as {self.known.name}; that cannot become {name}.")
        self.key: Key = public_key(self.known.name, self.seed, Kind.COSIGNATURE)

    def remember(self, origin: str, seen: Seen) -> None:
        """Before the cosignature leaves the house."""
        kept = msgspec.structs.replace(seen, waiting=seen.waiting[-WAITING_MAX:])
        self._keep(msgspec.structs.replace(self.known, logs={**self.known.logs, origin: kept}))

    def keep_proof(self, origin: str, first: str, second: str) -> Path:
        """Of a fork: both checkpoints, as they were signed."""
        path = self.folder / f"fork-{sha256((origin + second).encode()).hexdigest()[:16]}.txt"
        write_whole(path, f"{first}\n{second}")
        return path

    def _read_seed(self) -> bytes:
        path = self.folder / "key"
        if not path.exists():
            if self._file.exists():
                raise MemoryDamaged(f"{path} is gone. A witness does not go on with another key under the same name.")
            write_whole(path, ed25519.new_seed().hex())
        try:
            seed = bytes.fromhex(path.read_text(encoding="ascii"))
            ed25519.public_of(seed)
        except (OSError, ValueError) as error:
            raise MemoryDamaged(f"{path} is no key: {error}") from error
        return seed

    def _read(self) -> Known:
        try:
            return msgspec.json.decode(self._file.read_bytes(), type=Known)
        except msgspec.MsgspecError as error:
            raise MemoryDamaged(f"{self._file} cannot be read: {error}") from error

    def _keep(self, known: Known) -> None:
        write_whole(self._file, msgspec.json.format(msgspec.json.encode(known), indent=1).decode())
        self.known = known
