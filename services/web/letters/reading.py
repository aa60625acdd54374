"""Reading: the fund's scribe asks the services what a letter is to be told.

The scribe is nobody's account. It holds one post, the auditor's, because an auditor may read what was granted and
refused and can change nothing; its tokens are made here, for one service each, and live two minutes. Nobody can sign in
as it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.web.door import Behind
from services.web.reads.book import Book, ReadNotKept, book_of
from services.web.reads.read import Through, named, read_by
from services.web.site.asking import Answered, Question, Wrong, ask
from shared.http.actor_token import Minter
from shared.http.front import ABOUT
from shared.identity import Actor, Post, Role
from shared.office import Office

SCRIBE = Actor(UUID("6269666c-6c00-4000-8000-736372696265"), (Post(Role.AUDITOR),))
KEPT_MAX = 256
READING = "reading"
REFERENCE = "letters"
SILENT = frozenset({0, 429, 500, 502, 503, 504})


class NotThere(Exception):
    """The service knows of no such thing, or it has been lawfully erased."""


class NotNow(Exception):
    """The service does not answer: the letter waits."""


class Reading:
    """Asks as somebody; `SCRIBE` where nobody else is named. Rules of programmes and calls never change: kept once
    read."""

    def __init__(self, services: Mapping[str, Behind], minter: Minter, reads: Book) -> None:
        self._reads = reads
        self._services = services
        self._minter = minter
        self._kept: OrderedDict[str, Any] = OrderedDict()

    async def read(
        self, service: str, path: str, actor: Actor = SCRIBE, heard: str | None = None, /, **query: str
    ) -> Any:
        """What the service answers, as plain values; `heard` is what it has to have heard of. By their places only:
        a list's query has names of its own. Raises NotThere and NotNow."""
        return (await self._answered(service, path, actor, heard, query)).json

    async def text(self, service: str, path: str) -> str:
        """What the service answers in plain text, exactly. Raises NotThere and NotNow."""
        return (await self._answered(service, path, SCRIBE, None, {})).body.decode()

    async def _answered(
        self, service: str, path: str, actor: Actor, heard: str | None, query: Mapping[str, str]
    ) -> Answered:
        if service not in self._services:
            raise NotNow(service)
        headers = {"authorization": f"Bearer {self._minter.token(actor, service)}", "accept-language": "en"}
        if heard is not None:
            headers["bifall-after"] = heard
        question = Question(method="GET", path=path, query=query, headers=headers)
        try:
            answered = await ask(self._services[service], question, REFERENCE)
        except Wrong as wrong:
            if wrong.status in SILENT:
                raise NotNow(f"{service} {wrong.status}") from wrong
            raise NotThere(f"{service} {wrong.status}") from wrong
        if actor is SCRIBE:
            await self._note(service, path, answered)
        return answered

    async def _note(self, service: str, path: str, answered: Answered) -> None:
        """What the scribe reads stands in the access log like anybody's. Raises NotNow where it has to, and cannot."""
        try:
            for found in named(path, answered.headers.get(ABOUT)):
                await self._reads.note(read_by(SCRIBE, Through.LETTERS, f"/api/{service}{path}", found, REFERENCE))
        except ReadNotKept as refused:
            raise NotNow(service) from refused

    async def read_if_there(self, service: str, path: str) -> Any | None:
        try:
            return await self.read(service, path)
        except NotThere:
            return None

    async def rules_of(self, what: str, subject: UUID | str) -> Any:
        """A programme or a call as it was published: `what` is programmes or calls. Without what moves, such as a
        clock."""
        path = f"/{what}/{subject}"
        if path not in self._kept:
            read = await self.read("applications", path)
            self._kept[path] = {"rules": read["rules"], "practice": read.get("practice", False)}
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        return self._kept[path]


def open_reading(office: Office, services: Mapping[str, Behind], minter: Minter) -> None:
    """From now on the office's workers and routes can ask the services behind the door."""
    office.extra[READING] = Reading(services, minter, book_of(office))


def reading_of(office: Office) -> Reading | None:
    """None until the door is open."""
    found = office.extra.get(READING)
    return found if isinstance(found, Reading) else None
