"""What somebody with every right can do to audit's database: a whole book made anew, so that it fits itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.merkle import EMPTY_FRONTIER, leaf_hash
from tests.service.audit_room import AuditRoom


@asynccontextmanager
async def rewritten(room: AuditRoom, texts: list[bytes], source: str = "review") -> AsyncIterator[None]:
    """Somebody with every right has made the source's book anew from other texts: entries, hashes and root agree."""
    superuser = await room.superuser()
    tables = ("entry", "node", "tree")
    kept = {table: await superuser.fetch(f"select * from {table} where source = $1", source) for table in tables}
    leaves = [leaf_hash(text) for text in texts]
    edge, completed = EMPTY_FRONTIER.extended(leaves)
    for table in tables:
        await superuser.execute(f"delete from {table} where source = $1", source)
    indexed = {row["position"]: (row["subject"], row["type"], row["told_at"]) for row in kept["entry"]}
    await superuser.executemany(
        "insert into entry (source, position, text, leaf, subject, type, told_at) values ($1, $2, $3, $4, $5, $6, $7)",
        [
            (source, place, *row, *indexed.get(place, (None, None, None)))
            for place, row in enumerate(zip(texts, leaves, strict=True), 1)
        ],
    )
    await superuser.executemany(
        "insert into node (source, level, index, hash) values ($1, $2, $3, $4)", [(source, *node) for node in completed]
    )
    await superuser.execute("insert into tree values ($1, $2, $3, $4)", source, edge.size, edge.to_bytes(), edge.root())
    try:
        yield
    finally:
        for table, rows in kept.items():
            await superuser.execute(f"delete from {table} where source = $1", source)
            await superuser.copy_records_to_table(table, records=[tuple(row) for row in rows])
        await superuser.close()


async def texts_of(room: AuditRoom, source: str = "review") -> list[bytes]:
    rows = await room.office.pool.fetch("select text from entry where source = $1 order by position", source)
    return [row["text"] for row in rows]
