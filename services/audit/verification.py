"""Verification: a source's tree counted anew from the stored texts, a page at a time, against its stored head."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from services.audit import trees
from services.audit.domain.recount import TILE, Kept, Place, Recount, is_root_of
from shared.http.lists import WrongCursor, cursor, read_cursor
from shared.merkle import SIZE_MAX

TILES_MAX = 16
"""Tiles in a page: 4 096 entries."""
BYTES_MAX = 16 * 1024 * 1024
"""Of text after which a page ends at the next whole tile."""

After = tuple[Annotated[int, msgspec.Meta(ge=0, le=SIZE_MAX, multiple_of=TILE)]]

TEXTS = """
select position, leaf, case when before <= $4 then text end as text
from (
    select position, leaf, text, min(so_far) over (partition by (position - 1) / $5) as before
    from (
        select position, leaf, text, sum(octet_length(text)) over (order by position) - octet_length(text) as so_far
        from entry where source = $1 and position > $2 and position <= $3
    ) as summed
) as tiled
order by position
"""
"""A page in one statement. What comes after the tile that passes the limit is counted, but its text stays where it
is."""


class Verification(msgspec.Struct, frozen=True):
    """What one page of the recount found: entries `first` to `last` of `size`. Hashes are in hexadecimal.

    `agrees` says that every text of the page is its leaf's, every hash above it is right, and the root is that of the
    hashes below. The tree is that of its texts if every page agrees; `next` is what to send as `after` for the next.
    `wrong` are stored hashes, by level and index, that are not those of what lies below them.
    """

    source: str
    size: int
    root: str
    computed_root: str | None
    first: int
    last: int
    altered: list[int]
    missing: list[int]
    wrong: list[Place]
    agrees: bool
    next: str | None


async def verify(connection: Any, source: str, after: str | None) -> Verification:
    """One page. Raises Unknown and WrongCursor."""
    start: int = (read_cursor(after, After) or (0,))[0]
    head = await trees.head(connection, source)
    if start > head.size:
        raise WrongCursor
    recount = Recount(start, head.size)
    await _count(connection, source, recount, head.size)
    found = recount.found((await trees.nodes(connection, {source: recount.needs()}))[source])
    clean = not (found.altered or found.missing or found.wrong) and found.computed == head.root
    return Verification(
        source=source,
        size=head.size,
        root=head.root.hex(),
        computed_root=None if found.computed is None else found.computed.hex(),
        first=min(start + 1, head.size),
        last=recount.end,
        altered=found.altered,
        missing=found.missing,
        wrong=found.wrong,
        agrees=clean and is_root_of(head.frontier, head.size, head.root),
        next=cursor(recount.end) if recount.end < head.size else None,
    )


async def _count(connection: Any, source: str, recount: Recount, size: int) -> None:
    """Counts tile after tile of one page, and stops before the first whose text was too much for it."""
    last = min(size, recount.end + TILE * TILES_MAX)
    rows = await connection.fetch(TEXTS, source, recount.end, last, BYTES_MAX, TILE)
    while recount.end < last:
        tile = [row for row in rows if recount.end < row["position"] <= recount.tile_end]
        if any(row["text"] is None for row in tile):
            return
        recount.add([Kept(row["position"], row["text"], row["leaf"]) for row in tile])
