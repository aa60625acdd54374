"""How drafts go away: cleared when they are sent in, erased when they are discarded.

A draft that was changed while it was being sent in stays: nothing an applicant has written is lost. Keys go before the
commit that takes the rows away: a crash leaves rows that due work finds, never a key that nobody remembers to destroy.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import asyncpg
import structlog

from services.applications.drafts import SCOPE, Draft
from shared.database import ACQUIRE_TIMEOUT_S
from shared.gather import Gatherer, HouseFull
from shared.office import Office

REMOVED_TOGETHER_MAX = 64

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
        self._gathered: Gatherer[Draft, None] = Gatherer(self._remove, REMOVED_TOGETHER_MAX)

    async def after(self, draft: Draft) -> None:
        """The draft is now an application. If this fails the application stands, and due work clears it later."""
        try:
            await self._gathered.add(draft)
        except (HouseFull, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError) as error:
            log.warning("draft.left_behind", draft=str(draft.id), error=repr(error))

    async def _remove(self, drafts: Sequence[Draft]) -> list[None]:
        ids, revisions = [draft.id for draft in drafts], [draft.revision for draft in drafts]
        await _erase(self._office, REMOVE, ids, revisions)
        return [None] * len(drafts)


async def discard(office: Office, drafts: Sequence[UUID]) -> None:
    """Erases drafts. Their files are erased by due work, which first makes sure that none was sent in."""
    await _erase(office, DISCARD, list(drafts))


async def _erase(office: Office, statement: str, *given: object) -> None:
    async with office.pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection, connection.transaction():
        rows = await connection.fetch(statement, *given)
        await office.store.keyring.destroy([(row["id"], SCOPE) for row in rows])
