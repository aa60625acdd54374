"""The kept checkpoints held against the trail as it is now: both books may agree, and yet not be what was signed.

Whoever alters a service's journal and audit's trail alike leaves two books that agree, and a tree that fits itself. The
checkpoints were signed before, by somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import msgspec

from services.audit import checkpoints, logs, trees
from services.audit.domain import as_signed
from services.audit.domain.as_signed import Held, Span, Stands, Unlike
from services.audit.domain.recount import Place
from services.audit.logs import Log
from shared.http.lists import cursor, read_cursor
from shared.merkle import EMPTY_FRONTIER, SIZE_MAX, NodeAt, NodeRange, root_at, root_needs, stored_nodes
from shared.tlog.checkpoints import Checkpoint
from shared.tlog.notes import Malformed, NotSigned, read_note
from shared.tlog.rotation import Tenure

CHECKPOINTS_MAX = 64
"""In a page: each costs a signature and some hundreds of hashes."""
LEAVES = 10_000
"""Hashed at once, of a log that began anew."""

After = tuple[Annotated[int, msgspec.Meta(ge=0, le=SIZE_MAX)]]
KEPT = "select size, note from checkpoint where log = $1 and size > $2 order by size limit $3"


class AsSigned(msgspec.Struct, frozen=True):
    """One page of the checkpoints of the source's log, None and nothing where it has none. `size` counts the log's
    leaves, of which `before` stand before the source's first entry."""

    source: str
    log: str | None
    before: int
    size: int
    held: list[Held]
    next: str | None


async def page(pool: Any, source: str, after: str | None) -> AsSigned:
    """Raises Unknown, WrongCursor."""
    start: int = (read_cursor(after, After) or (0,))[0]
    trees.followed(source)
    log = (await logs.latest(pool)).get(source)
    if log is None:
        return AsSigned(source, None, 0, 0, [], None)
    async with pool.acquire() as connection:
        await logs.grow(connection, log)
    head = await logs.head(pool, log)
    rows = await pool.fetch(KEPT, log.name, start, CHECKPOINTS_MAX + 1)
    shown = rows[:CHECKPOINTS_MAX]
    more = cursor(shown[-1]["size"]) if len(rows) > CHECKPOINTS_MAX else None
    return AsSigned(source, log.name, log.before, head.size, await _held(pool, log, head.size, shown), more)


async def found(pool: Any, source: str, wrong: Iterable[Place]) -> list[Unlike]:
    """All that is not as it was signed. `wrong` are stored hashes that are not those of what lies below them."""
    held: list[Held] = []
    after: str | None = None
    while True:
        one = await page(pool, source, after)
        held += one.held
        if one.next is None:
            return told(held, one.before, one.size, wrong)
        after = one.next


def told(held: Iterable[Held], before: int, size: int, wrong: Iterable[Place]) -> list[Unlike]:
    """As `found`, from its pages."""
    suspect = spans(wrong)
    return [
        narrow for one in as_signed.unlike(held, before, size, suspect) for narrow in as_signed.narrowed(one, suspect)
    ]


def spans(places: Iterable[Place]) -> list[Span]:
    """The entries that lie below each stored hash."""
    return [Span((index << level) + 1, (index + 1) << level) for level, index in places]


async def _held(pool: Any, log: Log, size: int, rows: list[Any]) -> list[Held]:
    try:
        keys = await checkpoints.terms(pool, log)
    except (Malformed, NotSigned):
        keys = []
    node_at = await _node_at(pool, log, [row["size"] for row in rows if row["size"] <= size])
    return [_judged(log, size, row["size"], row["note"], keys, node_at) for row in rows]


async def _node_at(pool: Any, log: Log, sizes: list[int]) -> NodeAt:
    """The hashes above whole tiles as they are stored, where the recount looks at them; of a log that began anew, whose
    tree nobody counts, from its leaves."""
    needs = [need for size in sizes for need in root_needs(size)]
    if log.first is None:
        return stored_nodes(await logs.nodes(pool, log, needs))
    known = await logs.nodes(pool, log, [need for need in needs if need.level == 0])
    edge = EMPTY_FRONTIER
    while sizes and edge.size < sizes[-1]:
        tiles = NodeRange(0, edge.size, min(edge.size + LEAVES, sizes[-1]))
        leaves = await logs.nodes(pool, log, [tiles])
        if len(leaves) < tiles.end - tiles.first:
            break
        edge, completed = edge.extended(leaves[0, index] for index in range(tiles.first, tiles.end))
        known |= {(level, index): each for level, index, each in completed}
    return stored_nodes(known)


def _judged(log: Log, head: int, size: int, written: str, keys: list[Tenure], node_at: NodeAt) -> Held:
    try:
        checkpoint = checkpoints.opened_in_time(read_note(written), keys)
    except (Malformed, NotSigned):
        return Held(size, "", Stands.FALSE)
    return Held(size, checkpoint.root.hex(), _stands(checkpoint, log.origin, size, head, node_at))


def _stands(checkpoint: Checkpoint, origin: str, size: int, head: int, node_at: NodeAt) -> Stands:
    if (checkpoint.origin, checkpoint.size) != (origin, size):
        return Stands.FALSE
    if size > head:
        return Stands.GONE
    try:
        return Stands.HOLDS if root_at(size, node_at) == checkpoint.root else Stands.OTHER
    except KeyError:  # a hash that the root needs is gone
        return Stands.OTHER
