"""A new key for a log: a note in which the key that was, and the key that is to be, say so together.

    bifall.key-rotation/v1
    <origin>
    <the new key, as a vkey>
    <size of the last checkpoint the old key signed>

Whoever trusts the old key can so come to trust the new one; what the old one has signed stays as good as it was.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from shared.tlog.notes import Key, Malformed, Note, NotSigned, public_key, read_key, signed, verified

HEADER = "bifall.key-rotation/v1"


class Rotation(msgspec.Struct, frozen=True):
    """From checkpoint `size` on, the log called `origin` signs with `key`."""

    origin: str
    key: Key
    size: int

    @property
    def text(self) -> str:
        return f"{HEADER}\n{self.origin}\n{self.key}\n{self.size}\n"


def rotate(origin: str, old_seed: bytes, new_seed: bytes, size: int) -> Note:
    text = Rotation(origin, public_key(origin, new_seed), size).text
    return signed(text, (origin, old_seed), (origin, new_seed))


def read_rotation(text: str) -> Rotation:
    """Raises Malformed."""
    header, *lines = text.split("\n")
    if header != HEADER or len(lines) != 4 or lines.pop():
        raise Malformed("That is no change of a log's key.")
    origin, key, size = lines
    if not (size.isascii() and size.isdigit()) or str(int(size)) != size:
        raise Malformed("The size of a log is a plain number.")
    return Rotation(origin, read_key(key), int(size))


def handed_on(old: Key, note: Note) -> Rotation:
    """What the old key has agreed to. Raises Malformed, and NotSigned where either key has not signed."""
    rotation = read_rotation(note.text)
    if rotation.origin != old.name or rotation.key.name != old.name or rotation.key.kind is not old.kind:
        raise Malformed("That is a change of another log's key.")
    if set(verified(note, (old, rotation.key))) != {old, rotation.key}:
        raise NotSigned("A change of keys is signed by both.")
    return rotation


class Tenure(msgspec.Struct, frozen=True):
    """A key, and the size of the last checkpoint it may have signed; None for the one that signs now."""

    key: Key
    until: int | None


def tenures(first: Key, rotations: Iterable[Note]) -> list[Tenure]:
    """The first key and those it led to, in order. Raises as `handed_on`."""
    kept, key = [], first
    for note in rotations:
        rotation = handed_on(key, note)
        kept.append(Tenure(key, rotation.size))
        key = rotation.key
    return [*kept, Tenure(key, None)]


def in_office(keys: Iterable[Tenure], size: int) -> list[Key]:
    """Those that may have signed a checkpoint of that size: a key that was followed has nothing to say about what
    came later, whoever holds it now."""
    return [each.key for each in keys if each.until is None or size <= each.until]
