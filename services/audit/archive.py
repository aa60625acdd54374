"""The archive: takes every entry of every source, whatever it says, and grows its tree in the same transaction.

A batch is a handful of statements however many entries it has, and entries are copied in: that costs a fourth less than
inserting them. Nothing is ever parked: audit has no reason to refuse an entry, so whatever goes wrong is ours, and the
reader stops at it until it is mended rather than go on without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from services.audit.reading import Reading, read
from shared.merkle import EMPTY_FRONTIER, Frontier, Node, leaf_hash
from shared.parked import Entry
from shared.reader import OURS, Halted

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Where in a trail an entry stands whose time nobody can read: first."""

ENTRY = ("source", "position", "text", "leaf", "subject", "type", "told_at")
CONCERN = ("source", "subject", "told_at", "position")
ADD_NODES = """
insert into node (source, level, index, hash) select $1, * from unnest($2::smallint[], $3::bigint[], $4::bytea[])
"""
PLANT = "insert into tree (source, size, frontier, root) values ($1, $2, $3, $4)"
GROW = "update tree set size = $2, frontier = $3, root = $4 where source = $1"


class Archive:
    """The `Take` of audit."""

    def heeds(self, entry: Entry) -> bool:
        """Everything, whatever it says."""
        return True

    async def apply(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Raises Halted where the entries do not follow what is kept, or cannot be kept."""
        try:
            await keep(connection, entries)
        except OURS:
            raise
        except Exception as error:
            raise Halted(f"audit cannot keep {entries[0].source} from {entries[0].position} on: {error!r}") from error

    def committed(self, applied: None) -> None:
        """Audit tells nobody: there is nothing to wake."""


class OutOfOrder(Exception):
    """The entries do not follow the last one kept. A source's bookmark and tree move together, or not at all."""


async def keep(connection: Any, entries: Sequence[Entry]) -> None:
    source = entries[0].source
    edge = await _edge(connection, source)
    positions = [entry.position for entry in entries]
    if positions != list(range(edge.size + 1, edge.size + 1 + len(entries))):
        raise OutOfOrder(f"{source}: {positions[0]} to {positions[-1]} came where {edge.size + 1} should")
    leaves = [leaf_hash(entry.text) for entry in entries]
    readings = [read(entry.text) for entry in entries]
    grown, completed = edge.extended(leaves)
    rows = [
        (source, entry.position, entry.text, leaf, reading.subject, reading.type, reading.told_at)
        for entry, leaf, reading in zip(entries, leaves, readings, strict=True)
    ]
    await connection.copy_records_to_table("entry", records=rows, columns=ENTRY)
    await _index(connection, source, positions, readings)
    await _store(connection, source, completed)
    await connection.execute(GROW, source, grown.size, grown.to_bytes(), grown.root())


async def _edge(connection: Any, source: str) -> Frontier:
    """Where the source's tree grows from, locked to the end of the transaction; planted if there was none."""
    stored = await connection.fetchval("select frontier from tree where source = $1 for update", source)
    if stored is not None:
        return Frontier.from_bytes(stored)
    await connection.execute(PLANT, source, 0, EMPTY_FRONTIER.to_bytes(), EMPTY_FRONTIER.root())
    return EMPTY_FRONTIER


async def _index(connection: Any, source: str, positions: Sequence[int], readings: Sequence[Reading]) -> None:
    rows = [
        (source, subject, reading.told_at or EPOCH, position)
        for position, reading in zip(positions, readings, strict=True)
        for subject in reading.concerned
    ]
    if rows:
        await connection.copy_records_to_table("concern", records=rows, columns=CONCERN)


async def _store(connection: Any, source: str, completed: Sequence[Node]) -> None:
    if completed:
        await connection.execute(ADD_NODES, source, *map(list, zip(*completed, strict=True)))
