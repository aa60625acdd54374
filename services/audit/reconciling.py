"""Every night audit holds each service's own book against its trail, and its trail against itself and what was signed.

What it finds is kept, and stays an alarm until a later night finds nothing. A service that does not answer is asked
again; it stops nobody.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from typing import Any

import msgspec
import structlog

from services.audit import as_signed, books, trees, verification
from services.audit.books import Difference, NotAnswering
from services.audit.domain.as_signed import Unlike
from services.audit.domain.recount import Place
from shared.deadlines import STOCKHOLM
from shared.office import Office

NIGHT = clock(3, 30)
"""When a night's comparison falls due, by the clock of Stockholm: an hour that every night has, and has once."""

ASK_AGAIN_S = 60.0
NAMED_MAX = 100
"""Differences that are kept by name; the rest are found where these are looked into."""

ALARM_AFTER = timedelta(hours=48)
ALARM = "books"
NEXT_LOOK = "books.next_look"
LATEST = """
select distinct on (source) source, compared_at, size, agrees, differences, altered, unlike
from reconciliation order by source, compared_at desc
"""
KEEP = """
insert into reconciliation (source, size, agrees, differences, altered, unlike) values ($1, $2, $3, $4, $5, $6)
"""

log = structlog.get_logger()


class Reconciled(msgspec.Struct, frozen=True):
    """What the latest comparison of one source found, when it had `size` entries.

    `differences` are places where the two books are not the same; `altered` are entries that are no longer what audit's
    own tree says; `unlike` are entries that are not what was signed. Each names at most a hundred. `agrees` only where
    the whole tree was counted anew, both books are one, and every kept checkpoint is still theirs.
    """

    source: str
    compared_at: datetime
    size: int
    agrees: bool
    differences: list[Difference]
    altered: list[int]
    unlike: list[Unlike]


async def every_night(office: Office) -> None:
    """Due work: compares what has not been compared since the latest night."""
    if books.BOOKS not in office.extra or time.monotonic() < office.extra.get(NEXT_LOOK, 0.0):
        return
    office.extra[NEXT_LOOK] = time.monotonic() + ASK_AGAIN_S
    known = {one.source: one for one in await latest(office.worker_pool)}
    now = datetime.now(UTC)
    for source in trees.SOURCES:
        if source not in known or known[source].compared_at < last_night(now):
            try:
                await compare(office, source)
            except NotAnswering as silent:
                log.warning("book.silent", source=source, error=repr(silent.__cause__))
    told = await latest(office.worker_pool)
    _tell(office, told, now)


async def compare(office: Office, source: str) -> None:
    """Compares one source from its first entry, and keeps what was found. Raises NotAnswering."""
    pool, book = office.worker_pool, books.book_of(office, source)
    agreed = await books.agreement(pool, source, book)
    altered, wrong, is_whole = await _recount(pool, source)
    is_one = agreed.agrees and is_whole  # a copy may be altered under a root that was left as it was
    found = [] if is_one else await _differences(pool, source, book)
    unlike = (await as_signed.found(pool, source, wrong))[:NAMED_MAX]
    agrees = is_one and not unlike
    differences, unsigned = (msgspec.json.encode(each).decode() for each in (found, unlike))
    if not agrees:
        log.error("books.differ", source=source, differences=differences, altered=altered, unlike=unsigned)
    await pool.execute(KEEP, source, agreed.size, agrees, differences, altered, unsigned)


async def latest(connection: Any) -> list[Reconciled]:
    """The latest comparison of each source that has been compared."""
    return [
        Reconciled(
            source=row["source"],
            compared_at=row["compared_at"],
            size=row["size"],
            agrees=row["agrees"],
            differences=msgspec.json.decode(row["differences"], type=list[Difference]),
            altered=list(row["altered"]),
            unlike=msgspec.json.decode(row["unlike"], type=list[Unlike]),
        )
        for row in await connection.fetch(LATEST)
    ]


def last_night(now: datetime) -> datetime:
    """The latest moment at which a comparison fell due."""
    today = now.astimezone(STOCKHOLM).date()
    tonight, before = (datetime.combine(day, NIGHT, STOCKHOLM) for day in (today, today - timedelta(days=1)))
    return (tonight if tonight <= now else before).astimezone(UTC)


async def _differences(pool: Any, source: str, book: Any) -> list[Difference]:
    found: list[Difference] = []
    after: str | None = None
    while True:
        page = await books.differences(pool, source, book, after)
        found += page.differences
        if page.next is None or len(found) >= NAMED_MAX:
            return found[:NAMED_MAX]
        after = page.next


async def _recount(pool: Any, source: str) -> tuple[list[int], list[Place], bool]:
    """Entries that are altered or gone, stored hashes that are wrong, and whether audit's tree is that of its texts."""
    altered: list[int] = []
    wrong: list[Place] = []
    is_whole, after = True, None
    while True:
        page = await verification.verify(pool, source, after)
        altered += sorted(page.altered + page.missing)
        wrong += page.wrong
        is_whole = is_whole and page.agrees
        if page.next is None:
            return altered[:NAMED_MAX], wrong, is_whole
        after = page.next


def _tell(office: Office, compared: list[Reconciled], now: datetime) -> None:
    differing = sorted(one.source for one in compared if not one.agrees)
    overdue = sorted(one.source for one in compared if one.agrees and one.compared_at < now - ALARM_AFTER)
    if differing:
        sentence = f"The books of {', '.join(differing)} differ, or are not as signed. See `bifall audit reconcile`."
    elif overdue:
        sentence = f"The books of {', '.join(overdue)} have not been compared for two days. Does the service answer?"
    else:
        office.trouble.pop(ALARM, None)
        return
    office.trouble[ALARM] = sentence
