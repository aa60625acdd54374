"""Pages and states that nobody comes to by a link: as accessible, valid and fit for a phone as all others."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser

from tests.pages.findings import findings
from tests.pages.seldom import SCENES, Ground
from tests.system.running import RunningHouse

IN_EVERY_SUITE = ("refusals", "tokens", "a_form_without_contact", "a_session_that_ended", "papers_that_do_not_arrive")
BY_LETTER = ("invitations", "help_with_a_draft")
"""Tried where a house sends letters, in the tests of accounts."""
FOR_LONG = sorted(SCENES.keys() - {*IN_EVERY_SUITE, *BY_LETTER})
CUT = "net::ERR_"
"""What a browser says of a network that is away: the page cannot help it."""


@pytest.mark.parametrize("scene", [*IN_EVERY_SUITE, *(pytest.param(one, marks=pytest.mark.long) for one in FOR_LONG)])
async def test_a8_what_is_seldom_seen_can_be_read_by_everybody(
    house: RunningHouse, browser: Browser, scene: str
) -> None:
    wrong = []
    async for name, visitor in SCENES[scene](Ground(browser, house.url)):
        wrong += [f"{name}: {one}" for one in await findings(visitor) if CUT not in one]

    assert "\n".join(wrong) == ""
