"""A whole house for a test: real database, real broker, the services in this process, and people who ask through the
door.

A test speaks as a person of the fund: `await house.person("officer").post("/api/review/cases/…/check", {})`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID, uuid4

import httpx

from infra.embedded import Addresses
from services.command.house import NAMES, House
from services.web.demo_people import account_of
from services.web.tokens import DEMO_LIFE_S, Tokens

CAUGHT_UP_S = 20.0
URL = "http://127.0.0.1:8000"
TOLD_BY_PEOPLE = "select count(*) from journal where event ->> 'authtype' = 'user'"


class Person:
    """Somebody at the door. Remembers what they have seen, so that whoever they ask next has heard of it too."""

    def __init__(self, house: TestedHouse, token: str | None, seen: dict[str, int]) -> None:
        self._house = house
        self._client = house.client
        self._token = token
        self._seen = seen

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.ask("GET", path, None, headers)

    async def put(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.ask("PUT", path, body, headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.ask("POST", path, body, headers)

    async def delete(self, path: str, **headers: str) -> httpx.Response:
        return await self.ask("DELETE", path, None, headers)

    async def act(self, path: str, body: Any = None) -> dict[str, Any]:
        """POSTs with the version the subject has now, and insists that it works."""
        subject = "/".join(path.split("/")[:5])
        etag = (await self.get(subject)).headers["etag"]
        answer = await self.post(path, {} if body is None else body, **{"If-Match": etag})
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown

    async def ask(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> httpx.Response:
        sent = {"Accept-Language": "en", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if self._token is not None:
            sent["Authorization"] = f"Bearer {self._token}"
        if self._seen:
            await self._house.have_heard({"web", *path.split("/")[2:3]}, self._seen)
            sent["Bifall-After"] = ",".join(f"{source}={position}" for source, position in self._seen.items())
        if isinstance(body, bytes):
            answer = await self._client.request(method, path, content=body, headers=sent)
        else:
            answer = await self._client.request(method, path, json=body, headers=sent)
        if told := answer.headers.get("bifall-position"):
            source, _, position = told.partition("=")
            self._seen[source] = max(self._seen.get(source, 0), int(position))
        return answer


class TestedHouse:
    """The house and its people. `services` may name fewer than all, for a test of one service alone (always with
    web)."""

    __test__ = False

    def __init__(self, addresses: Addresses, services: tuple[str, ...] = NAMES) -> None:
        self.addresses = addresses
        self.house = House(addresses, demo=True, practice=True, services=services)
        self._seen: dict[str, int] = {}

    async def open(self) -> None:
        await self.house.open()
        self.client = httpx.AsyncClient(transport=self.transport, base_url=URL)

    @property
    def transport(self) -> httpx.AsyncBaseTransport:
        """The way to the door, as from this machine."""
        return httpx.ASGITransport(self.house.app, client=("127.0.0.1", 50_000))

    async def close(self) -> None:
        await self.client.aclose()
        await self.house.close()

    async def have_heard(self, services: Collection[str], seen: Mapping[str, int]) -> None:
        """Waits until these services have heard of what was seen. They themselves wait two seconds before they say that
        they are behind: on a slow machine that is not always enough."""
        for office in (office for name, office in self.house.offices.items() if name in services):
            for source in seen.keys() & set(office.service.hears):
                await office.bookmarks.wait_for(source, seen[source], CAUGHT_UP_S)

    def office(self, name: str) -> Any:
        return self.house.offices[name]

    async def told_by_people(self) -> dict[str, int]:
        """How many facts people, not the fund itself, have told through each service."""
        return {name: await office.pool.fetchval(TOLD_BY_PEOPLE) for name, office in self.house.offices.items()}

    def account(self, person: str) -> UUID:
        return account_of(person)

    async def person(self, name: str) -> Person:
        """One of the demo's people: officer, panel-1, chair, finance, attester-1, applicant …"""
        return Person(self, await self.token(account_of(name)), self._seen)

    async def token(self, account: UUID) -> str:
        return await Tokens(self.office("web"), demo=True).make(account, DEMO_LIFE_S, demo=True)

    def stranger(self) -> Person:
        return Person(self, None, {})

    def bearer(self, token: str) -> Person:
        return Person(self, token, {})

    async def status(self) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.client.get("/status")).json()
        return answer


def new_id() -> UUID:
    return uuid4()
