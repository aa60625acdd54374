"""What has been signed of a log lately: each checkpoint with who vouches for it, and the proof that it follows from the
one before, up to the tree as it stands now.

Nothing here says that any of it holds. Whoever asks can check it: keys, signatures and paths are all there.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from services.audit import checkpoints, logs
from services.audit.logs import Log
from shared.merkle import consistency_needs, consistency_path, stored_nodes

SHOWN_MAX = 50
SIGNED = """
select checkpoint.size, checkpoint.note, checkpoint.taken_at, stamp.authority, stamp.stamped_at
from checkpoint left join stamp using (log, size) where checkpoint.log = $1 order by checkpoint.size desc limit $2
"""
COSIGNED = """
select size, key, line, taken_at from cosignature where log = $1 and size = any($2) order by taken_at, key
"""


class Cosignature(msgspec.Struct, frozen=True):
    """A witness's line under a checkpoint, and its key as it was handed in."""

    key: str
    line: str
    taken_at: datetime


class Stamped(msgspec.Struct, frozen=True):
    authority: str
    stamped_at: datetime


class SignedCheckpoint(msgspec.Struct, frozen=True):
    """`note` without cosignatures. `path` is RFC 9162's consistency proof, hexadecimal, from the checkpoint of `former`
    entries; None where the tree that is kept has none, or there is no earlier one."""

    size: int
    note: str
    taken_at: datetime
    former: int | None
    path: list[str] | None
    cosignatures: list[Cosignature]
    stamp: Stamped | None


class HandedOn(msgspec.Struct, frozen=True):
    key: str
    note: str | None


class History(msgspec.Struct, frozen=True):
    """`checkpoints` newest first. `size` and `root` are the tree as audit keeps it now; `path` leads there from the
    newest checkpoint. `first` is the log's own first leaf, where it began anew."""

    name: str
    source: str
    origin: str
    number: int
    first: str | None
    keys: list[HandedOn]
    size: int
    root: str
    path: list[str] | None
    checkpoints: list[SignedCheckpoint]


async def history(connection: Any, log: Log, limit: int) -> History:
    """The newest `limit` checkpoints of a log."""
    head = await logs.head(connection, log)
    rows = await connection.fetch(SIGNED, log.name, limit + 1)
    sizes = [row["size"] for row in rows]
    steps = [(old, new) for new, old in zip([head.size, *sizes], sizes, strict=False)]
    paths = await _paths(connection, log, steps, head.size)
    cosigned: dict[int, list[Cosignature]] = defaultdict(list)
    for row in await connection.fetch(COSIGNED, log.name, sizes):
        cosigned[row["size"]].append(Cosignature(row["key"], row["line"], row["taken_at"]))
    return History(
        name=log.name,
        source=log.source,
        origin=log.origin,
        number=log.number,
        first=log.first,
        keys=[HandedOn(key, note) for key, note in await checkpoints.rotations(connection, log)],
        size=head.size,
        root=head.root.hex(),
        path=paths[0] if paths else None,
        checkpoints=[
            SignedCheckpoint(
                size=row["size"],
                note=row["note"],
                taken_at=row["taken_at"],
                former=sizes[at + 1] if at + 1 < len(sizes) else None,
                path=paths[at + 1] if at + 1 < len(sizes) else None,
                cosignatures=cosigned[row["size"]],
                stamp=None if row["authority"] is None else Stamped(row["authority"], row["stamped_at"]),
            )
            for at, row in enumerate(rows[:limit])
        ],
    )


async def _paths(connection: Any, log: Log, steps: Sequence[tuple[int, int]], size: int) -> list[list[str] | None]:
    """From each (old, new): None where the tree that is kept is too short, or has lost what the path needs."""
    there = [(old, new) for old, new in steps if 0 < old <= new <= size]
    needs = [need for old, new in there for need in consistency_needs(old, new)]
    node_at = stored_nodes(await logs.nodes(connection, log, needs))
    found: dict[tuple[int, int], list[str]] = {}
    for old, new in there:
        with contextlib.suppress(KeyError):
            found[old, new] = [each.hex() for each in consistency_path(old, new, node_at)]
    return [found.get(step) for step in steps]
