"""What is written on a report before it is handed in: sealed, the association's own, kept from one sitting to the next.

Payouts knows a report once it is handed in, and not before. What two devices write meets as in an application: by
question, and nothing is overwritten.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from shared import store
from shared.office import Office

SCOPE = "draft"
ITEM = "report"
KEPT_DAYS = 500
"""Longer than any time there is to report in."""

READ = "select nonce, content, digest, at from store where owner = $1 and scope = $2 and item = $3"
FORGET = """
delete from store where scope = $1 and item = $2 and at < clock_timestamp() - make_interval(days => $3)
"""
LOCK = "select digest from store where owner = $1 and scope = $2 and item = $3 for update"


class Kept(msgspec.Struct, frozen=True):
    """`stamp` is of these very words: who saves says which they saw. It is empty before anything is kept."""

    answers: dict[str, Any]
    stamp: str
    saved_at: datetime | None


async def find(office: Office, case: UUID) -> Kept | None:
    row = await office.pool.fetchrow(READ, case, SCOPE, ITEM)
    if row is None:
        return None
    words = await office.store.opened(case, SCOPE, ITEM, row["nonce"], row["content"])
    return Kept(msgspec.json.decode(words, type=dict[str, Any]), row["digest"], row["at"])


async def keep(office: Office, case: UUID, saw: str, answers: dict[str, Any]) -> Kept | None:
    """None where somebody else has saved since `saw`."""
    sealed = await office.store.seal(case, SCOPE, {ITEM: msgspec.json.encode(answers)})
    async with office.pool.acquire() as connection, connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtextextended($1, 0))", f"report {case}")
        now = await connection.fetchval(LOCK, case, SCOPE, ITEM)
        if (now or "") != saw:
            return None
        await connection.execute(FORGET, SCOPE, ITEM, KEPT_DAYS)
        await store.write(connection, sealed, replacing=True)
    return Kept(answers, sealed[0].digest, datetime.now(UTC))
