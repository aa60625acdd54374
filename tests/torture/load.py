"""The load: clients that ask through the public API, and ask again with the same key until they know how it went.

Everything they were told is written in a ledger, so that after the run the journals can be held against it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

ANSWERED_WITHIN_S = 5.0
"""An attempt answered within this, and not with a failure of ours, counts as answered."""

REQUEST_TIMEOUT_S = 8.0
PAUSE_FIRST_S = 0.1
PAUSE_MOST_S = 2.0
PATIENCE_S = 300.0
"""A command whose outcome is unknown for this long counts as hung."""

HEARD_PAUSE_S = 0.1


class Hung(Exception):
    """No definite answer, however often it was asked for."""


class TurnedDown(Exception):
    """The rules said no to what the life expected to be a yes."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:300]}")
        self.status = answer.status_code


@dataclass(frozen=True)
class Acknowledged:
    """A command that was answered with yes."""

    service: str
    key: UUID
    what: str
    position: int | None


@dataclass
class Ledger:
    """What the clients asked, and what they were told."""

    attempts: int = 0
    answered: int = 0
    slowest_s: float = 0.0
    asked: dict[UUID, str] = field(default_factory=dict)
    acknowledged: list[Acknowledged] = field(default_factory=list)
    turned_down: list[str] = field(default_factory=list)
    finished: dict[str, int] = field(default_factory=dict)
    hung: list[str] = field(default_factory=list)
    money: dict[str, Any] = field(default_factory=dict)

    @property
    def availability(self) -> float:
        return self.answered / self.attempts if self.attempts else 1.0


class Client:
    """One person at a time, with their token. All chance comes from the load's seed."""

    def __init__(self, http: httpx.AsyncClient, ledger: Ledger, chance: random.Random) -> None:
        self._http = http
        self._tokens: dict[str, str] = {}
        self.ledger = ledger
        self.chance = chance

    def new_id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    async def account(self, person: str) -> UUID:
        answer = await self._until_known("POST", "/demo/tokens", {}, json={"person": person})
        self._tokens[person] = answer.json()["token"]
        return UUID(answer.json()["account"])

    async def command(
        self, person: str, method: str, path: str, body: Any = None, *, if_match: str | None = None, **sent: Any
    ) -> httpx.Response:
        """Does it once, however often it must be asked. Raises TurnedDown, Hung."""
        key = self.new_id()
        what = f"{method} {path}"
        self.ledger.asked[key] = what
        headers = {"Idempotency-Key": str(key)} | ({"If-Match": if_match} if if_match else {})
        if "content" not in sent:
            sent["json"] = {} if body is None else body
        answer = await self._until_known(method, path, headers, person, **sent)
        if not answer.is_success:
            raise TurnedDown(answer)
        told = answer.headers.get("bifall-position", "")
        self.ledger.acknowledged.append(
            Acknowledged(path.split("/")[2], key, what, int(told.partition("=")[2]) if told else None)
        )
        return answer

    async def act(self, person: str, path: str, body: Any = None, *, subject: str | None = None) -> httpx.Response:
        """A command on a subject as it stands now; where something came in between, as it then stands."""
        read = subject or "/".join(path.split("/")[:5])
        while True:
            seen = await self.look(person, read)
            try:
                return await self.command(person, "POST", path, body, if_match=seen.headers["etag"])
            except TurnedDown as no:
                now = await self.look(person, read)
                if no.status != 409 or now.headers["etag"] == seen.headers["etag"]:
                    raise

    async def look(self, person: str, path: str) -> httpx.Response:
        """Raises TurnedDown where it is not for this person to see."""
        answer = await self._until_known("GET", path, {}, person)
        if not answer.is_success:
            raise TurnedDown(answer)
        return answer

    async def until(self, person: str, path: str, wanted: Callable[[Any], bool]) -> Any:
        """What it shows, once it is as wanted: another service has heard of it. Raises Hung."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            answer = await self._until_known("GET", path, {}, person)
            if answer.is_success and wanted(shown := answer.json()):
                return shown
            await asyncio.sleep(HEARD_PAUSE_S)
        raise Hung(f"GET {path} is never as it should be: {answer.status_code} {answer.text[:300]}")

    async def _until_known(
        self, method: str, path: str, headers: dict[str, str], person: str | None = None, **sent: Any
    ) -> httpx.Response:
        ends, pause_s = time.monotonic() + PATIENCE_S, PAUSE_FIRST_S
        last = "nothing was asked"
        while time.monotonic() < ends:
            if person is not None:
                if person not in self._tokens:
                    await self.account(person)
                headers["Authorization"] = f"Bearer {self._tokens[person]}"
            answer, last = await self._try(method, path, headers, **sent)
            if answer is not None:
                return answer
            await asyncio.sleep(self.chance.uniform(0, pause_s))
            pause_s = min(PAUSE_MOST_S, pause_s * 2)
        raise Hung(f"{method} {path}: {last}")

    async def _try(
        self, method: str, path: str, headers: dict[str, str], **sent: Any
    ) -> tuple[httpx.Response | None, str]:
        self.ledger.attempts += 1
        began = time.monotonic()
        try:
            answer = await self._http.request(
                method, path, headers={"Accept-Language": "en", **headers}, timeout=REQUEST_TIMEOUT_S, **sent
            )
        except httpx.HTTPError as error:
            return None, repr(error)
        finally:
            took_s = time.monotonic() - began
            self.ledger.slowest_s = max(self.ledger.slowest_s, took_s)
        if answer.status_code >= 500:
            return None, f"{answer.status_code} {answer.text[:300]}"
        if took_s <= ANSWERED_WITHIN_S:
            self.ledger.answered += 1
        return answer, ""


Life = Callable[[Client], Awaitable[None]]


class Load:
    """`clients` lives at a time, one after the other until `stop`; those under way are then lived to the end."""

    def __init__(self, url: str, lives: list[tuple[str, Life]], seed: int, clients: int) -> None:
        self.ledger = Ledger()
        self._url = url
        self._lives = lives
        self._seed = seed
        self._clients = clients
        self._stopped = False

    async def run(self) -> None:
        limits = httpx.Limits(max_connections=2 * self._clients)
        async with httpx.AsyncClient(base_url=self._url, limits=limits) as http:
            await asyncio.gather(*(self._one(http, number) for number in range(self._clients)))

    def stop(self) -> None:
        self._stopped = True

    async def _one(self, http: httpx.AsyncClient, number: int) -> None:
        client = Client(http, self.ledger, random.Random(f"{self._seed}/client {number}"))
        while not self._stopped:
            name, life = client.chance.choice(self._lives)
            try:
                await life(client)
            except TurnedDown as no:
                self.ledger.turned_down.append(f"{name}: {no}")
            except Hung as never:
                self.ledger.hung.append(f"{name}: {never}")
                return
            else:
                self.ledger.finished[name] = self.ledger.finished.get(name, 0) + 1
