"""People who write hostile words wherever words are taken: script, broken quotes, templates, in every text there is.

`HostilePeople` plays a round like anybody. Each text of each command carries the canary, unless it is an id, a date, a
code or an address; a field that refuses it is sent as it was, and is no place where it can be shown.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import html5lib
import httpx

from services.command.demo.people import People, Refusal

MARK = "xss7"
CANARY = f"\"'></a></p></textarea></title><{MARK} {MARK}=1>{{{{7*7}}}}%0d%0aX: 1</{MARK}>"
"""Closes what it may stand in, opens an element of its own, names an attribute, and sums in a template."""

BARE = re.compile(r"[0-9a-f-]{36}|[\d\s:.+TZ-]+|[a-z0-9_.]+|[A-Z0-9-]+|\S+@\S+|\S*://\S*|\d{4}-\d\d-\d\dT\S*")
"""Ids, numbers, times, codes, addresses: not words."""

REFUSED = (400, 422)
ADDRESSES = ("href", "src", "action", "formaction", "data", "poster", "srcset", "cite", "ping", "background")
OURS = re.compile(r"/(?!/)|#|\?|mailto:|tel:|$")
WORKED_OUT = re.compile(rf"{MARK}=1(>|&gt;)49")
SUSPECT = re.compile(
    rf"{MARK}|script:|elsewhere|<script(?! type=.module. src=./static/)|\son\w+=|style=", re.IGNORECASE
)
"""Reading a page as a browser does takes long: only one in which there is anything at all."""
RUNS = ("script", "object", "embed", "iframe", "base", MARK)


class HostilePeople(People):
    """`took` says which (method, path without ids, field) took the canary."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport) -> None:
        super().__init__(url, transport)
        self.took: set[tuple[str, str]] = set()

    async def _ask(self, who: str, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        if method == "GET" or not isinstance(body, dict | bytes):
            return await super()._ask(who, method, path, body, **more)
        query = dict(more.pop("query", None) or {})
        if "name" in query:
            query["name"] = f"{query['name'].removesuffix('.pdf')} {CANARY.replace('/', '')}.pdf"
        spoilt = copy.deepcopy(body)
        places = [] if isinstance(body, bytes) else list(_texts(spoilt))
        for holder, key, _ in places:
            holder[key] = f"{holder[key]} {CANARY}"
        while True:
            try:
                answer = await super()._ask(who, method, path, spoilt, query=query, **more)
            except Refusal as refusal:
                if refusal.answer.status_code not in REFUSED or not self._yields(places, refusal):
                    raise
                continue
            self.took |= {(method, field) for _, _, field in places} | {(method, f"?{name}") for name in query}
            return answer

    def _yields(self, places: list[tuple[Any, Any, str]], refusal: Refusal) -> bool:
        """Takes the canary out of whatever was refused. False where nothing of it had any."""
        named = [_plain(str(one["field"])) for one in refusal.answer.json().get("errors", ())]
        yielding = [place for place in places if any(_belongs(place[2], name) for name in named)]
        for place in yielding:
            holder, key, _ = place
            holder[key] = holder[key].removesuffix(f" {CANARY}")
            places.remove(place)
        return bool(yielding)


def _texts(value: Any, at: str = "") -> Iterator[tuple[Any, Any, str]]:
    """(holder, key, field) of every text that may hold words."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in list(pairs):
        field = f"{at}.{key}" if isinstance(key, str) else at
        if isinstance(one, str) and one and not BARE.fullmatch(one):
            yield value, key, field.lstrip(".")
        else:
            yield from _texts(one, field)


def _plain(field: str) -> str:
    """Without numbers in a list: rows of a table are refused together."""
    return re.sub(r"\[[^\]]*\]|\.\d+(?=\.|$)", "", field).strip(".")


def _belongs(place: str, name: str) -> bool:
    return not name or f".{name}." in f".{place}."


def harm(html: str) -> list[str]:
    """What of a page would run, or is no longer the page that we wrote."""
    if not SUSPECT.search(html):
        return []
    found = []
    for element in html5lib.parse(html, namespaceHTMLElements=False).iter():
        tag = element.tag if isinstance(element.tag, str) else "a comment"
        found += [f"{tag} is there"] * (tag in RUNS and not _is_our_script(element))
        for name, value in element.attrib.items():
            if MARK in name or name.startswith("on") or name == "style":
                found.append(f"{tag} has {name}")
            if name in ADDRESSES and not OURS.match(value.strip()) and value not in THEIRS:
                found.append(f"{tag} leads to {value[:80]}")
        if tag == "meta" and MARK in "".join(element.attrib.values()):
            found.append("meta is not ours")
    if WORKED_OUT.search(html):
        found.append("a template was worked out")
    return found


THEIRS = ("https://www.digg.se/tdosanmalan", "https://www.imy.se/")
"""The only links of ours that lead to another host: nothing is loaded from there."""


def _is_our_script(element: ElementTree.Element) -> bool:
    return (
        element.tag == "script" and element.get("src", "").startswith("/static/") and not (element.text or "").strip()
    )
