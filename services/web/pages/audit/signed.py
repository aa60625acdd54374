"""What has been signed of a log, checked here and now: signatures, cosignatures, and that each checkpoint only adds to
the one before. Nothing is believed because audit says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import msgspec

from shared.merkle import verify_consistency
from shared.tlog.checkpoints import Checkpoint, is_cosigned, opened, time_of
from shared.tlog.notes import Key, Malformed, NotSigned, read_key, read_note, read_signatures, verified
from shared.tlog.rotation import Tenure, in_office, tenures


class Seen(msgspec.Struct, frozen=True):
    """A witness and when it says that it saw the log so far."""

    name: str
    at: datetime


class Signed(msgspec.Struct, frozen=True):
    """One checkpoint. `follows` says that it only adds to the one before; None where there is none to hold it against.

    `key` are the first digits of the key that signed it, None where no key of the log's did; then `root` is nothing.
    """

    size: int
    root: bytes
    at: str
    key: str | None
    follows: bool | None
    seen: list[Seen]
    false: int
    stamp: Mapping[str, str] | None


class Judged(msgspec.Struct, frozen=True):
    """A log. `broken` are sizes of checkpoints that the next one, or the tree as it is kept, does not follow from."""

    name: str
    source: str
    origin: str
    first_key: str
    keys: int
    number: int
    because: str | None
    size: int
    root: str
    signed: list[Signed]
    follows_now: bool
    broken: list[int]

    @property
    def holds(self) -> bool:
        return not self.broken and all(one.key is not None and one.false == 0 for one in self.signed)

    @property
    def newest(self) -> Signed | None:
        return self.signed[0] if self.signed else None

    @property
    def unsigned(self) -> int:
        return self.size - (self.newest.size if self.newest else 0)


class Vouched(msgspec.Struct, frozen=True):
    """Who first vouched for a line: the first checkpoints shown that hold it, one of them seen by a witness, one
    stamped. `anew` says that the book began anew, and that nothing led from the line into the tree that is signed."""

    signed: Signed | None = None
    seen: Seen | None = None
    stamped: Signed | None = None
    anew: bool = False


def vouched(log: Judged | None, index: int | None) -> Vouched:
    """Of leaf `index` of the log, whose proof was followed; None where there was none to follow. Nobody vouches where
    what is kept is not what was signed."""
    if log is None or not log.holds:
        return Vouched()
    if index is None:
        return Vouched(anew=log.number > 1)
    over = [one for one in reversed(log.signed) if one.size > index]
    return Vouched(
        next(iter(over), None),
        next((each for one in over for each in one.seen), None),
        next((one for one in over if one.stamp), None),
    )


def judged(told: Mapping[str, Any]) -> Judged:
    """From the answer of `/log/<name>/history`."""
    terms = _terms(told)
    found = [(one, _checkpoint(one, terms)) for one in told["checkpoints"]]
    signed, broken = [], []
    for (one, checkpoint), (_, older) in pairwise([*found, ({}, None)]):
        follows = None
        if one["former"] is not None and older is not None:
            follows = checkpoint is not None and _follows(older, checkpoint.size, checkpoint.root, one["path"])
            broken += [] if follows else [older.size]
        signed.append(_signed(one, checkpoint, terms, follows))
    newest = found[0][1] if found else None
    follows_now = newest is None or _follows(newest, told["size"], bytes.fromhex(told["root"]), told["path"])
    if newest is not None and not follows_now:
        broken.insert(0, newest.size)
    return Judged(
        name=told["name"],
        source=told["source"],
        origin=told["origin"],
        first_key=told["keys"][0]["key"],
        keys=len(told["keys"]),
        number=told["number"],
        because=_because(told["first"]),
        size=told["size"],
        root=told["root"],
        signed=signed,
        follows_now=follows_now,
        broken=broken,
    )


def _terms(told: Mapping[str, Any]) -> list[Tenure]:
    """The log's keys, each handed on by the one before; none where that does not hold."""
    try:
        notes = [read_note(one["note"]) for one in told["keys"] if one["note"] is not None]
        return tenures(read_key(told["keys"][0]["key"]), notes)
    except (Malformed, NotSigned):
        return []


def _checkpoint(one: Mapping[str, Any], terms: list[Tenure]) -> Checkpoint | None:
    """None where no key that was the log's then has signed it, or it is of another size than it is kept under."""
    try:
        checkpoint = opened(read_note(one["note"]), in_office(terms, one["size"]))
    except (Malformed, NotSigned):
        return None
    return checkpoint if checkpoint.size == one["size"] else None


def _follows(old: Checkpoint, size: int, root: bytes, path: list[str] | None) -> bool:
    return path is not None and verify_consistency(old.size, size, [bytes.fromhex(one) for one in path], old.root, root)


def _signed(one: Mapping[str, Any], checkpoint: Checkpoint | None, terms: list[Tenure], follows: bool | None) -> Signed:
    note = read_note(one["note"])
    seen = [_seen(each["key"], each["line"], note.text) for each in one["cosignatures"]]
    return Signed(
        size=one["size"],
        root=checkpoint.root if checkpoint is not None else b"",
        at=one["taken_at"],
        key=verified(note, in_office(terms, one["size"]))[0].id.hex() if checkpoint is not None else None,
        follows=follows,
        seen=[each for each in seen if each is not None],
        false=seen.count(None),
        stamp=one["stamp"],
    )


def _seen(vkey: str, line: str, text: str) -> Seen | None:
    """None where the line is not the witness's over this checkpoint."""
    try:
        key: Key = read_key(vkey)
        (signature,) = read_signatures(line)
        if not is_cosigned(key, signature, text):
            return None
        return Seen(key.name, datetime.fromtimestamp(time_of(signature), UTC))
    except (Malformed, ValueError, OverflowError):
        return None


def _because(first: str | None) -> str | None:
    """Why a log began anew, as its first leaf says."""
    if first is None:
        return None
    try:
        return str(msgspec.json.decode(first)["because"])
    except (msgspec.MsgspecError, KeyError, TypeError):
        return first
