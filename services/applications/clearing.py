"""How drafts go away: cleared once they are sent in, erased when they are discarded.

Whoever sends in does not wait for the clearing: from then on the draft is not shown, and a moment later it is erased,
together with others. A draft that was changed while it was being sent in stays: nothing an applicant has written is
lost. Keys go before the commit that takes the rows away: a crash leaves rows that due work finds, never a key that
nobody remembers to destroy.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from uuid import UUID

import asyncpg
import structlog

from services.applications.drafts import SCOPE, Draft
from shared.database import ACQUIRE_TIMEOUT_S
from shared.office import Office

GATHERED_FOR_S = 0.1
REMOVED_TOGETHER_MAX = 256
WAITING_MAX = 2_000
"""Beyond it, drafts are left for due work to find."""

log = structlog.get_logger()

REMOVE = """
with sent as (select * from unnest($1::uuid[], $2::integer[]) as sent (id, revision)),
gone as (
    delete from draft using sent where draft.id = sent.id and draft.revision = sent.revision returning draft.id
),
files as (
    delete from attachment using gone
    where attachment.subject = gone.id and attachment.round = 0 and attachment.detached_at is null
),
words as (delete from store using gone where store.owner = gone.id and store.scope = 'draft')
select id from gone
"""
DISCARD = """
with gone as (delete from draft where id = any($1) returning id),
files as (
    update attachment set detached_at = clock_timestamp() from gone
    where attachment.subject = gone.id and attachment.round = 0 and attachment.detached_at is null
),
words as (delete from store using gone where store.owner = gone.id and store.scope = 'draft')
select id from gone
"""


class Clearing:
    """Takes away drafts that were sent in, many at a time."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._waiting: deque[Draft] = deque()
        self._running: asyncio.Task[None] | None = None

    def after(self, draft: Draft) -> None:
        """The draft is now an application. If this fails the application stands, and due work clears it later."""
        if len(self._waiting) < WAITING_MAX:
            self._waiting.append(draft)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())

    async def settled(self) -> None:
        """Waits until nothing is waiting or under way."""
        if self._running is not None:
            await asyncio.wait({self._running})

    async def _run(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHERED_FOR_S)
            batch = [self._waiting.popleft() for _ in range(min(REMOVED_TOGETHER_MAX, len(self._waiting)))]
            try:
                await _erase(self._office, REMOVE, [one.id for one in batch], [one.revision for one in batch])
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
                log.warning("drafts.left_behind", drafts=[str(one.id) for one in batch], error=repr(error))


async def discard(office: Office, drafts: Sequence[UUID]) -> None:
    """Erases drafts. Their files are erased by due work, which first makes sure that none was sent in."""
    await _erase(office, DISCARD, list(drafts))


async def _erase(office: Office, statement: str, *given: object) -> None:
    async with office.pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection, connection.transaction():
        rows = await connection.fetch(statement, *given)
        await office.store.keyring.destroy([(row["id"], SCOPE) for row in rows])
