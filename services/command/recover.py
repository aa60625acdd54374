"""`bifall recover SERVICE`: after a restore to an earlier point, takes the lost facts back from audit's exact texts.

The same numbers, the same texts; their content is gone, and marked as missing. Bookmarks move past what caused them.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from typing import Any

import asyncpg

from services.audit.recover import Lost, texts_after
from services.command.embedded_house import data_argument, servers
from services.command.failure import Failure
from services.command.house import NAMES, service_named
from shared import views
from shared.envelope import unseal
from shared.journal import Fact, append, head
from shared.life_book import LifeBook

HELP = "After a restore to an earlier point: take a service's lost entries back from audit."
EXAMPLE = "bifall recover review --data ./data"
BATCH = 500


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", choices=[name for name in NAMES if name != "audit"], help="whose journal")
    data_argument(parser)


def run(asked: argparse.Namespace) -> int:
    print(asyncio.run(_recover(asked)))
    return 0


async def _recover(asked: argparse.Namespace) -> str:
    async with servers(asked.data) as addresses:
        audit = await asyncpg.connect(addresses.services["audit"].database_url)
        own = await asyncpg.connect(
            addresses.services[asked.service].database_url, server_settings={"statement_timeout": "0"}
        )
        try:
            return await recover(own, audit, asked.service)
        finally:
            await own.close()
            await audit.close()


async def recover(own: Any, audit: Any, service: str) -> str:
    """In one transaction of the service's database. Raises Failure where the two histories have parted."""
    async with own.transaction():
        before = await head(own)
        await _refuse_fork(own, audit, service, before)
        taken = 0
        page: list[Lost] = []
        async for lost in texts_after(audit, service, before):
            page.append(lost)
            if len(page) == BATCH:
                taken += await _take_back(own, page)
                page = []
        taken += await _take_back(own, page)
        await _move_bookmarks(own, audit, service, before)
        await views.rebuild(own, LifeBook(service_named(service).kinds))
    return f"{service}: {taken} entries taken back from audit, {before} were there"


async def _refuse_fork(own: Any, audit: Any, service: str, position: int) -> None:
    """What both have last must be the same text: else facts were written after the restore, and nothing may be
    mixed."""
    theirs = await audit.fetchval("select text from entry where source = $1 and position = $2", service, position)
    mine = await own.fetchval("select event::text from journal where position = $1", position)
    if theirs is not None and theirs.decode() != mine:
        raise Failure(
            f"{service} has written new facts since it was restored: entry {position} differs from audit's. "
            "This is a fork; restore again without starting the services, then recover."
        )


async def _take_back(own: Any, page: Sequence[Lost]) -> int:
    """Returns how many. Raises Failure where they would not get their own numbers back."""
    if not page:
        return 0
    facts = []
    for lost in page:
        envelope = unseal(lost.text)
        facts.append(Fact(envelope.subject, envelope.version, envelope.type, lost.text.decode()))
    last = await append(own, facts)
    if [last - len(page) + 1, last] != [page[0].position, page[-1].position]:
        raise Failure("The journal did not take the entries back under their own numbers; nothing was changed.")
    await own.execute(
        "insert into recovered (position) select generate_series($1::bigint, $2::bigint)", page[0].position, last
    )
    return len(page)


async def _move_bookmarks(own: Any, audit: Any, service: str, before: int) -> None:
    """A fact taken back says which event caused it: what caused it has been heard already."""
    for source in service_named(service).hears:
        caused = await audit.fetchval(
            "select max(cause.position) from entry as effect join entry as cause"
            " on cause.source = $2 and convert_from(cause.text, 'UTF8')::jsonb ->> 'id'"
            " = convert_from(effect.text, 'UTF8')::jsonb ->> 'causationid'"
            " where effect.source = $1 and effect.position > $3",
            service,
            source,
            before,
        )
        if caused is not None:
            await own.execute(
                "insert into bookmark (source, position) values ($1, $2) on conflict (source)"
                " do update set position = greatest(bookmark.position, excluded.position)",
                source,
                caused,
            )
