"""Rounds for tests of the desk's pages: a fund of its own with cases on their way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.command.demo import applying, fund
from services.command.demo.applying import Case
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from tests.service.house import URL, TestedHouse

APPLICATIONS = (
    Applied("Föreningen Fyran (påhittad)", "8027001307", 30_000, "bifall", "Podd om psykisk hälsa", 25_000),
    Applied("Föreningen Femman (påhittad)", "8027001315", 20_000, "bifall", "Kör för alla", 20_000),
)


@asynccontextmanager
async def registered(house: TestedHouse, budget_kronor: int = 40_000) -> AsyncIterator[tuple[Fund, list[Case]]]:
    """Two applications sent in to a call that is then closed; there is not money for both in full."""
    people = People(URL, house.transport)
    try:
        own = await fund.found(people, Round(APPLICATIONS, budget_kronor=budget_kronor))
        cases = [await applying.apply(own, applied, at) for at, applied in enumerate(APPLICATIONS)]
        await fund.close_call(own)
        for case in cases:  # whoever asks review next, in whichever way, finds them there
            await people.get("officer", f"/api/review/cases/{case.id}")
        yield own, cases
    finally:
        await people.close()
