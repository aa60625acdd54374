"""Every part of a page in every state can be read by everybody, and the desk's table is worked by keyboard alone."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect

from services.web.site.rendering import static_files
from tests.pages import gallery
from tests.pages.findings import findings
from tests.pages.street import Tab, tab

LIGHT_BYTES = 120_000
PAPER = {"width": 672, "height": 980}
"""A4 within its margins, in CSS pixels."""
ONLY_ON_SCREEN = ".menu, .at-hand, .skip, .back, main .govuk-button, .foot ul"
COUNT_SEEN = "found => found.filter(one => one.checkVisibility()).length"


@pytest.fixture(scope="module")
def url() -> Any:
    with gallery.served() as address:
        yield address


@pytest.fixture
async def visitor(browser: Browser, url: str) -> AsyncIterator[Tab]:
    opened = await tab(browser, url)
    yield opened
    await opened.close()


@pytest.mark.parametrize("name", gallery.SHOWN)
async def test_a8_every_part_in_every_state_can_be_read_by_everybody(visitor: Tab, name: str) -> None:
    await visitor.open(f"/{name}")
    await visitor.page.wait_for_load_state("networkidle")
    assert await findings(visitor) == []


@pytest.mark.parametrize("name", ["case", "decision", "error-500"])
async def test_on_paper_stands_what_is_to_be_read_and_nothing_to_press(visitor: Tab, name: str) -> None:
    """A narrow page of paper: no menu, no button, nothing beyond its edge, black on white also for whoever reads at
    night. On the screen the same page has what the paper leaves out."""
    await visitor.open(f"/{name}")
    assert await visitor.page.locator(ONLY_ON_SCREEN).evaluate_all(COUNT_SEEN) > 0
    await visitor.page.set_viewport_size(PAPER)  # type: ignore[arg-type]
    await visitor.page.emulate_media(media="print", color_scheme="dark")

    assert await visitor.page.locator(ONLY_ON_SCREEN).evaluate_all(COUNT_SEEN) == 0
    assert await visitor.page.evaluate("document.documentElement.scrollWidth") <= PAPER["width"]
    assert await visitor.page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert await visitor.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


async def test_a_form_with_all_it_loads_is_light(visitor: Tab) -> None:
    files = static_files().files
    asked: list[str] = []
    visitor.page.on("request", lambda request: asked.append(request.url.partition("/static/")[2].partition("/")[2]))
    await visitor.open("/form")
    await visitor.page.wait_for_load_state("networkidle")
    loaded = [files[name].packed or files[name].content for name in set(asked) & set(files)]
    assert {"look.css", "autosave.js", "fonts/atkinson-hyperlegible-next-latin.woff2"} <= set(asked)
    assert sum(map(len, loaded)) + len(gzip.compress(gallery.drawn("form").encode())) < LIGHT_BYTES


async def test_what_is_wrong_is_read_first(visitor: Tab) -> None:
    await visitor.open("/form-wrong")
    summary = visitor.page.locator(".govuk-error-summary")
    await expect(summary).to_be_focused()
    await summary.get_by_role("link", name="Skriv ett belopp mellan").click()
    await expect(visitor.page.locator("#amount")).to_be_focused()
    assert (await visitor.page.title()).startswith("Fel: ")


async def test_the_desk_is_worked_by_keyboard(visitor: Tab) -> None:
    await visitor.open("/desk")
    await expect(visitor.page.locator("table[data-awake]")).to_have_count(1)
    await visitor.page.keyboard.press("/")
    await expect(visitor.page.get_by_role("searchbox")).to_be_focused()
    await visitor.page.keyboard.press("ArrowDown")
    await visitor.page.keyboard.press("ArrowDown")
    await expect(visitor.page.get_by_role("link", name="IFD 2027-00002")).to_be_focused()
    await visitor.page.keyboard.press("Enter")
    await visitor.page.wait_for_url("**/cases/2")


async def test_columns_put_away_stay_away(visitor: Tab) -> None:
    await visitor.open("/desk")
    await visitor.page.get_by_text("Kolumner").click()
    await visitor.page.get_by_label("Handläggare").uncheck()
    await expect(visitor.page.get_by_role("columnheader", name="Handläggare")).to_have_count(0)
    await visitor.open("/desk")
    await expect(visitor.page.get_by_role("columnheader", name="Nästa datum")).to_be_visible()
    await expect(visitor.page.get_by_role("columnheader", name="Handläggare")).to_have_count(0)


async def test_htmx_fetches_a_part_within_the_policy(visitor: Tab) -> None:
    await visitor.open("/fresh")
    while not await visitor.page.evaluate("'htmx-internal-data' in document.querySelector('a[hx-get]')"):
        await asyncio.sleep(0.05)  # the page's policy lets no function wait inside it
    await visitor.page.get_by_role("link", name="Läs varför").click()
    await expect(visitor.page.locator("#fetched blockquote")).to_contain_text("En tydlig plan")
    assert visitor.complaints == []
    assert visitor.page.url.endswith("/fresh")


async def test_news_from_the_server_fetch_the_page_again_but_replace_nothing_that_somebody_has_begun(
    visitor: Tab, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_news = asyncio.Event()

    async def tell(route: Route) -> None:
        await has_news.wait()
        await route.fulfill(content_type="text/event-stream", body="retry: 60000\ndata: again\n\n")

    await visitor.context.route("**/events", tell)
    await visitor.open("/fresh")
    waiting, note = (visitor.page.locator(f"[data-fresh-part={name}]") for name in ("waiting", "note"))
    await expect(waiting).to_have_text("Ett ärende väntar")
    await note.locator("input").fill("Ring kassören")
    await note.locator("input").blur()
    monkeypatch.setitem(gallery.SHOWN["fresh"], "waiting", "Två ärenden väntar")
    has_news.set()
    await expect(waiting).to_have_text("Två ärenden väntar")
    await expect(note).to_contain_text("Ett ärende väntar")
    await expect(note.locator("input")).to_have_value("Ring kassören")
