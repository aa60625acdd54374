"""The four pictures of the README, from a house in which the round has been played: what everybody sees first, an
application half written on a telephone, a case at the officer's desk, and the money as those who decide see it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from playwright.async_api import Browser

from tests.pages.by_hand.applying import Wish, answers, begin, register
from tests.pages.by_hand.ground import a_wish, an_open_call
from tests.pages.by_hand.person import comes
from tests.pages.street import DESK, Tab, tab

TELEPHONE = {"width": 390, "height": 900}
PARTS_WRITTEN = ("organisation", "people", "activity")


async def best_pictures(opened: Browser, url: str, folder: Path) -> int:
    """How many were taken. A picture shows what fits a screen: the README is read on one."""
    visitor = await tab(opened, url, size=DESK)
    await visitor.open("/")
    await _taken(visitor, folder / "front.png")
    await visitor.close()

    officer = await tab(opened, url, "officer", size=DESK)
    await officer.open("/cases?sort=applied&order=desc")
    await officer.page.locator("td.what a").first.click()
    await officer.page.locator("h1").wait_for()
    await _taken(officer, folder / "case.png")
    await officer.close()

    chair = await tab(opened, url, "chair", size=DESK)
    await chair.open("/calls/manage")
    await chair.page.locator("main td a").first.click()
    await chair.page.locator('a[href^="/deciding/"]').first.click()
    await chair.page.locator("figure.drawing").wait_for()
    await _taken(chair, folder / "deciding.png")
    await chair.close()

    await _half_written(opened, url, folder / "applying.png")
    return len(list(folder.glob("*.png")))


async def _half_written(opened: Browser, url: str, file: Path) -> None:
    async with an_open_call(url) as own:
        wish: Wish = replace(a_wish(own), name="Föreningen Röststyrka (påhittad)", title="Podd om psykisk hälsa")
        applicant = await comes(opened, url, "applicant", size=TELEPHONE)
        await register(applicant, own.call, wish)
        draft = await begin(applicant, own.call, wish)
        await applicant.follow(f"{draft}/{PARTS_WRITTEN[0]}")
        for part in PARTS_WRITTEN:
            await applicant.fill(answers(wish)[part])
            await applicant.send(f"{draft}/{part}", "next")
        await applicant.open(draft)
        await _taken(applicant.tab, file)
        await applicant.close()


async def _taken(visitor: Tab, file: Path) -> None:
    await visitor.page.wait_for_load_state("networkidle")
    await visitor.page.screenshot(path=file)
