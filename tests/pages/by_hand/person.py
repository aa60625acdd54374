"""Somebody at a screen: signed in as one of the demo's people, with hands, reading one of the two languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from playwright.async_api import Browser, Locator, Response, expect

from services.web.site.words import words
from tests.pages import street
from tests.pages.by_hand.hands import Hands, Mouse

Answer = str | Sequence[str]
SIGNING = 'main form[action^="/sign/"] button.govuk-button'
MOMENT = 503
AGAIN_MAX = 20
AGAIN_MS = 500
HEARD_WITHIN_MS = 30_000
"""Until a page has said by itself that something has happened, on a very busy machine."""
FIELDS = """
all => Object.fromEntries(
    all.map(one => [one.name, {kind: one.type, folded: one.closest('details:not([open])') !== null}])
)
"""
GAP = re.compile(r"%\\\(\w+\\\)s|%\(\w+\)s")


class Person:
    """`has_scripts` says whether their browser runs them."""

    def __init__(
        self, tab: street.Tab, hands: Hands, language: Literal["sv", "en"], *, has_scripts: bool = True
    ) -> None:
        self.tab = tab
        self.has_scripts = has_scripts
        self.page = tab.page
        self.hands = hands
        self.language = language

    @property
    def path(self) -> str:
        return self.tab.path

    async def open(self, path: str) -> None:
        """By its address. What it answers must be a page for this person."""
        answer = await self._patient(await self.tab.open(path))
        assert answer is None or answer.ok, f"{path}: {answer.status}"

    async def _patient(self, answer: Response | None) -> Response | None:
        """On a very busy machine a page may ask one to wait a moment and load it again."""
        for _ in range(AGAIN_MAX):
            if answer is None or answer.status != MOMENT:
                break
            await self.page.wait_for_timeout(AGAIN_MS)
            answer = await self.page.reload()
        return answer

    async def go(self, target: Locator) -> None:
        """Presses something that leads to another page, and is there as soon as it can be read and its scripts run."""
        async with self.page.expect_navigation(wait_until="domcontentloaded") as gone:
            await self.hands.press(target)
        await self._patient(await gone.value)

    def say(self, sentence: str) -> re.Pattern[str]:
        """The catalogue's words for a sentence of the templates, with anything in its gaps."""
        said = words(self.language).gettext(sentence)
        return re.compile(".+".join(re.escape(part) for part in GAP.split(said)))

    async def sees(self, sentence: str) -> None:
        await expect(self.page.locator("main")).to_contain_text(self.say(sentence))

    async def reads(self, text: str) -> None:
        """Words that are the same in every language."""
        await expect(self.page.locator("main")).to_contain_text(text)

    async def hears(self, news: Locator) -> None:
        """Stays on the page: it says by itself what has happened since. Without scripts it has to be loaded again."""
        for _ in range(0 if self.has_scripts else HEARD_WITHIN_MS // AGAIN_MS):
            if await news.count():
                break
            await self.page.wait_for_timeout(AGAIN_MS)
            await self.page.reload()
        await expect(news).to_be_visible(timeout=HEARD_WITHIN_MS)

    def news(self, sentence: str) -> Locator:
        return self.page.locator("main").get_by_text(self.say(sentence)).first

    async def send(self, action: str, value: str | None = None) -> None:
        """Presses the button of the form that goes to an address with that ending; of several, the one with a value."""
        named = f'[value="{value}"]' if value else ""
        form = f'form[action$="{action}"]'
        button = self.page.locator(f"{form} button.govuk-button{named}, {form} button.link-button{named}").first
        await self._unfold(button)
        await self.go(button)

    async def sign(self) -> None:
        """Signs the text on the page, as one does in practice."""
        await self.go(self.page.locator(SIGNING))

    async def follow(self, address: str) -> None:
        """Follows the first link whose address ends so."""
        link = self.page.locator(f'main a[href$="{address}"]').first
        await self._unfold(link)
        await self.go(link)

    async def finds(self, address: str) -> None:
        """Loads the page again until there is a link to the address: what happens by itself may take a moment."""
        for _ in range(HEARD_WITHIN_MS // AGAIN_MS):
            if await self.page.locator(f'main a[href$="{address}"]').count():
                return
            await self.page.wait_for_timeout(AGAIN_MS)
            await self._patient(await self.page.reload())

    async def follow_row(self, words: str) -> None:
        """Follows the link in the row of a table that has the words."""
        await self.go(self.page.locator("main tbody tr", has_text=words).locator("a").first)

    async def menu(self, address: str) -> None:
        """By the menu at the top of every page."""
        await self.go(self.page.locator(f'nav.menu a[href="{address}"]'))

    async def fill(self, answers: Mapping[str, Answer]) -> None:
        """Looks once at what the page asks, and answers it from the top."""
        asked = await self.page.locator("[name]:not([type=hidden])").evaluate_all(FIELDS)
        for name, answer in answers.items():
            assert name in asked, f"{self.page.url} does not ask for {name}"
            for one in [answer] if isinstance(answer, str) else answer:
                await self._answer(name, one, **asked[name])

    async def _answer(self, name: str, answer: str, kind: str, folded: bool) -> None:
        is_one_of_several = kind in ("radio", "checkbox")
        named = f'[name="{name}"][value="{answer}"]' if is_one_of_several else f'[name="{name}"]'
        field = self.page.locator(f"{named}:not([type=hidden])")
        if folded:
            await self._unfold(field)
        if is_one_of_several:
            await self.hands.tick(field)
        elif kind == "select-one":
            await self.hands.choose(field, answer)
        else:
            await self.hands.write(field, answer)

    async def _unfold(self, wanted: Locator) -> None:
        """What is folded away is opened by its heading first."""
        folded = wanted.locator("xpath=ancestor::details[not(@open)]/summary")
        if await folded.count():
            await self.hands.press(folded.first)

    async def attach(self, key: str, *files: Any) -> None:
        await self.hands.attach(self.page.locator(f"[id='{key}']"), list(files))

    async def close(self) -> None:
        complaints = [one for one in self.tab.complaints if "net::ERR_" not in one]
        await self.tab.close()
        assert complaints == []


async def comes(
    browser: Browser,
    url: str,
    who: str | None,
    *,
    language: Literal["sv", "en"] = "sv",
    hands: Hands | None = None,
    **how: Any,
) -> Person:
    """A new browser, signed in with the person's own hands on the page that says so."""
    tab = await street.tab(browser, url, language=language, **how)
    person = Person(tab, hands or Mouse(), language, has_scripts=how.get("java_script_enabled", True))
    if who is not None:
        await tab.open("/sign-in")
        await person.go(tab.page.locator(f'button[name="person"][value="{who}"]'))
        assert person.path != "/sign-in"
    return person
