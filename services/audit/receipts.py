"""What an association can keep of its own case: proof that it was received, registered and decided.

Whoever has the file can tell, whenever and from whomever, whether that is still in the fund's trail as it was. So
nothing of it can be left out in silence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from services.audit import checkpoints, logs
from services.audit.proof_files import proof_file
from shared.catalogue.applications import ApplicationSubmitted, CaseRegistered
from shared.catalogue.review import DecisionMade
from shared.envelope import event_of, unseal
from shared.refused import Unknown
from shared.tlog.proofs import Proof

GIVEN = (ApplicationSubmitted, CaseRegistered, DecisionMade)
THEIRS = """
select entry.source, entry.position, entry.type, entry.told_at, entry.text
from entry join unnest($2::text[], $3::text[]) as given (source, type) using (source, type)
where entry.subject = $1 order by entry.told_at, entry.source, entry.position
"""


class Receipt(msgspec.Struct, frozen=True):
    """Entry `position` of `source`, about the case. `signed` says whether its proof can be had already."""

    source: str
    position: int
    type: str
    told_at: datetime
    signed: bool


class Receipts(msgspec.Struct, frozen=True):
    association: UUID
    items: list[Receipt]


class Given(NamedTuple):
    """What an association may have proofs of, as rows in order of time."""

    association: UUID
    rows: Sequence[Any]


async def given(connection: Any, case: UUID) -> Given:
    """Raises Unknown where there is no such case, or nothing has been heard of it yet."""
    rows = await connection.fetch(THEIRS, case, [kind.source for kind in GIVEN], [kind.type for kind in GIVEN])
    told = [event_of(unseal(row["text"])) for row in rows]
    association = next((each.association for each in told if isinstance(each, GIVEN)), None)
    if association is None:
        raise Unknown
    return Given(association, rows)


async def receipts(connection: Any, known: Given) -> Receipts:
    signed = {source: await _signed(connection, log) for source, log in (await logs.latest(connection)).items()}
    items = [
        Receipt(each["source"], each["position"], each["type"], each["told_at"], _covers(signed, each))
        for each in known.rows
    ]
    return Receipts(known.association, items)


async def receipt(connection: Any, known: Given, source: str, position: int) -> Proof:
    """Raises Unknown where it is none of the case's, NotYetSigned."""
    if not any((row["source"], row["position"]) == (source, position) for row in known.rows):
        raise Unknown
    return await proof_file(connection, source, position)


def _covers(signed: Mapping[str, int], row: Any) -> bool:
    return bool(row["position"] <= signed.get(row["source"], 0))


async def _signed(connection: Any, log: logs.Log) -> int:
    """The last entry that a checkpoint covers."""
    size, _ = await checkpoints.newest(connection, log)
    return size - log.before
