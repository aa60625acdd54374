"""What is wrong with a page: what axe-core finds in each theme, HTML that no parser would take, what does not fit a
phone, scripts that complain, and requests to anyone else."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import html5lib
from html5lib.html5parser import ParseError

from tests.pages.street import DESK, PHONE, Tab

AXE = (Path(__file__).parent / "axe.min.js").read_text()
EVERY_RULE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""What a theme can change: nothing else of a page is another in the dark."""

THEMES: tuple[Any, ...] = (("light", EVERY_RULE), ("dark", OF_COLOUR))
TARGET_PX = 24


async def findings(tab: Tab) -> list[str]:
    """A sentence for each."""
    found = [f"html: {one}" for one in invalid(await tab.page.content())]
    for theme, rules in THEMES:
        await tab.page.emulate_media(color_scheme=theme)
        found += [f"axe, {theme}: {one}" for one in await axe(tab, rules)]
    await tab.page.emulate_media(color_scheme="light")
    found += await on_a_phone(tab)
    found += [f"console: {one}" for one in tab.complaints] + [f"asks another host: {one}" for one in tab.strangers]
    tab.complaints.clear()
    tab.strangers.clear()
    return found


async def axe(tab: Tab, rules: Any = EVERY_RULE) -> list[str]:
    if not await tab.page.evaluate("'axe' in window"):
        await tab.page.evaluate(AXE)
    asked = {"resultTypes": ["violations"], "runOnly": rules, "preload": False}
    result = await tab.page.evaluate("asked => axe.run(document, asked)", asked)
    return [
        f"{violation['id']}: {node['html'][:160]} ({node.get('failureSummary', '')[:200]})"
        for violation in result["violations"]
        for node in violation["nodes"][:3]
    ]


async def on_a_phone(tab: Tab) -> list[str]:
    """320 pixels wide is also a screen of 1 280 at 400 %: nothing may have to be read by scrolling sideways."""
    await tab.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    width = await tab.page.evaluate("document.documentElement.scrollWidth")
    found = [f"320 px: the page is {width} px wide"] if width > PHONE["width"] else []
    found += [f"320 px: {one}" for one in await tab.page.evaluate(SMALL_TARGETS, TARGET_PX)]
    await tab.page.set_viewport_size(DESK)  # type: ignore[arg-type]
    return found


SMALL_TARGETS = """
least => [...document.querySelectorAll('button, input:not([type=hidden]), select, summary, [role=button]')]
    .filter(one => one.checkVisibility() && !one.closest('[inert], [aria-hidden=true]'))
    .filter(one => [one, ...(one.labels ?? [])].every(target => {
        const box = target.getBoundingClientRect();
        return box.width < least || box.height < least;
    }))
    .map(one => `a small target: ${one.outerHTML.slice(0, 120)}`)
"""


def invalid(content: str) -> list[str]:
    """What the HTML standard's own parser finds, and ids that stand twice."""
    parser = html5lib.HTMLParser(strict=True)
    found = []
    try:
        tree = parser.parse(content)
    except ParseError as error:
        return [str(error)]
    ids = Counter(one.get("id") for one in tree.iter() if one.get("id"))
    found += [f"the id {name} stands {count} times" for name, count in ids.items() if count > 1]
    headings = [int(one.tag[-1]) for one in tree.iter() if one.tag[-2:] in ("h1", "h2", "h3", "h4", "h5", "h6")]
    if headings.count(1) != 1:
        found.append(f"{headings.count(1)} first headings")
    found += [
        f"a heading of level {after} follows one of {before}"
        for before, after in pairwise(headings)
        if after > before + 1
    ]
    return found
