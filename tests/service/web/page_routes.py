"""Every page there is, as somebody with a browser asks for it: a path with ids in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from services.web.pages import ROUTES

PARAMETER = re.compile(r"\{(\w+):(\w+)\}")
WORDS = {"source": "review", "position": "1", "group": "money", "code": "sv", "person": "officer", "role": "panel"}


@dataclass(frozen=True)
class PageRoute:
    name: str
    method: str
    template: str

    def __str__(self) -> str:
        return f"{self.method} {self.template}"

    def path(self, ids: Mapping[str, object]) -> str:
        """With these ids; one that nobody has where none is given."""
        return PARAMETER.sub(lambda found: str(ids.get(found[1], _nobodys(found[1], found[2]))), self.template)

    def fits(self, path: str) -> bool:
        """Whether a path is of this kind."""
        return re.fullmatch(PARAMETER.sub("[^/]+", self.template), path) is not None


def _nobodys(name: str, kind: str) -> str:
    if kind == "uuid":
        return str(uuid4())
    return WORDS.get(name, "1" if kind == "int" else "x")


PAGES = [
    PageRoute(str(handler.name), method, template)
    for handler in ROUTES
    for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"})
    for template in sorted(handler.paths)
]
LISTENED = frozenset({"events"})
"""Answers for ten minutes: nothing that is opened and read."""
OPENED = [page for page in PAGES if page.method == "GET" and page.name not in LISTENED]
SENT = [page for page in PAGES if page.method != "GET"]
