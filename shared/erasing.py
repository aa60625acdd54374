"""Carrying out a disposal: the keys, content and clear words, and then whatever the databases keep of them.

A deleted row stays in its page until it is vacuumed away, and in the write-ahead log until that is let go. So the
tables are written anew, and the log is switched and checkpointed, before it is told that anything is gone. Every step
may be done again: a crash between two of them is followed by all of them.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import structlog

from shared.deadlines import local_date
from shared.disposal import BACKUPS_READABLE, RecordDisposal
from shared.office import Office
from shared.service import Holding

TOGETHER_MAX = 10
LOCK_TIMEOUT_MS = 1_500
WHY = "disposal"
AGAIN = UUID(int=0)
"""For what a restore erases again: it has been told already."""

WAITING = "select id, cases, clear from disposal where status in ('decided', 'begun') order by id limit $1"
CASES = msgspec.json.Decoder(tuple[UUID, ...])

KEYS = """
delete from key using unnest($1::uuid[], $2::text[]) as gone (owner, scope)
where key.owner = gone.owner and key.scope = gone.scope
"""
CONTENT = """
delete from store using unnest($1::uuid[], $2::text[]) as gone (owner, scope)
where store.owner = gone.owner and store.scope = gone.scope
"""
CLEAR = "delete from clear where owner = any($1)"
HELD_KEYS = """
select count(*) from key join unnest($1::uuid[], $2::text[]) as held (owner, scope)
on key.owner = held.owner and key.scope = held.scope
"""
COUNTED = """
insert into erased as so_far (disposal, keys, items, clear_words) values ($1, $2, $3, $4)
on conflict (disposal) do update set
    keys = greatest(so_far.keys, excluded.keys), items = so_far.items + excluded.items,
    clear_words = so_far.clear_words + excluded.clear_words
returning keys, items, clear_words
"""
"""Content and clear words go in the same transaction; keys are counted before the first of them goes."""

LEFT_BEHIND = re.compile(r"^(\d+) dead row versions cannot be removed yet", re.MULTILINE)
IN_THE_WAY = (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError)

log = structlog.get_logger()


class StillSeen(Exception):
    """Somebody's long transaction may still look at what was deleted, so that it could not be vacuumed away yet."""


class Erased(msgspec.Struct, frozen=True):
    """How much there was of each."""

    keys: int
    items: int
    clear_words: int


async def dispose(office: Office) -> None:
    """Every disposal that waits for this service. One that something stands in the way of is left for the next time."""
    for row in await office.worker_pool.fetch(WAITING, TOGETHER_MAX):
        try:
            await _carry_out(office, row["id"], CASES.decode(row["cases"]), row["clear"])
        except (StillSeen, *IN_THE_WAY) as error:
            log.info("disposal.waits", disposal=str(row["id"]), why=f"{type(error).__name__}: {error}")


async def _carry_out(office: Office, disposal: UUID, cases: Sequence[UUID], clear: bool) -> None:
    holding = office.service.holding
    if holding is None or office.settings.keys_url is None:
        raise LookupError(f"{office.service.name} has not said what it holds of a case.")
    async with connections(office.settings.database_url, office.settings.keys_url) as (content, keys):
        owners = await owners_of(content, holding, cases)
        office.store.keyring.forget(owners)
        erased = await erase(content, keys, holding, cases, clear, disposal)
        office.store.keyring.forget(owners)
        today = local_date(await content.fetchval("select clock_timestamp()") + BACKUPS_READABLE)
    command = RecordDisposal(
        subject=disposal,
        keys=erased.keys,
        items=erased.items,
        clear_words=erased.clear_words,
        backups_until=today + timedelta(days=1),
    )
    await office.act(command, WHY)


@asynccontextmanager
async def connections(database_url: str, keys_url: str) -> AsyncIterator[tuple[Any, Any]]:
    """Of their own: writing a table anew takes the time it takes, and must not wait long for a lock while it stands in
    everybody's way."""
    patient = {"statement_timeout": "0", "lock_timeout": str(LOCK_TIMEOUT_MS)}
    content = await asyncpg.connect(database_url, server_settings=patient)
    try:
        keys = await asyncpg.connect(keys_url, server_settings=patient)
        try:
            yield content, keys
        finally:
            await keys.close()
    finally:
        await content.close()


async def owners_of(content: Any, holding: Holding, cases: Sequence[UUID]) -> list[tuple[UUID, str]]:
    """Whose keys protect what the service holds of these cases."""
    return sorted({(row["owner"], row["scope"]) for row in await content.fetch(holding.owners, list(cases))})


async def erase(
    content: Any, keys: Any, holding: Holding, cases: Sequence[UUID], clear: bool, disposal: UUID = AGAIN
) -> Erased:
    """Erases what the service holds of the cases, and says how much it was, all told, under this disposal. Raises
    StillSeen, and what is in IN_THE_WAY."""
    owners = await owners_of(content, holding, cases)
    pairs = [owner for owner, _ in owners], [scope for _, scope in owners]
    held = await keys.fetchval(HELD_KEYS, *pairs)
    async with content.transaction():
        clear_words = _count(await content.execute(CLEAR, list(cases))) if clear else 0
        items = _count(await content.execute(CONTENT, *pairs))
        for statement in holding.forget:
            await content.execute(statement, list(cases))
        counted = await content.fetchrow(COUNTED, disposal, held, items, clear_words)
        await keys.execute(KEYS, *pairs)
    await scrub(keys, ("key",))
    if clear:
        await scrub(content, ("clear", *holding.tables))
    return Erased(**counted)


async def scrub(connection: Any, tables: Sequence[str]) -> None:
    """Writes the tables anew without their dead rows, and lets go of the log that tells of them. Raises StillSeen."""
    said: list[str] = []

    def listen(_: Any, message: Any) -> None:
        said.append(f"{message.message}\n{message.detail or ''}")

    connection.add_log_listener(listen)
    try:
        for table in tables:
            await connection.execute(f"vacuum (full, verbose) {table}")
    finally:
        connection.remove_log_listener(listen)
    if any(int(left) for left in LEFT_BEHIND.findall("\n".join(said))):
        raise StillSeen(", ".join(tables))
    await connection.execute("select pg_switch_wal()")
    await connection.execute("checkpoint")


def _count(done: str) -> int:
    return int(done.rpartition(" ")[2])
