"""Asking: the pages ask the services exactly as a program would, with the person's own actor token.

So a page can show and do nothing that its reader may not: the services decide, and this room only carries words.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote

import msgspec

from services.web.door import Behind
from shared.http.asgi import Message, Scope
from shared.http.engine_routes import THROUGH_THE_DOOR
from shared.identity import Actor
from shared.refused import FieldError, Refused
from shared.words import Language, Text

MAY = "bifall-may"
POSITION = "bifall-position"
JSON = "application/json"
NO_ACTOR_STATUS = 401
SAFE = "/,"
"""Signs that stand for themselves in a question: a list of ids is parted by commas."""


class Wrong(Exception):
    """A service refused. `detail` is for the person, in their language; `errors` are (field, sentence); `kind` as that
    of a `Refused`."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        errors: tuple[tuple[str, str], ...] = (),
        reference: str = "",
        kind: str = Refused.kind,
    ) -> None:
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = errors
        self.reference = reference
        self.kind = kind
        super().__init__(f"{status} {title}")

    @classmethod
    def from_text(
        cls,
        status: int,
        title: Text,
        detail: Text,
        errors: tuple[FieldError, ...],
        into: Language,
        kind: str = Refused.kind,
    ) -> Wrong:
        told = tuple((error.field, error.message.into(into)) for error in errors)
        return cls(status, title.into(into), detail.into(into), told, kind=kind)

    def about(self, field: str) -> str | None:
        """What is wrong with a field, or with a part of it."""
        return next(
            (message for name, message in self.errors if name == field or name.startswith(f"{field}.")),
            None,
        )


class Answered(msgspec.Struct, frozen=True, dict=True):
    """What a service answered. `json` is read once: whoever asks for it again gets the same."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @cached_property
    def json(self) -> Any:
        return msgspec.json.decode(self.body) if self.body else None

    @property
    def version(self) -> int | None:
        """From the ETag: what a form sends back as If-Match."""
        tag = self.headers.get("etag", "").removeprefix("W/").strip('"')
        return int(tag) if tag.isdigit() else None

    @property
    def may(self) -> frozenset[str]:
        """The operations that this person may do with it now."""
        return frozenset(name.strip() for name in self.headers.get(MAY, "").split(",") if name.strip())

    @property
    def position(self) -> tuple[str, int] | None:
        """The service and how far its journal had come."""
        source, _, position = self.headers.get(POSITION, "").partition("=")
        return (source, int(position)) if position.isdigit() else None


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """One call to a service."""

    method: str
    path: str
    query: Mapping[str, str] = {}
    headers: Mapping[str, str] = {}
    body: bytes = b""


async def ask(service: Behind, question: Question, reference: str) -> Answered:
    """Puts the question, in memory or over the private network. Raises Wrong for every answer but a good one."""
    status = 500
    headers: dict[str, str] = {}
    parts: list[bytes] = []

    async def send(message: Message) -> None:
        nonlocal status
        if message["type"] == "http.response.start":
            status = message["status"]
            headers.update(
                {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]}
            )
        else:
            parts.append(message.get("body", b""))

    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            return {"type": "http.disconnect"}
        sent = True
        return {"type": "http.request", "body": question.body, "more_body": False}

    await service(_scope(question, reference), receive, send)
    answered = Answered(status, headers, b"".join(parts))
    if status >= 400:
        raise _wrong(answered)
    return answered


def _scope(question: Question, reference: str) -> Scope:
    told = {
        "bifall-reference": reference,
        THROUGH_THE_DOOR: "1",
        "content-length": str(len(question.body)),
        **question.headers,
    }
    query = "&".join(f"{quote(name)}={quote(value, SAFE)}" for name, value in question.query.items())
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": question.method,
        "scheme": "http",
        "path": question.path,
        "raw_path": quote(question.path).encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in told.items()],
        "client": None,
        "server": None,
        "state": {"started": time.monotonic(), "reference": reference},
    }


def _wrong(answered: Answered) -> Wrong:
    try:
        problem = answered.json or {}
    except msgspec.DecodeError:
        problem = {}
    return Wrong(
        answered.status,
        str(problem.get("title", "")),
        str(problem.get("detail", "")),
        tuple((str(one.get("field", "")), str(one.get("message", ""))) for one in problem.get("errors", ())),
        str(problem.get("reference", "")),
        str(problem.get("type", Refused.kind)),
    )


def for_whom(actor: Actor | None, token: str | None, language: Language) -> dict[str, str]:
    headers: dict[str, str] = {"accept-language": language}
    if actor is not None and token is not None:
        headers["authorization"] = f"Bearer {token}"
    return headers
