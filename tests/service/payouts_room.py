"""Payouts at work on its own: a real database, a real broker, people who ask, and news as others would tell it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from infra.embedded import Addresses
from services.command.demo import bank
from services.command.example import read_example
from services.command.house import migrate_service, settings_for
from services.payouts.app import SERVICE
from services.payouts.domain.instalments import payment_id
from services.payouts.reactions import REACTIONS
from shared.broker import Broker
from shared.catalogue import Event, review
from shared.catalogue.applications import CallPublished, ClockAdvanced, ProgrammePublished
from shared.clock import by_the_programme
from shared.deadlines import bank_days_after, local_date
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
from tests.service.next_year import CALL_RULES

RULES, _ = read_example()
DAY_S = 86_400
GRANTED_ORE = 2_500_000
BANKGIRO = {
    "scheme": "bankgiro",
    "number": "5050-1055",
    "name": "Föreningen Ljuspunkten (påhittad)",
    "town": "Borlänge",
}
OTHER_BANKGIRO = {**BANKGIRO, "number": "991-2346"}


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
        sent = {"Authorization": f"Bearer {self._minter.token(self.actor, 'payouts')}", "Accept-Language": "en"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, bytes):
            return await self._client.request(method, path, content=body, headers=sent)
        return await self._client.request(method, path, json=body, headers=sent)

    async def get(self, path: str) -> httpx.Response:
        return await self.ask("GET", path)

    async def sees(self, path: str) -> dict[str, Any]:
        return expect(await self.get(path))

    async def put(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.ask("PUT", path, body, **headers)

    async def sends(self, path: str, content: bytes, kind: str = "application/xml") -> httpx.Response:
        return await self.ask("POST", path, content, Content_Type=kind)

    async def tries(self, path: str, body: Any = None) -> httpx.Response:
        """POSTs with the version that they see now."""
        subject = "/".join(path.split("/")[:3])
        seen = (await self.get(subject)).headers.get("etag")
        return await self.ask("POST", path, {} if body is None else body, **({"If_Match": seen} if seen else {}))

    async def does(self, path: str, body: Any = None) -> dict[str, Any]:
        """The same, and it works."""
        return expect(await self.tries(path, body))


def expect(answer: httpx.Response, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


class Room:
    """The service, the people of the fund, and one association with its own."""

    def __init__(self, office: Office, client: httpx.AsyncClient, minter: Minter) -> None:
        self.office = office
        self._client = client
        self._minter = minter
        self.association = uuid7()
        self.finance, self.officer = self.person(Role.FINANCE), self.person(Role.OFFICER)
        self.attesters = [self.person(Role.ATTESTER) for _ in range(2)]
        self.chair, self.auditor = self.person(Role.DECISION_MAKER), self.person(Role.AUDITOR)
        self.signatory = self.person(Role.APPLICANT, Role.SIGNATORY, association=self.association)
        self.stranger = self.person(Role.APPLICANT, Role.SIGNATORY, association=uuid7())

    def person(self, *roles: Role, association: UUID | None = None) -> Person:
        return Person(self._client, self._minter, *(Post(role, association) for role in roles))

    async def hear(self, event: Event, subject: UUID) -> None:
        """As if another service had told it."""
        for command in REACTIONS[type(event)](event, subject):
            because, started = Because(correlation="test"), time.monotonic()
            await self.office.desk.do(
                Ticket(operation="react", command=command, actor=FUND, because=because, started=started)
            )

    async def call(self, practice: bool = True) -> tuple[UUID, UUID]:
        """(programme, call), published."""
        programme, call = uuid7(), uuid7()
        await self.hear(ProgrammePublished(rules=RULES, practice=practice), programme)
        await self.hear(CallPublished(programme=programme, rules=CALL_RULES), call)
        return programme, call

    async def advance(self, programme: UUID, days: int) -> None:
        await self.hear(ClockAdvanced(offset_s=days * DAY_S), programme)

    async def bank_day(self, days: int = 0) -> date:
        at: datetime = await self.office.pool.fetchval("select clock_timestamp()")
        return bank_days_after(local_date(by_the_programme(at, days * DAY_S)), 1)

    async def decided(
        self, programme: UUID, call: UUID, granted_ore: int = GRANTED_ORE, case: UUID | None = None
    ) -> UUID:
        case = case or uuid7()
        event = review.DecisionMade(
            programme=programme,
            call=call,
            association=self.association,
            number=f"EX 2027/{case.int % 10**8:08d}",
            outcome="approved" if granted_ore else "rejected",
            granted_ore=granted_ore,
            reason=None if granted_ore else "R02",
            decided_by=self.chair.id,
            authority=review.Authority(delegation="7.3"),
            content="0" * 64,
        )
        await self.hear(event, case)
        return case

    async def published(self, case: UUID) -> None:
        day = await self.bank_day()
        event = review.DecisionPublished(meeting=uuid7(), posted_on=day, appeal_last_day=day + timedelta(days=21))
        await self.hear(event, case)

    async def active(self, programme: UUID, call: UUID, granted_ore: int = GRANTED_ORE) -> UUID:
        """Decided, posted, accepted, and the account verified."""
        case = await self.decided(programme, call, granted_ore)
        await self.published(case)
        await self.signatory.does(f"/grants/{case}/acceptance")
        await self.verified()
        return case

    async def verified(self, account: dict[str, str] = BANKGIRO) -> None:
        path = f"/payees/{self.association}"
        shown = expect(await self.signatory.put(path, account))
        if shown["status"] != "verified":
            await self.finance.does(f"{path}/verification", {"words": "Seen the bank's own letter"})

    async def attested(self, case: UUID, no: int = 1) -> UUID:
        payment = payment_id(case, no)
        await self.signatory.does(f"/payments/{payment}/requisition")
        for attester in self.attesters:
            await attester.does(f"/payments/{payment}/attest")
        return payment

    async def order(self, programme: UUID, *payments: UUID, batch: UUID | None = None, days: int = 0) -> httpx.Response:
        body = {
            "programme": str(programme),
            "execute_on": (await self.bank_day(days)).isoformat(),
            "payments": [str(payment) for payment in payments],
        }
        return await self.finance.put(f"/batches/{batch or uuid7()}", body)

    async def exported(self, programme: UUID, *payments: UUID, days: int = 0) -> tuple[UUID, bytes]:
        """A bank file of the payments: its batch and its bytes."""
        batch = UUID(expect(await self.order(programme, *payments, days=days))["id"])
        return batch, (await self.finance.get(f"/batches/{batch}/file")).content

    async def booked(self, content: bytes) -> dict[str, Any]:
        """The bank accepts the file and books every payment in it."""
        file, day = bank.read_payment_file(content), await self.bank_day()
        expect(await self.finance.sends("/bank-answers", bank.answer(file, day)))
        entries = [bank.Booked(paid.end_to_end_id, paid.amount_ore, is_credit=False) for paid in file.payments]
        return expect(await self.finance.sends("/bank-statements", bank.statement("S", day, entries)))

    async def reported(self, case: UUID, unspent_ore: int = 0, granted_ore: int = GRANTED_ORE) -> None:
        body = {
            "spent_ore": granted_ore - unspent_ore,
            "unspent_ore": unspent_ore,
            "figures": {"I1": 24},
            "words": {"what_happened": "Vi träffades sex gånger."},
        }
        await self.signatory.does(f"/grants/{case}/report", body)
        await self.officer.does(f"/grants/{case}/report-review")
        await self.officer.does(f"/grants/{case}/report-approval")


@asynccontextmanager
async def opened(addresses: Addresses) -> AsyncIterator[Room]:
    """Payouts on the given ground, and nobody else there but who keeps its stream."""
    service = addresses.services[SERVICE.name]
    await migrate_service(SERVICE, service.owner_url, service.keys_owner_url)
    keeper, workers = Broker(addresses.nats_url, addresses.keeper.user, addresses.keeper.password), Workers("room")
    workers.start("keeper", Keeper(keeper, (SERVICE.name,)).run)
    office = Office(SERVICE, settings_for(SERVICE.name, addresses, practice=True))
    await office.open()
    transport = httpx.ASGITransport(Front(build(office), SERVICE.name))  # type: ignore[arg-type]
    minter = Minter(addresses.token_private_key)
    async with httpx.AsyncClient(transport=transport, base_url="http://payouts") as client:
        yield Room(office, client, minter)
    await office.close()
    await workers.stop()
    await keeper.close()
