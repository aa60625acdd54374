"""The book of reads: gathered in memory and written together, so that no page waits for it.

Reads of protected cases do not wait: they are written before the answer goes out, and where that fails nothing is
shown. For all others the book fails open: the reads stay here, an alarm says so, and where there come to be too many
the book itself tells how many it lost.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Any
from uuid import UUID

import asyncpg
import structlog

from services.web.reads.read import Read, Through
from shared.identity import FUND
from shared.office import Office
from shared.refused import Refused
from shared.words import Text

EVERY_S = 1.0
FORGET_EVERY_S = 3_600.0
AT_ONCE = 1_000
WAITING_MAX = 20_000
PLACE = "reads"
"""Where the office keeps its book, what its worker is called, and the alarm."""

FAILS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)
ALARM = "Reads cannot be written to the access log. Protected cases are not shown until they can; the others are."

WRITE = """
insert into read (at, account, roles, through, what, case_id, subject, person, reference)
select clock_timestamp() - make_interval(secs => age_s), account, string_to_array(roles, ' '), through, what, case_id,
    subject, person, reference
from unnest($1::float8[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::uuid[],
    $9::text[]) as one (age_s, account, roles, through, what, case_id, subject, person, reference)
"""
PROTECTED = "select id from followed_case where protected"

log = structlog.get_logger()


class ReadNotKept(Refused):
    """A protected case is shown to nobody whose reading cannot be kept."""

    status = 503
    title = Text("Det går inte att visa just nu", "It cannot be shown right now")

    def __init__(self) -> None:
        super().__init__(
            "Ärendet är skyddat, och läsningen går inte att anteckna just nu. Därför visas det inte. Försök igen om"
            " en stund.",
            "The case is protected, and the read cannot be noted right now. So it is not shown. Try again in a while.",
        )


class Book:
    def __init__(self, office: Office) -> None:
        self._office = office
        self._waiting: deque[tuple[float, Read]] = deque()
        self._protected: frozenset[UUID] = frozenset()
        self._lost = 0
        self._writing = asyncio.Lock()

    async def note(self, read: Read) -> None:
        """Takes the read down; of a protected case, before anything is shown. Raises ReadNotKept."""
        if (written := self.take(read)) is not None:
            await written

    def take(self, read: Read) -> asyncio.Future[None] | None:
        """Takes the read down. Of a protected case: what to wait for before anything is shown; it raises
        ReadNotKept."""
        if read.case in self._protected:
            return asyncio.ensure_future(self.keep(read))
        if len(self._waiting) >= WAITING_MAX:
            self._waiting.popleft()
            self._lost += 1
        self._waiting.append((time.monotonic(), read))
        return None

    async def keep(self, read: Read) -> None:
        """Writes it now. Raises ReadNotKept where that is impossible."""
        try:
            await self._write(self._office.pool, [(time.monotonic(), read)])
        except FAILS as error:
            log.error("read.not_kept", error=repr(error))
            self._office.trouble[PLACE] = ALARM
            raise ReadNotKept from error

    async def run(self) -> None:
        """The worker: writes what waits, learns which cases are protected, forgets what is old."""
        forgotten_at = float("-inf")
        try:
            while True:
                await self.settle()
                if time.monotonic() - forgotten_at > FORGET_EVERY_S:
                    await self._office.worker_pool.execute("select forget_reads()")
                    forgotten_at = time.monotonic()
                await asyncio.sleep(EVERY_S)
        except asyncio.CancelledError:
            await self.settle()  # the house closes in good order: nothing that was read is forgotten
            raise

    async def settle(self) -> None:
        """Writes all that waits. Where it fails it waits on, and an alarm says so."""
        try:
            async with self._writing:
                while self._waiting or self._lost:
                    await self._write_some()
            await self.learn()
        except FAILS as error:
            log.warning("reads.wait", waiting=len(self._waiting), error=repr(error))
            self._office.trouble[PLACE] = ALARM
        else:
            self._office.trouble.pop(PLACE, None)

    async def learn(self) -> None:
        """Which cases are protected now."""
        rows = await self._office.worker_pool.fetch(PROTECTED)
        self._protected = frozenset(row["id"] for row in rows)

    async def _write_some(self) -> None:
        some = list(islice(self._waiting, AT_ONCE))
        lost = self._lost
        gap = [(time.monotonic(), Read(account=FUND.id, roles=(), through=Through.LOST, what=f"{lost} reads"))]
        await self._write(self._office.worker_pool, [*(gap if lost else ()), *some])
        written = {id(one) for one in some}
        while self._waiting and id(self._waiting[0]) in written:
            self._waiting.popleft()
        self._lost -= lost

    async def _write(self, pool: Any, reads: Sequence[tuple[float, Read]]) -> None:
        now = time.monotonic()
        await pool.execute(
            WRITE,
            [now - noted for noted, _ in reads],
            [read.account for _, read in reads],
            [" ".join(read.roles) for _, read in reads],
            [read.through.value for _, read in reads],
            [read.what for _, read in reads],
            [read.case for _, read in reads],
            [read.subject for _, read in reads],
            [read.person for _, read in reads],
            [read.reference for _, read in reads],
        )


async def open_book(office: Office) -> None:
    """From now on reads are taken down."""
    book = Book(office)
    await book.learn()
    office.extra[PLACE] = book
    office.workers.start(PLACE, book.run)


def book_of(office: Office) -> Book:
    book: Book = office.extra[PLACE]
    return book
