"""A walk through the house: every page that somebody can come to by its links, each kind of page once.

Two addresses are the same kind where they differ only in ids, numbers and questions.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from tests.pages.street import Tab

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=/)\d+(?=/|$)")
NOT_PAGES = ("/static/", "/language/", "/api", "/status", "/metrics", "/ready", "/live")
PAGES_MAX = 150
LINKS = "elements => elements.filter(one => !one.hasAttribute('download')).map(one => one.href)"


def kind_of(path: str) -> str:
    return ID.sub("*", path)


async def walk(tab: Tab, start: str = "/", known: set[str] | None = None) -> AsyncIterator[tuple[str, str]]:
    """(kind, path) of each page, standing on it. `known` are kinds that were seen on other walks."""
    seen = set() if known is None else known
    ahead = deque([start])
    for _ in range(PAGES_MAX):
        if not ahead:
            return
        path = ahead.popleft()
        if kind_of(path) in seen:
            continue
        seen.add(kind_of(path))
        answer = await tab.open(path)
        if answer is None or "text/html" not in answer.headers.get("content-type", ""):
            continue
        yield kind_of(path), path
        for link in await tab.page.eval_on_selector_all("a[href]", LINKS):
            parts = urlsplit(link)
            if parts.netloc == urlsplit(tab.url).netloc and not parts.path.startswith(NOT_PAGES):
                ahead.append(parts.path)
    raise AssertionError(f"more than {PAGES_MAX} kinds of pages: {sorted(seen)}")
