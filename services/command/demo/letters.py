"""Letters: the round is over when every letter it led to is written; kept, each is a file of its own."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from services.command.demo.applying import Case
from services.command.demo.fund import Fund
from services.command.failure import Failure

READER = "officer"
WRITTEN_WITHIN_S = 60.0
LOOK_EVERY_S = 0.25
FOLDER = "letters"


async def written(fund: Fund, cases: list[Case]) -> list[dict[str, Any]]:
    """All letters of all cases, in the order they became due. Raises Failure where one is still to be written after a
    minute."""
    for _ in range(int(WRITTEN_WITHIN_S / LOOK_EVERY_S)):
        letters = [letter for case in cases for letter in await _of(fund, case)]
        if letters and all(letter["status"] != "due" for letter in letters):
            return letters
        await asyncio.sleep(LOOK_EVERY_S)
    raise Failure(f"Letters were still to be written after {WRITTEN_WITHIN_S:.0f} s. Look at `bifall status`.")


async def written_to(fund: Fund, cases: list[Case], kind: str) -> None:
    """Waits until each of these has its letter of that kind, before the clock is moved on: or the letter would bear a
    day after the one it gives. Raises Failure after a minute."""
    for case in cases:
        for _ in range(int(WRITTEN_WITHIN_S / LOOK_EVERY_S)):
            if any(letter["kind"] == kind and letter["status"] != "due" for letter in await _of(fund, case)):
                break
            await asyncio.sleep(LOOK_EVERY_S)
        else:
            raise Failure(f"A letter was not written within {WRITTEN_WITHIN_S:.0f} s. Look at `bifall status`.")


async def _of(fund: Fund, case: Case) -> list[dict[str, Any]]:
    letters: list[dict[str, Any]] = (await fund.people.get(READER, f"/api/web/cases/{case.id}/letters"))["items"]
    return [{**letter, "number": case.number} for letter in letters]


async def on_paper(fund: Fund, letters: list[dict[str, Any]]) -> dict[str, bytes]:
    """`letters/<registration number>-<place>-<kind>.pdf` → the paper, of all that were not called off."""
    kept: dict[str, bytes] = {}
    for letter in letters:
        if letter["status"] != "called_off":
            name = f"{FOLDER}/{_file_name(kept, letter)}"
            kept[name] = await fund.people.get_bytes(READER, f"/api/web/letters/{letter['id']}/pdf")
    return kept


def _file_name(kept: dict[str, bytes], letter: dict[str, Any]) -> str:
    """Every run of other characters is one hyphen; places count from 01 within a case."""
    number = re.sub(r"[^0-9A-Za-zÅÄÖåäö]+", "-", letter["number"])
    place = 1 + sum(name.startswith(f"{FOLDER}/{number}-") for name in kept)
    return f"{number}-{place:02d}-{letter['kind'].replace('_', '-')}.pdf"
