"""The applicant's whole form, from the association's number to the receipt, however one works a page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser

from services.command.demo.fund import Fund
from tests.pages.by_hand.applying import apply
from tests.pages.by_hand.ground import a_wish, an_open_call
from tests.pages.by_hand.hands import Keyboard, Mouse
from tests.pages.by_hand.person import comes
from tests.pages.street import PHONE
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


@pytest.mark.timeout(180)
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
