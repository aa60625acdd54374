"""Rebuilding: the trail emptied, and every bookmark back at 0, so that the readers take everything again.

Runs as the owner: the service's own role can neither empty a table nor lift a trigger. The same texts in the same order
give the same roots. What no stream can tell again is not thrown away: the rebuild is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.audit import trees

TABLES = ("entry", "concern", "node", "tree")


class WouldLose(Exception):
    """Audit has texts that a stream does not: it may be the last to have them. First comes `bifall recover`."""


async def rebuild(owner: Any, lasts: Mapping[str, int | None]) -> list[trees.Head]:
    """Returns the trees as they were, to compare with. `lasts` is from `completeness.stream_lasts`. Raises WouldLose.

    An audit that is started afterwards takes everything again at once. A running one does so source by source, with the
    next fact each tells: its readers then find their bookmark moved, and nothing is taken twice or mixed.
    """
    async with owner.transaction():
        await owner.execute(
            "lock table bookmark in exclusive mode"
        )  # first, as readers do: none is in the middle of a batch
        before = await trees.heads(owner)
        for head in before:
            last = lasts[head.source]
            if last is None or last < head.size:
                raise WouldLose(f"audit has {head.size} entries of {head.source}, its stream {last}")
        for table in TABLES:
            await owner.execute(f"alter table {table} disable trigger user")
        await owner.execute(f"truncate {', '.join(TABLES)}")
        for table in TABLES:
            await owner.execute(f"alter table {table} enable trigger user")
        await owner.execute("update bookmark set position = 0 where source = any($1)", list(trees.SOURCES))
    return before
