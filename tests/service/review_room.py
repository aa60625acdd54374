"""Review at work on its own: a real database, a real broker, people who ask, and news as applications would tell it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import httpx
import msgspec

from infra.embedded import Addresses
from services.command.example import read_example
from services.command.house import migrate_service, settings_for
from services.review.app import SERVICE
from services.review.reactions import REACTIONS
from shared.broker import Broker
from shared.catalogue import Event
from shared.catalogue.applications import CallPublished, CaseRegistered, ClockAdvanced, ProgrammePublished
from shared.clock import by_the_programme
from shared.deadlines import local_date
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

RULES, CALL_RULES = read_example()
DELEGATION = RULES.authority.delegation_ref.sv
CODES = [criterion.code for criterion in RULES.assessment.criteria]
DAY_S = 86_400
APPLIED_ORE = 3_000_000


class Person:
    """Somebody who asks the service, holding the posts given."""

    def __init__(self, client: httpx.AsyncClient, minter: Minter, *posts: Post) -> None:
        self.actor = Actor(uuid7(), posts)
        self._client = client
        self._minter = minter

    @property
    def id(self) -> UUID:
        return self.actor.id

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        sent = {"Authorization": f"Bearer {self._minter.token(self.actor, 'review')}", "Accept-Language": "en"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._client.request(method, path, json=body, headers=sent)

    async def get(self, path: str) -> httpx.Response:
        return await self.ask("GET", path)

    async def put(self, path: str, body: Any) -> httpx.Response:
        return await self.ask("PUT", path, body)

    async def post(self, path: str, body: Any = None, seen: str | None = None) -> httpx.Response:
        return await self.ask(
            "POST", path, {} if body is None else body, **({} if seen is None else {"If_Match": seen})
        )

    async def tries(self, path: str, body: Any = None) -> httpx.Response:
        """POSTs with the version that they see now."""
        subject = "/".join(path.split("/")[:3])
        return await self.post(path, body, (await self.get(subject)).headers.get("etag"))

    async def does(self, path: str, body: Any = None) -> dict[str, Any]:
        """The same, and it works."""
        return expect(await self.tries(path, body))


def expect(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


class Room:
    """The service, and the people of the fund."""

    def __init__(self, office: Office, client: httpx.AsyncClient, minter: Minter) -> None:
        self.office = office
        self._client = client
        self._minter = minter
        self.officer = self.person(Role.OFFICER)
        self.panel = [self.person(Role.PANEL) for _ in range(4)]
        self.chair = self.person(Role.DECISION_MAKER)
        self.secretary = self.person(Role.SECRETARY)

    def person(self, *roles: Role, association: UUID | None = None) -> Person:
        return Person(self._client, self._minter, *(Post(role, association) for role in roles))

    async def hear(self, event: Event, subject: UUID) -> None:
        """As if applications had told it."""
        for command in REACTIONS[type(event)](event, subject):
            await self.office.desk.do(
                Ticket(
                    operation="react",
                    command=command,
                    actor=FUND,
                    because=Because(correlation="test"),
                    started=time.monotonic(),
                )
            )

    async def call(self, budget_ore: int = CALL_RULES.budget_ore, practice: bool = True) -> tuple[UUID, UUID]:
        """(programme, call), published."""
        programme, call = uuid7(), uuid7()
        await self.hear(ProgrammePublished(rules=RULES, practice=practice), programme)
        rules = msgspec.structs.replace(CALL_RULES, budget_ore=budget_ore)
        await self.hear(CallPublished(programme=programme, rules=rules), call)
        return programme, call

    async def advance(self, programme: UUID, days: int) -> None:
        """The practice clock, `days` from real time."""
        await self.hear(ClockAdvanced(offset_s=days * DAY_S), programme)

    async def today(self, days: int = 0) -> date:
        at: datetime = await self.office.pool.fetchval("select clock_timestamp()")
        return local_date(by_the_programme(at, days * DAY_S))

    async def registered(
        self, programme: UUID, call: UUID, applied_ore: int = APPLIED_ORE, association: UUID | None = None
    ) -> UUID:
        case = uuid7()
        event = CaseRegistered(
            programme=programme,
            call=call,
            association=association or uuid7(),
            number=f"EX 2027/{case.int % 10**5:05d}",
            series="EX",
            year=2027,
            running=case.int % 10**5,
            amount_applied_ore=applied_ore,
            received_at=datetime.now(UTC),
        )
        await self.hear(event, case)
        return case

    async def assessing(self, programme: UUID, call: UUID, **given: Any) -> UUID:
        case = await self.registered(programme, call, **given)
        await self.officer.does(f"/cases/{case}/check")
        answers = [{"condition": rule.code, "met": True} for rule in RULES.eligibility]
        await self.officer.does(f"/cases/{case}/eligibility", {"answers": answers})
        await self.officer.does(f"/cases/{case}/assessment")
        return case

    async def free(self, case: UUID, *people: Person) -> None:
        for person in people:
            expect(await person.post(f"/cases/{case}/interests", {"conflict": None}))

    async def score(self, case: UUID, person: Person, points: int = 3) -> httpx.Response:
        body = {"scores": dict.fromkeys(CODES, points), "reasons": dict.fromkeys(CODES, f"Because of {points}")}
        return await person.post(f"/cases/{case}/scores", body)

    async def assessed(self, programme: UUID, call: UUID, **given: Any) -> UUID:
        case = await self.assessing(programme, call, **given)
        for person in self.panel[:3]:
            await self.free(case, person)
            expect(await self.score(case, person))
        await self.officer.does(f"/cases/{case}/assessment/closing")
        return case

    async def ready(self, programme: UUID, call: UUID, granted_ore: int = 2_000_000, **given: Any) -> UUID:
        """Proposed, with a statement on file, and a decision maker who has declared."""
        case = await self.assessed(programme, call, **given)
        body = {"outcome": "approved", "granted_ore": granted_ore, "words": "A good plan"}
        await self.officer.does(f"/cases/{case}/proposal", body)
        await self.panel[0].does(f"/cases/{case}/statement", {"opinion": "approves", "words": "We want this"})
        await self.free(case, self.chair)
        return case

    async def decide(self, case: UUID, granted_ore: int = 2_000_000, by: Person | None = None) -> httpx.Response:
        body = {
            "outcome": "approved",
            "granted_ore": granted_ore,
            "delegation": DELEGATION,
            "words": "So decided",
        }
        return await (by or self.chair).tries(f"/cases/{case}/decision", body)

    async def meeting(self, programme: UUID, *cases: UUID, held_on: date | None = None) -> UUID:
        """A meeting held today, ended and adjusted."""
        meeting = uuid7()
        day = held_on or await self.today()
        body = {"programme": str(programme), "held_on": day.isoformat(), "cases": [str(case) for case in cases]}
        expect(await self.secretary.put(f"/meetings/{meeting}", body))
        for step in ("opening", "end", "adjustment"):
            await self.chair.does(f"/meetings/{meeting}/{step}")
        return meeting


@asynccontextmanager
async def opened(addresses: Addresses) -> AsyncIterator[Room]:
    """Review on the given ground, and nobody else there but who keeps its stream."""
    service = addresses.services[SERVICE.name]
    await migrate_service(SERVICE, service.owner_url, service.keys_owner_url)
    keeper, workers = Broker(addresses.nats_url, addresses.keeper.user, addresses.keeper.password), Workers("room")
    workers.start("keeper", Keeper(keeper, (SERVICE.name,)).run)
    office = Office(SERVICE, settings_for(SERVICE.name, addresses, practice=True))
    await office.open()
    transport = httpx.ASGITransport(Front(build(office), SERVICE.name))  # type: ignore[arg-type]
    minter = Minter(addresses.token_private_key)
    async with httpx.AsyncClient(transport=transport, base_url="http://review") as client:
        yield Room(office, client, minter)
    await office.close()
    await workers.stop()
    await keeper.close()
