"""The applicant's whole form, from the association's number to the receipt, however one works a page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from services.command.demo.fund import Fund
from tests.pages.by_hand.applying import apply, begin, register
from tests.pages.by_hand.ground import a_wish, an_open_call
from tests.pages.by_hand.hands import Keyboard, Mouse
from tests.pages.by_hand.person import comes
from tests.pages.findings import findings
from tests.pages.street import PHONE, Tab, tab
from tests.system.running import RunningHouse

WAYS: dict[str, dict[str, Any]] = {
    "keyboard": {"hands": Keyboard()},
    "no scripts": {"hands": Mouse(), "java_script_enabled": False},
    "320 px": {"hands": Mouse(), "size": PHONE, "has_touch": True},
    "English": {"hands": Mouse(), "language": "en"},
}


@pytest.fixture(scope="module")
async def call(house: RunningHouse) -> AsyncIterator[Fund]:
    async with an_open_call(house.url) as own:
        yield own


@pytest.mark.parametrize("way", WAYS)
async def test_a8_an_application_is_written_and_sent_in(
    house: RunningHouse, browser: Browser, call: Fund, way: str
) -> None:
    how = WAYS[way]
    applicant = await comes(browser, house.url, "applicant", **how)
    case = await apply(applicant, call.call, a_wish(call), scripts=how.get("java_script_enabled", True))
    await applicant.close()

    shown = await call.people.get("officer", f"/api/applications/cases/{case}")
    assert shown["status"] == "registered"
    answered = (await call.people.get("officer", f"/api/applications/cases/{case}/application"))["answers"]
    assert answered["members_total"] == 1_200
    assert answered["when"] == {name: call.call_rules["activity_period"][name] for name in ("starts_on", "ends_on")}
    assert [row["amount_ore"] for row in answered["budget_costs"]] == [1_100_000, 100_000]


async def _looked_at(tab: Tab) -> None:
    assert await findings(tab) == []


async def test_a11_somebody_asked_for_help_writes_with_the_association(
    house: RunningHouse, browser: Browser, call: Fund
) -> None:
    applicant = await comes(browser, house.url, "applicant")
    wish = a_wish(call)
    await register(applicant, call.call, wish)
    draft = await begin(applicant, call.call, wish)
    await applicant.follow("/helpers")
    await applicant.fill({"email": "alva@example.se"})
    await applicant.send("/helpers")
    await _looked_at(applicant.tab)
    letter = await applicant.page.locator("pre.letter").inner_text()
    link = re.search(r"/help-with/\S+", letter)
    assert link is not None

    helper = await tab(browser, house.url)
    await helper.open(link[0])
    await _looked_at(helper)
    await helper.page.locator("#name").fill("Alva Stöd")
    await helper.page.locator("main form button").click()
    await helper.page.wait_for_url(f"**{draft}")
    await _looked_at(helper)
    await helper.open(f"{draft}/activity")
    await expect(helper.page.locator("form[data-awake]")).to_have_count(1)
    async with helper.page.expect_response("**/autosave") as saved:
        await helper.page.locator("#title").fill("Kör för alla")
    assert (await saved.value).ok
    await helper.open(f"{draft}/check")
    await _looked_at(helper)
    await helper.open("/my")
    await _looked_at(helper)

    await applicant.open(draft)
    await applicant.reads("Alva Stöd")
    await _looked_at(applicant.tab)
    await applicant.open(f"{draft}/activity")
    await expect(applicant.page.locator("#title")).to_have_value("Kör för alla")
    stranger = await tab(browser, house.url)
    await stranger.open(link[0])
    await _looked_at(stranger)
    await applicant.open(f"{draft}/helpers")
    await applicant.send("/end")
    await _looked_at(applicant.tab)
    assert (await helper.open(draft)).status == 404
    for one in (applicant, helper, stranger):
        await one.close()
