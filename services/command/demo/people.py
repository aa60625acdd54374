"""The fund's people at the public API: each asks with their own token, and looks again before they try again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.command.client import sentence_of
from services.command.failure import Failure
from shared.uuid7 import uuid7

TIMEOUT_S = 20.0
AGAIN_AFTER_S = 0.25
AGAIN_FOR_S = 60.0
AT_ONCE = 6
PASSING = frozenset({429, 502, 503, 504})
STALE = 409
LOOKS_MAX = 8
"""How often a person looks again when somebody else changed the case first."""


class Refusal(Failure):
    """The system said no, in a problem document."""

    def __init__(self, who: str, what: str, answer: httpx.Response) -> None:
        super().__init__(f"{who}, {what}: {sentence_of(answer)}")
        self.answer = answer

    def about(self, field: str) -> bool:
        """Whether the refusal points at this field."""
        if "json" not in self.answer.headers.get("content-type", ""):
            return False
        return any(error["field"] == field for error in self.answer.json().get("errors", ()))


class People:
    """Remembers how far the journals had come in every answer, so that whoever is asked next has heard of it."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """`transport` is another way there than the network: a house in this process."""
        headers = {"Accept-Language": "en"}
        self._client = httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S, headers=headers, transport=transport)
        self._tokens: dict[str, str] = {}
        self._seen: dict[str, int] = {}
        self._room = asyncio.Semaphore(AT_ONCE)

    async def close(self) -> None:
        await self._client.aclose()

    async def get(self, who: str, path: str, **query: Any) -> Any:
        return (await self._ask(who, "GET", path, query=query)).json()

    async def get_bytes(self, who: str, path: str) -> bytes:
        return (await self._ask(who, "GET", path)).content

    async def put(self, who: str, path: str, body: Any, **query: Any) -> Any:
        return (await self._ask(who, "PUT", path, body, query=query)).json()

    async def send(self, who: str, method: str, path: str, content: bytes, media_type: str, **query: Any) -> Any:
        headers = {"Content-Type": media_type}
        return (await self._ask(who, method, path, content, headers=headers, query=query)).json()

    async def post(self, who: str, path: str, body: Any = None) -> Any:
        return (await self._ask(who, "POST", path, {} if body is None else body)).json()

    async def act(self, who: str, subject: str, deed: str, body: Any = None) -> Any:
        """Does something with a subject at the version the person sees, looking again where it has just changed."""
        for look in range(LOOKS_MAX):
            etag = (await self._ask(who, "GET", subject)).headers["etag"]
            try:
                answer = await self._ask(
                    who, "POST", f"{subject}/{deed}", {} if body is None else body, headers={"If-Match": etag}
                )
            except Refusal as refusal:
                if refusal.answer.status_code != STALE or look == LOOKS_MAX - 1:
                    raise
                await asyncio.sleep(AGAIN_AFTER_S)
                continue
            return answer.json()
        raise LookupError("unreachable: the last look raises")

    async def status(self) -> Any:
        return (await self._client.get("/status")).json()

    async def _ask(
        self,
        who: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """Asks until there is an answer; the same Idempotency-Key makes sure that it happens once. Raises Refusal."""
        sent = {"Authorization": f"Bearer {await self._token(who)}", **(headers or {})}
        if method != "GET":
            sent["Idempotency-Key"] = str(uuid4())
        content = body if isinstance(body, bytes) or body is None else json.dumps(body, default=str).encode()
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        deadline = asyncio.get_running_loop().time() + AGAIN_FOR_S
        while True:
            answer = await self._try(method, path, content, sent, query or {})
            if answer is not None and answer.status_code not in PASSING:
                break
            if asyncio.get_running_loop().time() > deadline:
                raise Failure(f"{path} gave no answer for {AGAIN_FOR_S:.0f} s. Look at `bifall status`.")
            await asyncio.sleep(AGAIN_AFTER_S)
        if not answer.is_success:
            raise Refusal(who, f"{method} {path}", answer)
        self._remember(answer)
        return answer

    async def _try(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str], query: Mapping[str, Any]
    ) -> httpx.Response | None:
        heard = {"Bifall-After": ",".join(f"{name}={number}" for name, number in self._seen.items())}
        try:
            async with self._room:
                return await self._client.request(
                    method,
                    path,
                    content=content,
                    headers={**headers, **(heard if self._seen else {})},
                    params=dict(query),
                )
        except httpx.TransportError:  # unknown outcome: the key makes asking again safe
            return None

    def _remember(self, answer: httpx.Response) -> None:
        name, _, number = answer.headers.get("bifall-position", "").partition("=")
        if number:
            self._seen[name] = max(self._seen.get(name, 0), int(number))

    async def _token(self, who: str) -> str:
        if who not in self._tokens:
            answer = await self._client.post("/demo/tokens", json={"person": who})
            if not answer.is_success:
                raise Failure(sentence_of(answer))
            self._tokens[who] = answer.json()["token"]
        return self._tokens[who]


def new_id() -> UUID:
    return uuid7()
