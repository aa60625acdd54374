"""The load: clients that ask through the public API, and ask again with the same key until they know how it went.

Everything they were told is written in a ledger, so that after the run the journals can be held against it.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import httpx

from services.command.failure import Failure
from tests.torture.ledger import Acknowledged, Ledger

ANSWERED_WITHIN_S = 5.0
"""An attempt answered within this, and not with a failure of ours, counts as answered."""

REQUEST_TIMEOUT_S = 8.0
PAUSE_FIRST_S = 0.1
PAUSE_MOST_S = 2.0
PATIENCE_S = 170.0
"""A command whose outcome is unknown for this long counts as hung: on a busy machine a power cut alone takes half a
minute to mend, and one fault follows another."""

SHOWN_MAX = 4
SAID_MAX = 300
REFERENCE = re.compile('"reference": "[^"]*"')
"""Another in each answer: without it, answers that say the same are counted together."""


class Hung(Exception):
    """No definite answer, however often it was asked for."""


class TurnedDown(Exception):
    """The answer was no."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:300]}")
        self.answer = answer


class Client:
    """Asks as any of the demo's people. All chance comes from the load's seed."""

    def __init__(self, http: httpx.AsyncClient, ledger: Ledger, chance: random.Random, number: int) -> None:
        self.ledger = ledger
        self.chance = chance
        self.number = number
        self._http = http
        self._tokens: dict[str, str] = {}

    def new_id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    async def ask(
        self,
        person: str,
        method: str,
        path: str,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        """Asks until there is an answer; a command once, however often it must be asked. Raises TurnedDown, Hung."""
        sent = dict(headers or {})
        key = None
        if method != "GET":
            key = self.new_id()
            sent["Idempotency-Key"] = str(key)
            self.ledger.asked[key] = f"{method} {path}"
        answer = await self._until_known(person, method, path, content, sent, query or {})
        if not answer.is_success:
            raise TurnedDown(answer)
        if key is not None:
            told = answer.headers.get("bifall-position", "").partition("=")[2]
            yes = Acknowledged(path.split("/")[2], key, f"{method} {path}", int(told) if told else None)
            self.ledger.acknowledge(yes, content)
        return answer

    async def _until_known(
        self,
        person: str,
        method: str,
        path: str,
        content: bytes,
        headers: dict[str, str],
        query: Mapping[str, Any],
    ) -> httpx.Response:
        ends, pause_s = time.monotonic() + PATIENCE_S, PAUSE_FIRST_S
        heard: Counter[str] = Counter()
        while time.monotonic() < ends:
            answer, instead = await self._as(person, method, path, content, headers, query)
            if answer is not None:
                return answer
            heard[instead] += 1
            await asyncio.sleep(self.chance.uniform(0, pause_s))
            pause_s = min(PAUSE_MOST_S, pause_s * 2)
        often = "; ".join(f"{times} times {what}" for what, times in heard.most_common(SHOWN_MAX))
        raise Hung(f"{method} {path}, for {PATIENCE_S:.0f} s: {often}; at last {instead}")

    async def _as(
        self, person: str, method: str, path: str, content: bytes, headers: dict[str, str], query: Mapping[str, Any]
    ) -> tuple[httpx.Response | None, str]:
        if person not in self._tokens:
            answer, last = await self._try("POST", "/demo/tokens", json={"person": person})
            if answer is None:
                return None, last
            self._tokens[person] = answer.json()["token"]
        sent = {"Authorization": f"Bearer {self._tokens[person]}", **headers}
        return await self._try(method, path, content=content, headers=sent, params=dict(query))

    async def _try(self, method: str, path: str, **sent: Any) -> tuple[httpx.Response | None, str]:
        self.ledger.attempts += 1
        began = time.monotonic()
        try:
            answer = await self._http.request(method, path, timeout=REQUEST_TIMEOUT_S, **sent)
        except httpx.HTTPError as error:
            return None, repr(error)
        finally:
            took_s = time.monotonic() - began
            self.ledger.slowest_s = max(self.ledger.slowest_s, took_s)
        if answer.status_code >= 500:
            return None, f"{answer.status_code} {REFERENCE.sub('', answer.text)[:SAID_MAX]}"
        if took_s <= ANSWERED_WITHIN_S:
            self.ledger.answered += 1
        return answer, ""


Life = Callable[[Client], Awaitable[None]]


class Load:
    """Each client lives its life again and again until `stop`; those under way are then lived to the end."""

    def __init__(self, url: str, lives: Sequence[tuple[str, Life]], seed: int, clients: int) -> None:
        self.ledger = Ledger()
        self._url = url
        self._lives = lives
        self._seed = seed
        self._clients = clients
        self._stopped = False

    async def run(self) -> None:
        limits = httpx.Limits(max_connections=4 * self._clients)
        async with httpx.AsyncClient(base_url=self._url, limits=limits, headers={"Accept-Language": "en"}) as http:
            await asyncio.gather(*(self._one(http, number) for number in range(self._clients)))

    def stop(self) -> None:
        self._stopped = True

    async def live_once(self, name: str, life: Life, number: int) -> None:
        """One life beside the others, with a client of its own."""
        async with httpx.AsyncClient(base_url=self._url, headers={"Accept-Language": "en"}) as http:
            await self._live(name, life, self._client(http, number))

    async def _one(self, http: httpx.AsyncClient, number: int) -> None:
        name, life = self._lives[number % len(self._lives)]
        client = self._client(http, number)
        while not self._stopped:
            if not await self._live(name, life, client):
                return

    def _client(self, http: httpx.AsyncClient, number: int) -> Client:
        return Client(http, self.ledger, random.Random(f"{self._seed}/client {number}"), number)

    async def _live(self, name: str, life: Life, client: Client) -> bool:
        """Whether it was lived to its good end."""
        try:
            await life(client)
        except (TurnedDown, Failure) as no:
            self.ledger.turned_down.append(f"{name}: {no}")
            return False
        except Hung as never:
            self.ledger.hung.append(f"{name}: {never}")
            return False
        self.ledger.finished[name] = self.ledger.finished.get(name, 0) + 1
        return True
