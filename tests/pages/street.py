"""The street outside: a real browser, and people who come with it to a running house.

A tab is one person at one screen. Whatever the page says to its console, and every address it asks for, is kept.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, Request, async_playwright, expect

BROWSERS = ("chromium-headless-shell", "chromium")
"""Debian's own, the first that is there. The one without windows is the same engine at a quarter of the processor time:
the other draws a window for every tab that nobody sees."""

PATIENCE_MS = 45_000
"""Longer than any machine needs, however busy: only what hangs meets it."""

expect.set_options(timeout=PATIENCE_MS)  # what a page does and what is expected of it are waited for alike

ANSWERS = ("4", "503")
"""Statuses that a page may well have, by their beginning: a refusal, and a house that needs a moment."""

DESK = {"width": 1280, "height": 900}
TABLET = {"width": 768, "height": 1024}
PHONE = {"width": 320, "height": 640}


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=_installed(), args=["--no-sandbox"])
        try:
            yield opened
        finally:
            await opened.close()


def _installed() -> str:
    """Raises LookupError where there is no browser."""
    for name in BROWSERS:
        if (path := shutil.which(name)) is not None:
            return path
    raise LookupError(f"The pages are tried in a browser: apt-get install {BROWSERS[0]}")


class Tab:
    """`complaints` is what the page said to its console as an error, `strangers` the addresses of other hosts."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context = context
        self.page = page
        self.url = url
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)
        # Whoever begins to listen only when a file is about to be chosen may come too late: the browser is told by
        # another way than the key is pressed, and opens its own window instead. So somebody listens all the time.
        page.on("filechooser", lambda _: None)

    def _heard(self, message: ConsoleMessage) -> None:
        is_answer = any(f"the server responded with a status of {one}" in message.text for one in ANSWERS)
        if message.type == "error" and not is_answer:
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.url).netloc:
            self.strangers.append(request.url)

    async def open(self, path: str) -> Any:
        return await self.page.goto(self.url + path)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    async def sign_in(self, person: str) -> None:
        """As one of the demo's people, on the page that says so."""
        await self.open("/sign-in")
        await self.page.locator(f'button[name="person"][value="{person}"]').click()
        await self.page.wait_for_url(lambda url: urlsplit(url).path != "/sign-in")

    async def close(self) -> None:
        await self.context.close()


async def tab(
    browser: Browser, url: str, person: str | None = None, *, language: str = "sv", size: Any = None, **how: Any
) -> Tab:
    """A new browser profile with one tab. `how` is what Playwright's `new_context` takes."""
    context = await browser.new_context(
        locale={"sv": "sv-SE", "en": "en-GB"}[language], viewport=size or DESK, timezone_id="Europe/Stockholm", **how
    )
    context.set_default_timeout(PATIENCE_MS)
    opened = Tab(context, await context.new_page(), url)
    if person is not None:
        await opened.sign_in(person)
    return opened
