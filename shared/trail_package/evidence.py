"""What audit hands out of a case: its whole story, each entry with its proof, and the logs they are in."""

from __future__ import annotations

from uuid import UUID

import msgspec


class Proved(msgspec.Struct, frozen=True):
    """An entry: its exact bytes, its place in the log, and the path to the root there. Bytes are in base64."""

    log: str
    position: int
    index: int
    entry: str
    path: list[str]


class Earlier(msgspec.Struct, frozen=True):
    """A checkpoint of before, and how the log went on from it: the hash of the last leaf it had, and the path from
    there to the newest root. What stands to the left on that path makes the old root, all of it the new one."""

    size: int
    note: str
    path: list[str]


class Stamped(msgspec.Struct, frozen=True):
    """An authority's time stamp over the checkpoint of `size`, as `openssl ts -verify -in` reads it, in base64."""

    size: int
    token: str


class Followed(msgspec.Struct, frozen=True):
    """A log: its newest checkpoint, its keys from the first on, the notes that handed on to each after that, and its
    witnesses' keys. `first` is its first leaf, where that is no entry, with the path to it."""

    name: str
    source: str
    origin: str
    checkpoint: str
    size: int
    keys: list[str]
    rotations: list[str]
    witnesses: list[str]
    earlier: list[Earlier]
    stamps: list[Stamped]
    first: str | None
    first_path: list[str]


class Evidence(msgspec.Struct, frozen=True):
    """`waits` is what is not signed yet, or not here yet. `is_settling`: it may be on its way still, so ask again in a
    while; otherwise it ought to be here, and is not."""

    case: UUID
    number: str | None
    logs: list[Followed]
    entries: list[Proved]
    waits: list[str]
    is_settling: bool = False
