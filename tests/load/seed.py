"""Journals filled with facts, as the desk would have written them, for the rows that read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID, uuid4

from shared.catalogue import Event
from shared.envelope import Because, seal
from shared.identity import FUND
from shared.journal import Fact, append

BATCH = 1_000
BECAUSE = Because(correlation="benchmark")


def facts_of(subject: UUID, events: Sequence[Event], at: datetime) -> list[Fact]:
    """The whole life of one subject."""
    return [
        Fact(subject, version, event.type, seal(event, subject, version, at, FUND, BECAUSE))
        for version, event in enumerate(events, start=1)
    ]


async def fill(pool: Any, lives: Iterable[Sequence[Event]]) -> int:
    """Appends one new subject for each life and returns how many facts that was."""
    at = datetime.now(UTC)
    facts = (fact for events in lives for fact in facts_of(uuid4(), events, at))
    total = 0
    while batch := list(islice(facts, BATCH)):
        async with pool.acquire() as connection, connection.transaction():
            await append(connection, batch)
        total += len(batch)
    return total
