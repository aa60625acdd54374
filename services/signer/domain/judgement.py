"""Judgement: whether what audit says of a log may follow what was last signed of it."""

from __future__ import annotations

import msgspec

from shared.merkle import EMPTY_FRONTIER, Frontier

FORK = "fork"
"""The tree is another than the one that was signed."""
BEHIND = "behind"
"""The tree is shorter than the one that was signed: something that has been published is gone."""
FORGOTTEN = "forgotten"
"""The log has been signed before, and not in this memory."""


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """A log, and what was last signed of it. `frontier` is that tree's edge in hexadecimal, `note` the checkpoint.

    `key` is the vkey it was opened with, `rotations` the notes that led from there to the key it has now. `first` is
    its first leaf where that is no entry of the source.
    """

    name: str
    source: str
    number: int
    origin: str
    key: str
    first: str | None = None
    frontier: str = EMPTY_FRONTIER.to_bytes().hex()
    note: str | None = None
    rotations: tuple[str, ...] = ()

    @property
    def edge(self) -> Frontier:
        return Frontier.from_bytes(bytes.fromhex(self.frontier))


class Told(msgspec.Struct, frozen=True):
    """What audit says of a source: its log if it knows one, and the size and root (hexadecimal) of its tree.

    `signed` is the size of the newest checkpoint that audit has been handed, `checkpoint` that one, and `keys` how many
    of the log's keys it knows.
    """

    source: str
    log: str | None
    number: int
    origin: str | None
    size: int
    root: str
    signed: int
    checkpoint: str | None
    keys: int = 0


class Stop(msgspec.Struct, frozen=True):
    """Why nothing is signed. `name` is one of the three above."""

    name: str
    sentence: str


def stopped(mine: Remembered | None, told: Told) -> Stop | None:
    """Before anything is read: whether the log may be signed at all."""
    is_known = told.log is not None
    if is_known and (mine is None or (told.origin != mine.origin and told.number >= mine.number)):
        return Stop(
            FORGOTTEN,
            f"{told.origin} has been signed up to {told.signed}, and this signer does not remember it. Give it "
            f"back its folder, or begin a new log that tells of the break: bifall signer new-log {told.source}",
        )
    if mine is None or told.origin != mine.origin:
        return None
    signed = mine.edge
    if told.size < signed.size:
        return Stop(
            BEHIND,
            f"{mine.origin} was signed up to {signed.size}, and audit has {told.size}. Bring back what was lost, or "
            f"begin a new log that tells of the break: bifall signer new-log {mine.source}",
        )
    if told.size == signed.size and told.root != signed.root().hex():
        return fork(mine, told)
    return None


def follows(mine: Remembered, grown: Frontier, told: Told) -> Stop | None:
    """After the new leaves were hashed onto what was signed: whether that is the tree audit has."""
    if grown.size != told.size or grown.root().hex() != told.root:
        return fork(mine, told)
    return None


def fork(mine: Remembered, told: Told) -> Stop:
    return Stop(
        FORK,
        f"{mine.origin} was signed up to {mine.edge.size}, and audit's tree of {told.size} does not follow from that. "
        "Somebody has changed what was published, or the books were mixed. Nothing more is signed.",
    )


def next_name(source: str, number: int) -> str:
    """A source's first log has its name; those after it count."""
    return source if number == 1 else f"{source}-{number}"
