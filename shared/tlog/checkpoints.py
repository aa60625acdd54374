"""Checkpoints and cosignatures, c2sp.org/tlog-checkpoint and tlog-cosignature.

A checkpoint is a signed note of three lines: which log, how many entries, and the root over them. A cosignature is a
witness's word, at a time, that it has seen the log only grow up to there.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable

import msgspec

from shared.merkle import EMPTY_ROOT, HASH_BYTES, SIZE_MAX
from shared.tlog import ed25519
from shared.tlog.notes import (
    Key,
    Kind,
    Malformed,
    Note,
    Signature,
    check_name,
    decoded,
    public_key,
    signed,
    verified,
)

TIME_MAX_S = 2**63 - 1
TIME_BYTES = 8
SIZE_DIGITS_MAX = len(str(SIZE_MAX))


class Checkpoint(msgspec.Struct, frozen=True):
    """The log called `origin` had `size` entries and this root."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        check_name(self.origin)
        if not 0 <= self.size <= SIZE_MAX or len(self.root) != HASH_BYTES:
            raise Malformed("A checkpoint has a size and a root of 32 bytes.")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise Malformed("A log without entries has the root of nothing.")

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def read_checkpoint(text: str) -> Checkpoint:
    """The text of a note, without its signatures. Raises Malformed, also for extension lines: our logs have none."""
    lines = text.split("\n")
    if len(lines) != 4 or lines.pop():
        raise Malformed("A checkpoint is three lines: the log, its size, its root.")
    origin, size, root = lines
    if not (size.isascii() and size.isdigit()) or len(size) > SIZE_DIGITS_MAX or str(int(size)) != size:
        raise Malformed("The size of a log is a plain number.")
    return Checkpoint(origin, int(size), decoded(root))


def sign(checkpoint: Checkpoint, *seeds: bytes) -> Note:
    """The checkpoint with the log's signature, or those of several of its keys. Their name is the origin."""
    return signed(checkpoint.text, *((checkpoint.origin, seed) for seed in seeds))


def opened(note: Note, trusted: Iterable[Key]) -> Checkpoint:
    """What the log's own key has signed. Raises NotSigned, and Malformed where a key signed for another log's name."""
    keys = verified(note, trusted)
    checkpoint = read_checkpoint(note.text)
    if any(key.name != checkpoint.origin for key in keys):
        raise Malformed(f"This is a checkpoint of {checkpoint.origin}, by a key of another log.")
    return checkpoint


# ------------------------------------------------------------------------------------------------------ cosignatures


def cosign(note: Note, name: str, seed: bytes, time_s: int) -> Signature:
    """The line a witness adds, at `time_s` seconds since 1970. Raises Malformed where the note is no checkpoint."""
    read_checkpoint(note.text)
    value = time_s.to_bytes(TIME_BYTES) + ed25519.sign(seed, _cosigned(note.text, time_s))
    return Signature(name, public_key(name, seed, Kind.COSIGNATURE).id, value)


def time_of(cosignature: Signature) -> int:
    """Seconds since 1970. Raises Malformed where it is no cosignature."""
    time_s = int.from_bytes(cosignature.value[:TIME_BYTES])
    if len(cosignature.value) != TIME_BYTES + ed25519.SIGNATURE_BYTES or time_s > TIME_MAX_S:
        raise Malformed("A cosignature is a time and a signature.")
    return time_s


def is_cosigned(key: Key, cosignature: Signature, text: str) -> bool:
    """Whether the line is the witness's over this checkpoint, at the time it says."""
    if key.kind is not Kind.COSIGNATURE or (cosignature.name, cosignature.key_id) != (key.name, key.id):
        return False
    try:
        time_s = time_of(cosignature)
    except Malformed:
        return False
    return ed25519.is_signed(key.public, cosignature.value[TIME_BYTES:], _cosigned(text, time_s))


def witnesses(note: Note, trusted: Iterable[Key]) -> list[Key]:
    """The trusted witnesses whose cosignature stands there. Raises NotSigned where there is none, or one is false."""
    return verified(note, trusted, is_cosigned)


def _cosigned(text: str, time_s: int) -> bytes:
    return f"cosignature/v1\ntime {time_s}\n{text}".encode()
