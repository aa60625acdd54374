"""Applications at work on its own: a real database, a real broker, people who ask, and news as others would tell it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx

from infra.embedded import Addresses
from services.applications.app import SERVICE
from services.applications.clearing import Clearing
from services.applications.reactions import REACTIONS
from services.applications.submitting import CLEARING
from services.command.house import migrate_service, settings_for
from shared.broker import Broker
from shared.catalogue import Event
from shared.catalogue.review import CompletionRequested
from shared.docket import Ticket
from shared.envelope import Because
from shared.http.actor_token import Minter
from shared.http.app import build
from shared.http.front import Front
from shared.identity import FUND, Actor, Post, Role
from shared.keeper import Keeper
from shared.office import Office
from shared.uuid7 import uuid7
from shared.workers import Workers
from tests.service.next_year import ANSWERS, CALL_RULES, EXAMPLE, on
from tests.unit.applications.fund import DIGEST

PDF = b"%PDF-1.7 made up"
PAPERS = (
    "statutes",
    "annual_meeting_minutes",
    "constituting_minutes",
    "activity_report",
    "financial_report",
    "audit_report",
)
DUE_ON = on(4, 14)
_serial = count(1)


def organisation_number(serial: int) -> str:
    """A made-up number with a right check digit, in a series that no test vector uses."""
    nine = f"8{25_000_000 + serial:08d}"
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine))
    return f"{nine}{-total % 10}"


class Person:
    """Somebody who asks the service, holding the posts given."""

    def __init__(self, client: httpx.AsyncClient, minter: Minter, *posts: Post) -> None:
        self.actor = Actor(uuid7(), posts)
        self._client = client
        self._minter = minter

    def also(self, *posts: Post) -> None:
        self.actor = Actor(self.actor.id, (*self.actor.posts, *posts))

    async def ask(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None, **params: str
    ) -> httpx.Response:
        sent = {
            "Authorization": f"Bearer {self._minter.token(self.actor, 'applications')}",
            "Accept-Language": "en",
            **(headers or {}),
        }
        content = {"content": body} if isinstance(body, bytes | AsyncIterator) else {"json": body}
        return await self._client.request(method, path, headers=sent, params=params, **content)

    async def get(self, path: str, **params: str) -> httpx.Response:
        return await self.ask("GET", path, **params)

    async def put(self, path: str, body: Any, seen: int | None = None) -> httpx.Response:
        return await self.ask("PUT", path, body, _seen(seen))

    async def post(self, path: str, body: Any = None, seen: int | None = None, **more: str) -> httpx.Response:
        headers = _seen(seen) | {name.replace("_", "-"): value for name, value in more.items()}
        return await self.ask("POST", path, {} if body is None else body, headers)

    async def delete(self, path: str) -> httpx.Response:
        return await self.ask("DELETE", path)


def _seen(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}


class Room:
    """The service, its people, and a call in practice that has been open for a day."""

    def __init__(self, office: Office, client: httpx.AsyncClient, minter: Minter) -> None:
        self.office = office
        self.client = client
        self._minter = minter

    def person(self, *roles: Role, association: UUID | None = None) -> Person:
        return Person(self.client, self._minter, *(Post(role, association) for role in roles))

    async def hear(self, event: Event, subject: UUID) -> None:
        """As if another service had told it."""
        for command in REACTIONS[type(event)](event, subject):
            await self.tell(command)

    async def tell(self, command: Any) -> None:
        await self.office.desk.do(
            Ticket(
                operation="react",
                command=command,
                actor=FUND,
                because=Because(correlation="test"),
                started=time.monotonic(),
            )
        )

    async def ask_for_more(self, case: UUID, due_on: date = DUE_ON) -> None:
        """The officer asks the association to complete its application."""
        await self.hear(CompletionRequested(round=1, due_on=due_on, missing=("statutes",), content=DIGEST), case)

    async def call(self, **changes: Any) -> tuple[UUID, UUID]:
        """(programme, call): published, and open by the practice clock."""
        officer, programme, call = self.person(Role.OFFICER), uuid7(), uuid7()
        body = {"rules": EXAMPLE["programme"], "practice": True}
        expect(await officer.put(f"/programmes/{programme}", body))
        rules = {**EXAMPLE["call"], **changes}
        expect(await officer.put(f"/calls/{call}", {"programme": str(programme), "rules": rules}))
        expect(await self.person(Role.DECISION_MAKER).post(f"/calls/{call}/decision", seen=1))
        expect(await officer.post(f"/calls/{call}/publication", seen=2))
        await self.advance_to(programme, CALL_RULES.opens_at + timedelta(days=1))
        return programme, call

    async def advance_to(self, programme: UUID, moment: datetime) -> None:
        administrator = self.person(Role.ADMINISTRATOR)
        now = datetime.fromisoformat((await administrator.get(f"/programmes/{programme}")).json()["now"])
        advance_s = int((moment - now.astimezone(UTC)).total_seconds()) + 1
        expect(await administrator.post(f"/programmes/{programme}/clock", {"advance_s": advance_s}))

    async def association(self) -> tuple[UUID, str, Person]:
        """(id, number, somebody who writes and signs for it)."""
        person, association, number = self.person(Role.APPLICANT), uuid7(), organisation_number(next(_serial))
        body = {"organisation_number": number, "name": f"Föreningen {number}", "town": "Falun"}
        expect(await person.put(f"/associations/{association}", body))
        person.also(Post(Role.APPLICANT, association), Post(Role.SIGNATORY, association))
        return association, number, person

    async def draft(self, call: UUID, papers: tuple[str, ...] = PAPERS) -> tuple[UUID, UUID, Person]:
        """(draft, association, its person): complete, with every paper."""
        association, number, person = await self.association()
        draft = uuid7()
        expect(await person.put(f"/drafts/{draft}", body_of(call, association, number)))
        for key in papers:
            expect(await attach(person, f"/drafts/{draft}/attachments/{uuid7()}", key))
        return draft, association, person

    async def case(self, call: UUID) -> tuple[UUID, UUID, Person]:
        draft, association, person = await self.draft(call)
        expect(await person.post(f"/drafts/{draft}/submission"))
        await self.cleared()
        return draft, association, person

    @property
    def clearing(self) -> Clearing:
        clearing: Clearing = self.office.extra[CLEARING]
        return clearing

    async def cleared(self) -> None:
        """What was sent in is erased a moment later."""
        await self.clearing.settled()


def body_of(call: UUID, association: UUID, number: str, **changes: Any) -> dict[str, Any]:
    return {"call": str(call), "association": str(association), "answers": {**ANSWERS, "orgnr": number, **changes}}


async def attach(
    person: Person, path: str, key: str, content: bytes = PDF, name: str = "papper.pdf", kind: str = "application/pdf"
) -> httpx.Response:
    return await person.ask("PUT", path, content, {"Content-Type": kind}, key=key, name=name)


def expect(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


@asynccontextmanager
async def open_room(addresses: Addresses) -> AsyncIterator[Room]:
    address = addresses.services["applications"]
    await migrate_service(SERVICE, address.owner_url, address.keys_owner_url)
    keeper = Broker(addresses.nats_url, addresses.keeper.user, addresses.keeper.password)
    workers = Workers("room")
    workers.start("keeper", Keeper(keeper, ("applications",)).run)
    office = Office(SERVICE, settings_for("applications", addresses, practice=True))
    await office.open()
    transport = httpx.ASGITransport(Front(build(office), "applications"))  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://applications") as client:
        yield Room(office, client, Minter(addresses.token_private_key))
    await office.close()
    await workers.stop()
    await keeper.close()
