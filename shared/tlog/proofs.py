"""Proof files, c2sp.org/tlog-proof: that one entry is in a log, for somebody who has nothing but the log's key.

    c2sp.org/tlog-proof@v1
    extra <base64 of the entry's exact bytes>
    index <which leaf it is, from 0>
    <base64 of each hash of the inclusion path, from the leaf towards the root>

    <a checkpoint, with its cosignatures>

What stands after `extra` is believed by nobody: it is hashed, and the path has to lead from there to a signed root.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable

import msgspec

from shared.merkle import HASH_BYTES, SIZE_MAX, leaf_hash, verify_inclusion
from shared.tlog.checkpoints import Checkpoint, opened
from shared.tlog.notes import Key, Malformed, Note, decoded, read_note

HEADER = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"
PATH_MAX = 63
"""Hashes in the longest path there can be: a tree's size fits a bigint."""
PROOF_BYTES_MAX = 512 * 1024
"""An entry has at most 256 kB, and is a third longer as base64."""

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})\Z")


class NotIncluded(Exception):
    """The path does not lead from the entry to the root that was signed."""


class Proof(msgspec.Struct, frozen=True):
    """`entry` is the leaf's exact bytes, None where the file leaves it to whoever reads it to have them."""

    index: int
    path: tuple[bytes, ...]
    note: Note
    entry: bytes | None = None

    def __str__(self) -> str:
        extra = [] if self.entry is None else [f"extra {b64encode(self.entry).decode()}"]
        hashes = [b64encode(each).decode() for each in self.path]
        return "\n".join([HEADER, *extra, f"index {self.index}", *hashes, "", str(self.note)])


def read_proof(written: str) -> Proof:
    """Raises Malformed. Says nothing about whether it proves anything."""
    if len(written) > PROOF_BYTES_MAX:
        raise Malformed(f"A proof has at most {PROOF_BYTES_MAX} bytes.")
    head, found, note = written.partition("\n\n")
    header, *lines = head.split("\n")
    if header != HEADER or not found or not lines:
        raise Malformed(f"A proof begins with {HEADER}, and ends with a checkpoint after a blank line.")
    entry = decoded(lines.pop(0).removeprefix("extra ")) if lines[0].startswith("extra ") else None
    match = _INDEX.match(lines.pop(0)) if lines else None
    if match is None or int(match[1]) >= SIZE_MAX or len(lines) > PATH_MAX:
        raise Malformed("A proof says which leaf it is about, and has one hash for each step to the root.")
    path = tuple(decoded(line) for line in lines)
    if any(len(each) != HASH_BYTES for each in path):
        raise Malformed(f"A hash has {HASH_BYTES} bytes.")
    return Proof(int(match[1]), path, read_note(note), entry)


def proven(proof: Proof, trusted: Iterable[Key], entry: bytes | None = None) -> Checkpoint:
    """The checkpoint whose tree holds the entry: the one given, else the one in the file.

    Raises NotSigned where no trusted key signed the checkpoint, NotIncluded where it does not hold the entry, and
    Malformed where it is no checkpoint, or nobody says what the entry is.
    """
    checkpoint = opened(proof.note, trusted)
    held = proof.entry if entry is None else entry
    if held is None:
        raise Malformed("The proof does not hold the entry it is about.")
    if not verify_inclusion(leaf_hash(held), proof.index, checkpoint.size, proof.path, checkpoint.root):
        raise NotIncluded(f"Leaf {proof.index} of {checkpoint.origin} is another.")
    return checkpoint
