"""Every page that anybody can come to: accessible in both themes, valid, fit for a phone, and silent to other hosts."""

from __future__ import annotations

import html5lib
import pytest
from playwright.async_api import Browser, expect

from tests.pages.findings import OF_COLOUR, axe, findings, invalid
from tests.pages.street import tab
from tests.pages.walk import walk
from tests.system.running import RunningHouse

PEOPLE = (
    None,
    "applicant",
    "officer",
    "coordinator",
    "panel-1",
    "chair",
    "secretary",
    "finance",
    "attester-1",
    "auditor",
    "archivist",
    "administrator",
    "data-protection-officer",
)
OWN_ACCOUNT = "/me"


@pytest.fixture(scope="module")
def open_to_all() -> set[str]:
    """The kinds of pages that are alike for all who come there: they are looked at once, not once for each role."""
    return set()


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person or "nobody")
async def test_a8_every_page_can_be_read_by_everybody(
    house: RunningHouse, browser: Browser, open_to_all: set[str], person: str | None
) -> None:
    visitor = await tab(browser, house.url, person)
    known = set(open_to_all)
    wrong = []
    async for kind, path in walk(visitor, visitor.path if person else "/", known):
        if person is None or kind.startswith(OWN_ACCOUNT):
            open_to_all.add(kind)
        wrong += [f"{path}: {one}" for one in await findings(visitor)]
    await visitor.close()

    assert "\n".join(wrong) == ""
    assert len(known) > len(open_to_all) or person is None


BROKEN = """
document.querySelector('main').innerHTML += '<h5>Hej</h5><img src="/favicon.ico"><p id="a"></p><p id="a"></p>'
document.querySelector('main h1').style.color = '#1d2b26'
"""


async def test_control_what_is_wrong_with_a_page_is_found(browser: Browser, house: RunningHouse) -> None:
    visitor = await tab(browser, house.url)
    await visitor.open("/")
    await visitor.page.evaluate(BROKEN)

    assert any("image-alt" in one for one in await axe(visitor))
    found = invalid(await visitor.page.content())
    await visitor.page.emulate_media(color_scheme="dark")
    assert any("color-contrast" in one for one in await axe(visitor, OF_COLOUR))
    await visitor.close()
    assert any("the id a stands 2 times" in one for one in found)
    assert any("level 5" in one for one in found)


async def test_what_is_fetched_into_a_page_does_not_rename_it(browser: Browser, house: RunningHouse) -> None:
    officer = await tab(browser, house.url, "officer")
    await officer.open("/cases")
    case = await officer.page.locator("main td a[href^='/cases/']").first.get_attribute("href")
    answer = await officer.open(str(case))
    sent = html5lib.parse(await answer.text(), namespaceHTMLElements=False).findtext("head/title")
    await expect(officer.page.locator("[hx-get]")).to_have_count(0)
    await expect(officer.page.locator("#timeline")).to_have_count(1)
    assert await officer.page.title() == sent
    await officer.close()
