"""Searching lists that know no words: applications finds what is looked for, and the list is asked for those."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec

from services.web.site.caller import Caller
from shared.words import LINE_MAX

FOUND_MAX = 100

NO_ITEMS: dict[str, Any] = {"items": [], "next": None}
"""A list of nothing: what was searched for is not there."""


class Found(msgspec.Struct, frozen=True):
    """`words` as they were searched for; the cases that they lead to, and their associations. Nothing was searched for
    where there are no words. `more` says that there were more cases than are looked at."""

    words: str = ""
    cases: tuple[str, ...] = ()
    associations: tuple[str, ...] = ()
    more: bool = False
    is_later_page: bool = False

    @property
    def nothing(self) -> bool:
        return bool(self.words) and not self.cases

    @property
    def of_cases(self) -> str | None:
        return ",".join(self.cases) or None

    @property
    def of_associations(self) -> str | None:
        return ",".join(self.associations) or None


async def find(caller: Caller, written: str) -> Found:
    """By number, association and title, among what exists for the person (H7)."""
    words = " ".join(written.split())[:LINE_MAX].strip()
    if not words:
        return Found()
    hits = (await caller.ask("applications", "/cases", search=words, limit=FOUND_MAX)).json
    cases = tuple(one["id"] for one in hits["items"])
    associations = tuple(dict.fromkeys(one["association"] for one in hits["items"]))
    return Found(words, cases, associations, hits["next"] is not None, "after" in caller.request.query_params)


def address(path: str, **asked: str | None) -> str:
    """The same list with something else asked for."""
    given = {name: value for name, value in asked.items() if value}
    return f"{path}?{urlencode(given)}" if given else path
