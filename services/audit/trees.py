"""The trees as they are stored: their heads, and the hashes a proof needs, fetched at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from shared.merkle import EMPTY_FRONTIER, NodeRange
from shared.refused import Unknown

SOURCES = ("applications", "review", "payouts", "web")
"""Whom audit follows: everyone else."""

NODES = """
select want.source, 0 as level, entry.position - 1 as index, entry.leaf as hash
from unnest($1::text[], $2::smallint[], $3::bigint[], $4::bigint[]) as want (source, level, first, stop)
join entry on entry.source = want.source and entry.position > want.first and entry.position <= want.stop
where want.level = 0
union all
select want.source, node.level, node.index, node.hash
from unnest($1::text[], $2::smallint[], $3::bigint[], $4::bigint[]) as want (source, level, first, stop)
join node on node.source = want.source and node.level = want.level
    and node.index >= want.first and node.index < want.stop
where want.level > 0
"""

Nodes = dict[tuple[int, int], bytes]
"""Level and index to hash, as `shared.merkle.stored_nodes` reads them."""


class Head(msgspec.Struct, frozen=True):
    """A tree as it stands. It only grows, and its stored hashes never change: whatever is read after it fits it."""

    source: str
    size: int
    root: bytes
    frontier: bytes


class ShownHead(msgspec.Struct, frozen=True):
    """A tree as it is told: its root in hexadecimal."""

    source: str
    size: int
    root: str


def shown(head: Head) -> ShownHead:
    return ShownHead(head.source, head.size, head.root.hex())


async def heads(connection: Any) -> list[Head]:
    """One for each source, also for one that has told nothing yet."""
    rows = {row["source"]: row for row in await connection.fetch("select source, size, root, frontier from tree")}
    return [_head(source, rows.get(source)) for source in SOURCES]


def followed(source: str) -> None:
    """Raises Unknown where audit follows nobody of that name."""
    if source not in SOURCES:
        raise Unknown


async def head(connection: Any, source: str) -> Head:
    """Raises Unknown where audit follows nobody of that name."""
    followed(source)
    row = await connection.fetchrow("select source, size, root, frontier from tree where source = $1", source)
    return _head(source, row)


async def nodes(connection: Any, needs: Mapping[str, Iterable[NodeRange]]) -> dict[str, Nodes]:
    """The stored hashes that are needed of each source, in one statement."""
    wanted = [(source, each) for source, ranges in needs.items() for each in joined(ranges)]
    rows = await connection.fetch(
        NODES,
        [source for source, _ in wanted],
        [each.level for _, each in wanted],
        [each.first for _, each in wanted],
        [each.end for _, each in wanted],
    )
    found: dict[str, Nodes] = defaultdict(dict)
    for source, level, index, each in rows:
        found[source][level, index] = each
    return found


def joined(ranges: Iterable[NodeRange]) -> list[NodeRange]:
    """The same nodes, each once: proofs of neighbours need much the same."""
    apart: list[NodeRange] = []
    for each in sorted(ranges):
        if apart and apart[-1].level == each.level and each.first <= apart[-1].end:
            apart[-1] = apart[-1]._replace(end=max(apart[-1].end, each.end))
        else:
            apart.append(each)
    return apart


def _head(source: str, row: Any) -> Head:
    if row is None:
        return Head(source, 0, EMPTY_FRONTIER.root(), EMPTY_FRONTIER.to_bytes())
    return Head(source, row["size"], row["root"], row["frontier"])
