"""One campaign: an estate, its load, the nemesis, and the look at everything afterwards."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.torture.books import heads_and_bookmarks, keep_books
from tests.torture.disk import Disk, why_not
from tests.torture.estate import Estate
from tests.torture.invariants import examine
from tests.torture.lives import LIVES
from tests.torture.load import Load
from tests.torture.nemesis import FAULTS, NEED_A_DISK, Nemesis, Strike
from tests.torture.poison import Poison
from tests.torture.report import Report

CLIENTS = 6
CALM_S = 2.0
"""Of load before the first fault, and after the last."""

CONVERGE_S = 240.0
LOOK_S = 0.25
LIVES_END_S = 400.0
"""More than twice what one command may take: a life that has not ended by then hangs, on any machine."""


def kinds_here() -> list[str]:
    """The faults that this machine can have."""
    return [fault for fault in FAULTS if fault not in NEED_A_DISK or why_not() is None]


async def run(seed: int, strikes: Sequence[Strike], folder: Path, clients: int = CLIENTS) -> Report:
    """Raises only where the run itself could not be carried out; what it found is in the report."""
    report = Report(seed, sorted({strike.fault for strike in strikes}))
    estate = Estate(folder, Disk(folder) if why_not() is None else None)
    try:
        await estate.start()
        load = Load(estate.url, LIVES, seed, clients)
        nemesis, poison = Nemesis(estate, folder), Poison(estate)
        living = asyncio.gather(load.run(), load.live_once("poisoned round", poison.live, clients))
        try:
            await asyncio.sleep(CALM_S)
            await nemesis.strike(strikes)
            mended = time.monotonic()
            await asyncio.sleep(CALM_S)
            load.stop()
            await _lived_to_the_end(living, poison, report)
        finally:
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)
            report.struck, report.released = nemesis.struck, poison.released
            _count(report, load, estate)
        report.drained_s = time.monotonic() - mended
        report.converged_s = await _converged(estate)
        found = await examine(estate, load.ledger, frozenset(poison.cases))
        found.check(poison.released > 0, "the poisoned case was never parked and released")
        report.facts, report.lost, report.doubled = found.facts, found.lost, found.doubled
        report.rot_met = found.rot_met
        report.broken += found.broken
        if not report.holds:
            await keep_books(estate, folder / "journals")
        if report.converged_s is None:
            report.broken.append(f"not converged within {CONVERGE_S} s: {await heads_and_bookmarks(estate)}")
    finally:
        await estate.stop()
    return report


async def _lived_to_the_end(living: asyncio.Future[Any], poison: Poison, report: Report) -> None:
    ended, _ = await asyncio.wait({living}, timeout=LIVES_END_S)
    if ended:
        await living
    else:
        report.broken.append(f"not lived to the end within {LIVES_END_S:.0f} s; of the poisoned round: {poison.stage}")


def _count(report: Report, load: Load, estate: Estate) -> None:
    ledger = load.ledger
    report.attempts, report.commands = ledger.attempts, len(ledger.asked)
    report.acknowledged, report.lives = len(ledger.acknowledged), ledger.finished
    report.availability, report.slowest_s = ledger.availability, ledger.slowest_s
    report.restarts = sum(serving.starts - 1 for serving in estate.services.values())
    report.broken += [f"turned down: {no}" for no in ledger.turned_down]
    report.broken += [f"no answer: {never}" for never in ledger.hung]


async def _converged(estate: Estate) -> float | None:
    """Seconds from the last command until everybody had read everything, the same twice in a row; None if never."""
    began, before = time.monotonic(), None
    ends = began + CONVERGE_S
    while time.monotonic() < ends:
        standing = await heads_and_bookmarks(estate)
        level = all(
            bookmarks.get(source, 0) == standing[source][0]
            for _, bookmarks in standing.values()
            for source in bookmarks.keys() & standing.keys()
        )
        if level and standing == before:
            return time.monotonic() - began
        before = standing if level else None
        await asyncio.sleep(LOOK_S)
    return None
