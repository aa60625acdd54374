"""Signed notes, c2sp.org/signed-note: a text, a blank line, and a line for each signature.

    — <key name> base64(key id ‖ signature)

A note is worth nothing until a key that was trusted beforehand is found to have signed it: `verified` is the only way
from a note to its text that says so.
"""

from __future__ import annotations

import binascii
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple

import msgspec

from shared.tlog import ed25519

NOTE_BYTES_MAX = 64 * 1024
SIGNATURES_MAX = 100
"""The specification asks for sixteen at least."""
KEY_ID_BYTES = 4

Judge = Callable[["Key", "Signature", str], bool]
"""Whether a line is the key's over a text, as its kind signs."""

_DASH = "— "
_BREAK = "\n\n"


class Malformed(ValueError):
    """It is no note, key or checkpoint; the sentence says why."""


class NotSigned(Exception):
    """No key that is trusted has signed the note, or one has not signed exactly this."""


class Kind(IntEnum):
    """What a key signs: the byte that goes into its id."""

    NOTE = 0x01
    COSIGNATURE = 0x04


KINDS = frozenset(map(int, Kind))


class Signature(NamedTuple):
    """One line under a note. `key_id` and `value` are bytes; the value's form is the kind's."""

    name: str
    key_id: bytes
    value: bytes

    def line(self) -> str:
        return f"{_DASH}{self.name} {b64encode(self.key_id + self.value).decode()}\n"


class Note(msgspec.Struct, frozen=True):
    """`text` ends with a line feed; the signatures are in the order they stand."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(each.line() for each in self.signatures)}"

    def with_lines(self, lines: Iterable[Signature]) -> Note:
        """The same with more signatures; one that is there already is not doubled."""
        more = [each for each in lines if each not in self.signatures]
        return Note(self.text, (*self.signatures, *more))


class Key(msgspec.Struct, frozen=True):
    """Whom to believe: a name, what it signs, and its 32 public bytes."""

    name: str
    kind: Kind
    public: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.public) != ed25519.KEY_BYTES:
            raise Malformed(f"A key has {ed25519.KEY_BYTES} bytes, not {len(self.public)}.")

    @property
    def id(self) -> bytes:
        """SHA-256(name ‖ line feed ‖ kind ‖ public key), its first four bytes."""
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:KEY_ID_BYTES]

    def __str__(self) -> str:
        """As keys are handed out (a vkey): name, id and key, with a plus between."""
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"


def read_key(vkey: str) -> Key:
    """Raises Malformed, also where the id is not that of the name and the key."""
    name, _, rest = vkey.partition("+")
    key_id, _, encoded = rest.partition("+")
    material = decoded(encoded)
    if not material or material[0] not in KINDS:
        raise Malformed("The key is of a kind that is not known here.")
    key = Key(name, Kind(material[0]), material[1:])
    if key.id.hex() != key_id:
        raise Malformed("The key's id is not that of its name and content.")
    return key


def read_note(written: str) -> Note:
    """Raises Malformed. Says nothing about whether anybody signed it."""
    if len(written.encode("utf-8", "surrogatepass")) > NOTE_BYTES_MAX:
        raise Malformed(f"A note has at most {NOTE_BYTES_MAX} bytes.")
    if any(ord(each) < ord(" ") and each != "\n" for each in written):
        raise Malformed("A note holds no control characters.")
    body, found, lines = written.rpartition(_BREAK)
    if not found or not lines.endswith("\n"):
        raise Malformed("A note is a text, a blank line, and lines of signatures.")
    signatures = read_signatures(lines)
    return Note(f"{body}\n", signatures)


def read_signatures(lines: str) -> tuple[Signature, ...]:
    """One or more whole lines. Raises Malformed."""
    split = lines.split("\n")
    if split.pop() or not 1 <= len(split) <= SIGNATURES_MAX:
        raise Malformed(f"There is one line for each signature, and at most {SIGNATURES_MAX}.")
    return tuple(_read_signature(line) for line in split)


def _read_signature(line: str) -> Signature:
    dash, name, encoded = line[: len(_DASH)], *line[len(_DASH) :].partition(" ")[::2]
    value = decoded(encoded)
    if dash != _DASH or len(value) <= KEY_ID_BYTES:
        raise Malformed("A signature is a dash, a name, and a key id with the signature.")
    check_name(name)
    return Signature(name, value[:KEY_ID_BYTES], value[KEY_ID_BYTES:])


def check_name(name: str) -> None:
    """Raises Malformed where a key, and so a log, cannot be called that."""
    if not name or "+" in name or any(each.isspace() or unicodedata.category(each) == "Cc" for each in name):
        raise Malformed("A key's name is not empty, and has neither spaces nor plus signs.")


def decoded(encoded: str) -> bytes:
    """Base64 in its one right form. Raises Malformed."""
    try:
        value = b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("That is not base64.") from error
    if b64encode(value).decode() != encoded:
        raise Malformed("That base64 could be written otherwise.")
    return value


# --------------------------------------------------------------------------------------------- signing and believing


def public_key(name: str, seed: bytes, kind: Kind = Kind.NOTE) -> Key:
    return Key(name, kind, ed25519.public_of(seed))


def signed(text: str, *signers: tuple[str, bytes]) -> Note:
    """The note, signed by each (name, seed) in turn. Raises Malformed where the text cannot be one."""
    signatures = []
    for name, seed in signers:
        value = ed25519.sign(seed, text.encode())
        signatures.append(Signature(name, public_key(name, seed).id, value))
    note = Note(text, tuple(signatures))
    if read_note(str(note)) != note:
        raise Malformed("The text would be read otherwise than it was written.")
    return note


def verified(note: Note, trusted: Iterable[Key], judge: Judge | None = None) -> list[Key]:
    """The trusted keys that signed it, at least one. Raises NotSigned where none did, or one's signature is false.

    Lines of others are passed over, whatever they say. `judge` is `is_by` where nothing else is said.
    """
    keys = {(key.name, key.id): key for key in trusted}
    found: list[Key] = []
    for each in note.signatures:
        key = keys.get((each.name, each.key_id))
        if key is None:
            continue
        if not (judge or is_by)(key, each, note.text):
            raise NotSigned(f"The signature of {key.name} is not one of this text.")
        found.append(key)
    if not found:
        raise NotSigned("Nobody who is trusted has signed this.")
    return found


def is_by(key: Key, signature: Signature, text: str) -> bool:
    """Whether the line is the key's over this text, as notes are signed."""
    return (
        key.kind is Kind.NOTE
        and (signature.name, signature.key_id) == (key.name, key.id)
        and ed25519.is_signed(key.public, signature.value, text.encode())
    )
