"""A walk through the house: every page that somebody can come to by its links, each kind of page once.

Two addresses are the same kind where they differ only in ids, numbers and questions.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from playwright.async_api import Error

from tests.pages.street import Tab

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=/)\d+(?=/|$)")
NOT_PAGES = ("/static/", "/language/", "/api", "/status", "/metrics", "/ready", "/live")
PAGES_MAX = 150
DOWNLOAD = "Download is starting"
LINKS = "elements => elements.filter(one => !one.hasAttribute('download')).map(one => one.href)"


def kind_of(path: str) -> str:
    return ID.sub("*", path)


async def walk(tab: Tab, start: str = "/", known: set[str] | None = None) -> AsyncIterator[tuple[str, str]]:
    """(kind, path) of each page, standing on it. `known` are kinds that were seen on other walks."""
    seen = set() if known is None else known
    ahead = deque([start])
    visited = 0
    while ahead:
        path = ahead.popleft()
        if kind_of(path) in seen:
            continue
        seen.add(kind_of(path))
        visited += 1
        assert visited <= PAGES_MAX, f"more than {PAGES_MAX} kinds of pages: {sorted(seen)}"
        if not await _is_a_page(tab, path):
            continue
        yield kind_of(path), path
        for link in await tab.page.eval_on_selector_all("a[href]", LINKS):
            parts = urlsplit(link)
            if parts.netloc == urlsplit(tab.url).netloc and not parts.path.startswith(NOT_PAGES):
                ahead.append(parts.path)


async def _is_a_page(tab: Tab, path: str) -> bool:
    """Opens it; a file to keep is no page, and its browser says so by going nowhere."""
    try:
        answer = await tab.open(path)
    except Error as error:
        if DOWNLOAD in error.message:
            return False
        raise
    return answer is not None and "text/html" in answer.headers.get("content-type", "")
