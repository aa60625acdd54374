"""The logs: what outsiders follow, one for each source. A log's leaves are its source's entries.

Where a source's history had to begin anew, because what had been published of it was lost, it has a second log: the
same entries after a first leaf that tells of the break. Its tree is grown when the signer asks, beside the source's
own, which stays that of the journal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from services.audit import trees
from services.audit.archive import ADD_NODES, GROW, PLANT
from shared.merkle import EMPTY_FRONTIER, Frontier, NodeRange, leaf_hash
from shared.refused import Unknown

PAGE = 10_000

COLUMNS = "name, source, number, origin, first"
LATEST = f"select distinct on (source) {COLUMNS} from log order by source, number desc"  # noqa: S608 - ours alone
NAMED = f"select {COLUMNS} from log where name = $1"  # noqa: S608 - ours alone
NODES = """
select 0 as level, entry.position as index, entry.leaf as hash
from unnest($3::smallint[], $4::bigint[], $5::bigint[]) as want (level, first, stop)
join entry on entry.source = $1 and entry.position >= want.first and entry.position < want.stop
where want.level = 0
union all
select node.level, node.index, node.hash
from unnest($3::smallint[], $4::bigint[], $5::bigint[]) as want (level, first, stop)
join node on node.source = $2 and node.level = want.level and node.index >= want.first and node.index < want.stop
where want.level > 0
"""
TEXTS = "select text from entry where source = $1 and position >= $2 and position < $3 order by position"
LEAVES = "select leaf from entry where source = $1 and position >= $2 order by position limit $3"
EDGE = "select frontier from tree where source = $1 for update"


class Log(msgspec.Struct, frozen=True):
    """`first` is the text of its first leaf, where that is no entry."""

    name: str
    source: str
    number: int
    origin: str
    first: str | None

    @property
    def before(self) -> int:
        """How many leaves stand before the source's first entry: leaf `index` is entry `index` + 1 − this."""
        return 0 if self.first is None else 1


async def latest(connection: Any) -> dict[str, Log]:
    """Source → the log that it has now. A source that nobody has signed for yet has none."""
    return {row["source"]: Log(*row) for row in await connection.fetch(LATEST)}


async def named(connection: Any, name: str) -> Log:
    """Raises Unknown."""
    row = await connection.fetchrow(NAMED, name)
    if row is None:
        raise Unknown
    return Log(*row)


async def head(connection: Any, log: Log) -> trees.Head:
    """Its tree as it stands."""
    if log.first is None:
        return await trees.head(connection, log.source)
    row = await connection.fetchrow("select size, root, frontier from tree where source = $1", log.name)
    if row is None:
        return trees.Head(log.name, 0, EMPTY_FRONTIER.root(), EMPTY_FRONTIER.to_bytes())
    return trees.Head(log.name, row["size"], row["root"], row["frontier"])


async def nodes(connection: Any, log: Log, needs: Iterable[NodeRange]) -> trees.Nodes:
    """The stored hashes that are needed of its tree."""
    if log.first is None:
        return (await trees.nodes(connection, {log.source: needs}))[log.source]
    wanted = trees.joined(needs)
    rows = await connection.fetch(
        NODES,
        log.source,
        log.name,
        [each.level for each in wanted],
        [each.first for each in wanted],
        [each.end for each in wanted],
    )
    found = {(row["level"], row["index"]): row["hash"] for row in rows}
    if any(each.level == 0 and each.first == 0 for each in wanted):
        found[0, 0] = leaf_hash(log.first.encode())
    return found


async def texts(connection: Any, log: Log, first: int, end: int) -> list[bytes]:
    """What its leaves are hashed from, from index `first` up to but not including `end`, as far as they are there."""
    rows = await connection.fetch(TEXTS, log.source, first + 1 - log.before, end + 1 - log.before)
    opening = [log.first.encode()] if log.first is not None and first == 0 < end else []
    return opening + [row["text"] for row in rows]


async def grow(connection: Any, log: Log) -> None:
    """Brings the tree of a log with a first leaf of its own up to its source's entries. Other logs have nothing to
    grow: theirs is the source's tree."""
    if log.first is None:
        return
    async with connection.transaction():
        stored = await connection.fetchval(EDGE, log.name)
        if stored is None:
            await connection.execute(PLANT, log.name, 0, EMPTY_FRONTIER.to_bytes(), EMPTY_FRONTIER.root())
            edge = await _lengthened(connection, log, EMPTY_FRONTIER, [leaf_hash(log.first.encode())])
        else:
            edge = Frontier.from_bytes(stored)
        while rows := await connection.fetch(LEAVES, log.source, edge.size, PAGE):
            edge = await _lengthened(connection, log, edge, [row["leaf"] for row in rows])


async def _lengthened(connection: Any, log: Log, edge: Frontier, leaves: list[bytes]) -> Frontier:
    grown, completed = edge.extended(leaves)
    if completed:
        await connection.execute(ADD_NODES, log.name, *map(list, zip(*completed, strict=True)))
    await connection.execute(GROW, log.name, grown.size, grown.to_bytes(), grown.root())
    return grown
