"""The door: the only way in. Finds out who asks, lends them an actor token for one service, and passes the call on.

In one process a service is reached in memory; elsewhere over the private network. Either way the service sees the
same request.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import UUID

import httpx
import msgspec
import structlog

from services.web.reads.at_the_door import noted
from services.web.reads.book import book_of
from services.web.tokens import Tokens
from shared.http.actor_token import Minter
from shared.http.after import AFTER_TIMEOUT_S, MalformedHeader, NotHeardYet, positions
from shared.http.asgi import App, Message, Receive, Scope, Send
from shared.http.engine_routes import THROUGH_THE_DOOR
from shared.http.problems import BY_STATUS, PROBLEM, UNAVAILABLE, Unavailable, written
from shared.office import Office
from shared.refused import Forbidden, Refused
from shared.words import Text

API = "/api/"
FORWARD_TIMEOUT_S = 5.0
CONNECTIONS_MAX = 64
ID_DIGITS = 32
PASSED_ON = THROUGH_THE_DOOR.encode()
OURS = frozenset(
    {b"authorization", b"bifall-reference", b"bifall-waited-ms", PASSED_ON, b"cookie", b"host", b"connection"}
)
"""Headers a caller may not hand through: they would speak for the door."""


DENIED = frozenset({403, 404})
NOT_FOR_THIS = Text(
    "Nyckeln är inte gjord för det här. Gör en ny på sidan med dina uppgifter.",
    "The token was not made for this. Make a new one on the page about you.",
)
SILENT = Text("Tjänsten svarar inte just nu.", "The service does not answer right now.")

log = structlog.get_logger()


class Behind(Protocol):
    """A service behind the door."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    async def standing(self) -> dict[str, Any]: ...

    async def ready(self) -> bool: ...

    async def description(self) -> dict[str, Any]: ...


class Distant:
    """A service in another process, reached over HTTP on the private network."""

    def __init__(self, url: str) -> None:
        self._client = httpx.AsyncClient(
            base_url=url, timeout=FORWARD_TIMEOUT_S, limits=httpx.Limits(max_connections=CONNECTIONS_MAX)
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waited_ms = int((time.monotonic() - scope["state"]["started"]) * 1_000)
        headers = [*scope["headers"], (b"bifall-waited-ms", str(waited_ms).encode())]
        try:
            url = httpx.URL(path=scope["path"], query=scope["query_string"])
            request = self._client.build_request(scope["method"], url, headers=headers, content=_body(receive))
            answer = await self._client.send(request)
        except httpx.InvalidURL:
            await _problem(scope, send, 404, *BY_STATUS[404])
            return
        except Refused as refused:  # what they send does not come
            await _refuse(scope, send, refused)
            return
        except httpx.HTTPError as error:
            log.warning("service.silent", url=str(self._client.base_url), error=repr(error))
            await _problem(scope, send, 503, Unavailable.title, SILENT)
            return
        hop = {b"connection", b"transfer-encoding", b"content-encoding", b"content-length", b"server", b"date"}
        told = [(name.lower(), value) for name, value in answer.headers.raw if name.lower() not in hop]
        told.append((b"content-length", str(len(answer.content)).encode()))
        await send({"type": "http.response.start", "status": answer.status_code, "headers": told})
        await send({"type": "http.response.body", "body": answer.content, "more_body": False})

    async def standing(self) -> dict[str, Any]:
        """Raises httpx.HTTPError where the service does not answer."""
        answer: dict[str, Any] = (await self._client.get("/standing")).raise_for_status().json()
        return answer

    async def ready(self) -> bool:
        try:
            return (await self._client.get("/ready")).status_code == 200
        except httpx.HTTPError:  # not there is not ready
            return False

    async def description(self) -> dict[str, Any]:
        """OpenAPI. Raises httpx.HTTPError where the service does not answer."""
        answer: dict[str, Any] = (await self._client.get("/openapi.json")).raise_for_status().json()
        return answer

    async def close(self) -> None:
        await self._client.aclose()


class Near:
    """A service in this process, reached in memory."""

    def __init__(self, app: App, office: Any, description: Callable[[], dict[str, Any]]) -> None:
        self._app = app
        self._office = office
        self._description = description

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)

    async def standing(self) -> dict[str, Any]:
        answer: dict[str, Any] = msgspec.to_builtins(await self._office.standing())
        return answer

    async def ready(self) -> bool:
        return bool(await self._office.ready())

    async def description(self) -> dict[str, Any]:
        return self._description()


class Door:
    """`office` is web's own: it knows how far web has heard of the others."""

    def __init__(
        self, office: Office, pages: App, services: Mapping[str, Behind], tokens: Tokens, minter: Minter
    ) -> None:
        self._hears = office.service.hears
        self._bookmarks = office.bookmarks
        self._reads = book_of(office)
        self._pages = pages
        self._services = services
        self._tokens = tokens
        self._minter = minter

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(API):
            await self._pages(scope, receive, send)
            return
        name, _, rest = scope["path"].removeprefix(API).partition("/")
        service = self._services.get(name)
        if service is None or not _is_plain(rest):
            await _problem(scope, send, 404, *BY_STATUS[404])
            return
        await self._pass_on(name, service, f"/{rest}", scope, receive, send)

    async def _pass_on(self, name: str, service: Behind, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(key, value) for key, value in scope["headers"] if key not in OURS]
        headers += [(b"bifall-reference", str(scope["state"]["reference"]).encode()), (PASSED_ON, b"1")]
        up_to_date = await self._heard(scope)
        try:
            held = None if (token := _bearer(scope)) is None else await self._tokens.held(token)
        except UNAVAILABLE as error:
            log.warning("unavailable", error=repr(error))
            await _problem(scope, send, Unavailable.status, Unavailable.title, Unavailable().detail)
            return
        if held is not None:
            if not held.scope.allows(name, scope["method"]):
                await _problem(scope, send, Forbidden.status, Forbidden.title, NOT_FOR_THIS)
                return
            headers.append((b"authorization", b"Bearer " + self._minter.token(held.actor, name).encode()))
        inner: dict[str, Any] = {
            **scope,
            "path": path,
            "raw_path": path.encode(),
            "headers": headers,
            "state": {"started": scope["state"]["started"], "reference": scope["state"]["reference"]},
        }
        scope["state"]["passed_on"] = True
        answer = send if up_to_date else _unless_refused(scope, send)
        if held is not None:
            answer = noted(self._reads, held.actor, scope, path, answer, _refuse)
        await service(inner, receive, answer)

    async def _heard(self, scope: Scope) -> bool:
        """Whether web has heard of all that the caller has seen, waiting a while.

        Whoever has just registered an association acts for it in their next call. Where web is behind, the call goes
        on: what the caller may do is known, only perhaps not all of it.
        """
        after = _header(scope, b"bifall-after")
        if after is None:
            return True
        try:
            seen = positions(after)
        except MalformedHeader:  # the service behind the door says so, in a problem document
            return True
        for source, position in seen:
            if source in self._hears and not await self._bookmarks.wait_for(source, position, AFTER_TIMEOUT_S):
                return False
        return True


def _is_plain(path: str) -> bool:
    """Whether it is written in the one way that we write addresses: no empty part, and each id in lower or upper case
    with its dashes. A router takes more (`//`, an id in braces or without dashes), and what keeps the access log would
    not see what was asked for."""
    return all(part and not _is_odd_id(part) for part in path.split("/"))


def _is_odd_id(part: str) -> bool:
    try:
        return len(part) >= ID_DIGITS and str(UUID(part)) != part.lower()
    except ValueError:
        return False  # no id at all


def _unless_refused(scope: Scope, send: Send) -> Send:
    """Passes every answer on but that the caller may not: they may yet, and are asked to try again."""
    withheld = False

    async def told(message: Message) -> None:
        nonlocal withheld
        if message["type"] == "http.response.start" and message["status"] in DENIED:
            withheld = True
            later = NotHeardYet()
            await _problem(scope, send, later.status, later.title, later.detail)
        elif not withheld:
            await send(message)

    return told


def _header(scope: Scope, wanted: bytes) -> str | None:
    for name, value in scope["headers"]:
        if name == wanted:
            return str(value.decode("latin-1"))
    return None


def _bearer(scope: Scope) -> str | None:
    scheme, _, token = (_header(scope, b"authorization") or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def _body(receive: Receive) -> Any:
    more = True
    while more:
        message: Message = await receive()
        if message["type"] != "http.request":
            return
        yield message.get("body", b"")
        more = message.get("more_body", False)


async def _refuse(scope: Scope, send: Send, refused: Refused) -> None:
    await _problem(scope, send, refused.status, refused.title, refused.detail)


async def _problem(scope: Scope, send: Send, status: int, title: Text, detail: Text) -> None:
    language = _header(scope, b"accept-language")
    body, headers = written(language, str(scope["state"]["reference"]), status, title, detail)
    told = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    told += [(b"content-type", PROBLEM.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body, "more_body": False})
