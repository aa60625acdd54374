"""A round lived through by hand in a browser: every page that it takes, by the person whose page it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import pytest
from msgspec import structs
from playwright.async_api import Browser

from services.command.demo.people import People
from services.command.demo.round_file import Applied, read_round
from services.command.example import ROUND_FILE
from tests.pages.by_hand.ground import a_number
from tests.pages.by_hand.hands import Keyboard, Mouse
from tests.pages.by_hand.round import Round
from tests.system.running import RunningHouse

WAYS: dict[str, dict[str, Any]] = {
    "keyboard": {"hands": Keyboard()},
    "no scripts": {"hands": Mouse(), "java_script_enabled": False},
}


def _two() -> list[Applied]:
    """One that gets most of what it asks for, and gives some of it back; one that is rejected."""
    return [
        Applied("Föreningen Röststyrka", "", 30_000, "delvis_bifall", "Podd i länet", 25_000),
        Applied("Friluftsvännerna", "", 10_000, "avslag", "Klubbresa", reason="R02"),
    ]


def _by_somebody_new(applied: Applied) -> Applied:
    """The house may know the associations of the file already; a name that is its own is found on every list."""
    number = a_number()
    return structs.replace(applied, orgnr=number, org=f"{applied.org} {number}")


async def _lived(
    house: RunningHouse, browser: Browser, round_of: Sequence[Applied], language: Literal["sv", "en"] = "sv", **how: Any
) -> Round:
    lived = Round(browser, house.url, language, sum(one.applied for one in round_of), staff=how)
    await lived.live([_by_somebody_new(one) for one in round_of])
    await lived.leave()
    return lived


async def _ended_as_it_should(house: RunningHouse, lived: Round) -> None:
    """What the fund's books say in the end, asked of the services and not of the pages."""
    people = People(house.url)
    try:
        for case in lived.cases:
            decided = (await people.get("auditor", f"/api/review/cases/{case.id}"))["decision"]
            assert decided["granted_ore"] == case.applied.granted * 100
            shown = await people.get("auditor", f"/api/applications/cases/{case.id}")
            assert shown["status"] == "closed"
        for case in lived.granted:
            grant = await people.get("auditor", f"/api/payouts/grants/{case.id}")
            assert grant["status"] == "closed"
            assert (grant["paid_ore"], grant["returned_ore"]) == (case.applied.granted * 100, case.left_kronor * 100)
    finally:
        await people.close()


@pytest.mark.timeout(900)
async def test_a_round_is_lived_through_by_hand_with_everybody_s_browser_open(
    house: RunningHouse, browser: Browser
) -> None:
    await _ended_as_it_should(house, await _lived(house, browser, _two()))


@pytest.mark.long
@pytest.mark.timeout(1_800)
@pytest.mark.parametrize("language", ["sv", "en"])
async def test_the_round_of_2019_is_lived_through_by_hand(
    house: RunningHouse, browser: Browser, language: Literal["sv", "en"]
) -> None:
    lived = await _lived(house, browser, read_round(ROUND_FILE).applications, language)
    assert (len(lived.cases), len(lived.granted)) == (9, 7)
    assert sum(case.applied.granted for case in lived.granted) == 122_000
    await _ended_as_it_should(house, lived)


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("way", WAYS)
async def test_the_staff_s_part_is_done_however_they_work_a_page(
    house: RunningHouse, browser: Browser, way: str
) -> None:
    await _ended_as_it_should(house, await _lived(house, browser, _two(), **WAYS[way]))
