"""A poisoned event: one case that review cannot take is parked, the others flow on, and once mended it is released.

The owner of review's database forbids rows of one call; what is told of that call's only case fails for reasons of its
own. Mending is taking the ban away; the release is the operator's own command.
"""

from __future__ import annotations

import asyncio
import sys
from uuid import UUID

import asyncpg

from services.command.demo.applying import Case
from services.command.demo.fund import Fund
from tests.torture.estate import PROJECT, Estate
from tests.torture.lives import play_round, round_of
from tests.torture.load import Client

POISONED = "review"
BAN = "alter table reviewed_case add constraint poison check (call <> '{call}') not valid"
LIFT = "alter table reviewed_case drop constraint poison"
PARKED = "select count(*) filter (where error is not null), count(*) from parked where $1 = any(subjects)"
TRY_PAUSE_S = 1.0
COMMAND_TIMEOUT_S = 60.0
"""After this a release is given up and asked for again; the campaign's own end is the only patience there is."""


class Poison:
    """One round with a poisoned case. `cases` and `released` are what it leaves to be looked at."""

    def __init__(self, estate: Estate) -> None:
        self.cases: set[UUID] = set()
        self.released = 0
        """How many events were held when the cause was mended, and then no longer. Counted in the database: a strike
        may take a release's answer away, though the release itself was done."""

        self.stage = "nobody has applied yet"
        self._estate = estate

    async def live(self, client: Client) -> None:
        await play_round(client, round_of(client, 1), self._ban, self._mend)

    async def _ban(self, own: Fund) -> None:
        await self._as_owner(BAN.format(call=own.call))

    async def _mend(self, own: Fund, cases: list[Case]) -> None:
        case = cases[0].id
        self.cases.add(case)
        self.stage = f"case {case} is to be parked"
        while not (await self._parked(case))[0]:
            await asyncio.sleep(TRY_PAUSE_S)
        held = (await self._parked(case))[1]
        self.stage = f"case {case} is parked, its cause is being mended"
        await self._as_owner(LIFT)
        self.stage = f"case {case} is mended and is to be released"
        while (await self._parked(case))[1]:
            await self._release(case)
        self.stage, self.released = f"case {case} is released", held

    async def _parked(self, case: UUID) -> tuple[int, int]:
        """How many events failed, and how many are held in all."""
        while True:
            try:
                connection = await asyncpg.connect(self._estate.owner_url(POISONED), timeout=5)
                try:
                    return tuple(await connection.fetchrow(PARKED, case))
                finally:
                    await connection.close()
            except (asyncpg.PostgresError, OSError, TimeoutError):
                await asyncio.sleep(TRY_PAUSE_S)  # the database is among what is struck

    async def _release(self, case: UUID) -> None:
        """`bifall parked release CASE`, as an operator does it; it fails where the house is struck meanwhile."""
        command = [sys.executable, "-m", "services", "parked", "--url", self._estate.url, "release", str(case)]
        running = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=PROJECT
        )
        try:
            await asyncio.wait_for(running.communicate(), COMMAND_TIMEOUT_S)
        except TimeoutError:
            running.kill()
            await running.wait()
        if running.returncode != 0:
            await asyncio.sleep(TRY_PAUSE_S)

    async def _as_owner(self, sql: str) -> None:
        while True:
            try:
                connection = await asyncpg.connect(self._estate.owner_url(POISONED), timeout=5)
                try:
                    await connection.execute(sql, timeout=5)
                finally:
                    await connection.close()
            except (asyncpg.DuplicateObjectError, asyncpg.UndefinedObjectError):
                return  # done by an attempt whose answer was lost
            except (asyncpg.PostgresError, OSError, TimeoutError):
                await asyncio.sleep(TRY_PAUSE_S)
            else:
                return
