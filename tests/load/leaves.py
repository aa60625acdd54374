"""Facts for audit's tree, as web would tell them, and an audit that has heard nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

from tests.load.ground import Ground, as_owner
from tests.load.rebuild import lives
from tests.load.seed import facts_of

SOURCE = "web"
TABLES = ("entry", "concern", "node", "tree")


def texts() -> Iterator[bytes]:
    """For ever."""
    at = datetime.now(UTC)
    while True:
        for events in lives(1_000):
            for fact in facts_of(uuid4(), events, at):
                yield fact.text.encode()


async def emptied(ground: Ground) -> None:
    """As `bifall rebuild audit` would leave it."""
    off, on = (
        "; ".join(f"alter table {table} {word} trigger user" for table in TABLES) for word in ("disable", "enable")
    )
    await as_owner(ground.addresses, "audit", f"{off}; truncate {', '.join(TABLES)}; {on}")
