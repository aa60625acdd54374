"""What a scene stands on: a browser, a house, and where its letters with a link arrive."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Browser

from services.command.demo import deciding
from services.command.demo.applying import Case
from services.command.demo.fund import Fund
from tests.mailbox import Mailbox
from tests.pages.street import Tab, tab

Stop = tuple[str, Tab]
SEND = "button.govuk-button[type=submit]"


@dataclass(frozen=True)
class Ground:
    """`box` is where letters with a link arrive; None where the house sends none."""

    browser: Browser
    url: str
    language: Literal["sv", "en"] = "sv"
    box: Mailbox | None = None

    async def comes(self, person: str | None, *, url: str = "", scripts: bool = True) -> Tab:
        """Without scripts, none of ours arrives: axe-core has to run all the same."""
        came = await tab(self.browser, url or self.url, person, language=self.language)
        if not scripts:
            await came.context.route("**/*.js", lambda route: route.abort())
        return came

    def link(self, email: str) -> str:
        """The address in the newest letter."""
        assert self.box is not None, "Letters with a link go by e-mail alone."
        return self.box.link(email)


Scene = Callable[[Ground], AsyncIterator[Stop]]


async def presses(visitor: Tab, button: str) -> None:
    """The first that fits, and is on the page it leads to."""
    async with visitor.page.expect_navigation():
        await visitor.page.locator(button).first.click()


async def decided(own: Fund, case: Case) -> None:
    await deciding.check(own, case, False)
    await deciding.assess(own, case, False)
    meeting = await deciding.open_meeting(own, [case])
    await deciding.decide(own, case, meeting)
    await deciding.publish(own, meeting)
    await deciding.let_the_appeal_time_pass(own, meeting)
    await deciding.read_decision(own, case)
