"""What the trail knows of disposals: every decision, and which services have carried it out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from services.audit import trees
from services.audit.views import barred_from
from shared.catalogue.disposals import DisposalDecided
from shared.envelope import event_of, unseal
from shared.refused import Unknown

EXECUTED = "disposal.executed"
BEGINS = frozenset({DisposalDecided.type, "disposal.begun"})
"""Whoever decides has told its intent with that."""

DECIDED = "select text from entry where type = $1 order by position"
OF_ONE = """
select entry.source, entry.type, entry.told_at, text from concern join entry using (source, position)
where concern.subject = $1 and entry.subject = $1 and entry.type = any($2) order by concern.told_at
"""


class Decision(msgspec.Struct, frozen=True):
    """A decision that is to hold for whatever is restored."""

    disposal: UUID
    number: str
    cases: Sequence[UUID]
    clear: bool


class Execution(msgspec.Struct, frozen=True):
    """What one service has done of it; nothing of it is told before it is done."""

    service: str
    begun_at: datetime | None = None
    executed_at: datetime | None = None
    keys: int | None = None
    items: int | None = None
    clear_words: int | None = None
    backups_until: date | None = None


class DisposalExecution(msgspec.Struct, frozen=True):
    """`missing` are the services that have not carried it out; `backups_until` when all have and no backup is left."""

    number: str
    services: Sequence[Execution]
    missing: Sequence[str]
    backups_until: date | None


async def decisions(connection: Any) -> list[Decision]:
    """Every decision there is, in its order."""
    found = []
    for row in await connection.fetch(DECIDED, DisposalDecided.type):
        envelope = unseal(row["text"])
        event = event_of(envelope)
        if isinstance(event, DisposalDecided):
            found.append(Decision(envelope.subject, event.number, event.cases, event.clear))
    return found


async def execution(connection: Any, disposal: UUID, person: UUID) -> DisposalExecution:
    """Raises Unknown where nothing was decided, and for whoever has a conflict of interest in one of its cases (H7)."""
    rows = await connection.fetch(OF_ONE, disposal, [*BEGINS, EXECUTED])
    decided = [event for row in rows if isinstance(event := event_of(unseal(row["text"])), DisposalDecided)]
    if not decided or await barred_from(connection, person, decided[0].cases):
        raise Unknown
    done = [_of(source, [row for row in rows if row["source"] == source]) for source in trees.SOURCES]
    missing = [one.service for one in done if one.executed_at is None]
    last = [one.backups_until for one in done if one.backups_until is not None]
    return DisposalExecution(decided[0].number, done, missing, None if missing else max(last))


def _of(source: str, rows: Sequence[Any]) -> Execution:
    begun = next((row["told_at"] for row in rows if row["type"] in BEGINS), None)
    executed = next((row for row in rows if row["type"] == EXECUTED), None)
    if executed is None:
        return Execution(source, begun)
    told: Any = event_of(unseal(executed["text"]))
    return Execution(source, begun, executed["told_at"], told.keys, told.items, told.clear_words, told.backups_until)
