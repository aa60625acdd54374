"""A fund with applicants who have drafts ready to send in: what must be there before the clock starts.

The example programme's whole form is filled in; its enclosures are made optional, as getting ready would take all day.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
from stdnum import luhn

from infra.embedded.folder import DataFolder
from infra.embedded.postgres import EmbeddedPostgres
from services.command.demo import applying
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from services.command.example import PROGRAMME_FILE
from services.web.tokens import PREFIX
from tests.load.asking import HOST, ask, request
from tests.load.ground import folder
from tests.load.running import Running, house_on

APPLICANTS = 32
FROM_EACH_MAX = 100
"""What a call takes from one association at most: beyond it, another call."""

CLIENTS = 32
OPEN_FOR = timedelta(days=30)
TOKEN = "insert into api_token (digest, account, demo, expires_at) values ($1, $2, false, now() + interval '1 day')"


@dataclass(frozen=True)
class Applicant:
    token: str
    association: UUID
    applied: Applied


@dataclass(frozen=True)
class Ready:
    """A running house, its programme, and who applies."""

    house: Running
    people: People
    programme: UUID
    applicants: tuple[Applicant, ...]

    async def submissions(self, number: int) -> list[bytes]:
        """Saves `number` drafts in a new call and returns the requests that send them in, the associations in turn."""
        call_rules = rules_of_call()
        call = await self._open_call(call_rules)
        fund = Fund(self.people, Round(()), self.programme, call, {}, call_rules)
        who = [self.applicants[index % APPLICANTS] for index in range(number)]
        bodies = {
            one.token: {"call": str(call), "association": str(one.association), "answers": answers(fund, one)}
            for one in self.applicants
        }
        written = {token: json.dumps(body).encode() for token, body in bodies.items()}
        drafts = [(one.token, f"/api/applications/drafts/{uuid4()}") for one in who]
        await ask(self.house.port, [request("PUT", path, token, written[token]) for token, path in drafts], CLIENTS)
        return [request("POST", f"{path}/submission", token, b"{}") for token, path in drafts]

    async def _open_call(self, rules: dict[str, Any]) -> UUID:
        call = uuid4()
        path = f"/api/applications/calls/{call}"
        await self.people.put("officer", path, {"programme": self.programme, "rules": rules})
        await self.people.act("chair", path, "decision")
        await self.people.act("officer", path, "publication")
        return call


@asynccontextmanager
async def fund_at_work() -> AsyncIterator[tuple[Ready, Path]]:
    """A house on a new folder, with everything above ready in it; and the folder."""
    async with folder() as path:
        data = path / "data"
        async with house_on(data):
            pass  # made first: a demo on a new folder would play its round
        async with house_on(data, "--demo") as house:
            fund = await ready(house, data)
            try:
                yield fund, data
            finally:
                await fund.people.close()


async def token_of(person: str, port: int) -> str:
    """What `bifall token` prints."""
    async with httpx.AsyncClient(base_url=f"http://{HOST}:{port}") as client:
        answer = (await client.post("/demo/tokens", json={"person": person})).raise_for_status()
    return str(answer.json()["token"])


async def ready(house: Running, data: Path) -> Ready:
    """Publishes the programme and lets the applicants in, on a house that runs as a demo."""
    people = People(f"http://{HOST}:{house.port}")
    rules = json.loads(PROGRAMME_FILE.read_text())["programme"]
    for enclosure in rules["attachments"]:
        enclosure.pop("required_if", None)
        enclosure["required"] = False
    programme = uuid4()
    await people.put("officer", f"/api/applications/programmes/{programme}", {"rules": rules, "practice": True})
    applicants = [await applicant(people, data, index) for index in range(APPLICANTS)]
    return Ready(house, people, programme, tuple(applicants))


async def applicant(people: People, data: Path, index: int) -> Applicant:
    """An association, and an account that may act for it, with a token."""
    association, account = uuid4(), uuid4()
    body = f"80250{index:04d}"
    applied = Applied(f"Föreningen {index}", body + luhn.calc_check_digit(body), 5_000, "approved", "Träffar", 5_000)
    registered = {"organisation_number": applied.orgnr, "name": applied.org, "email": "a@example.se", "town": "Falun"}
    await people.put("coordinator", f"/api/applications/associations/{association}", registered)
    await people.put("administrator", f"/api/web/accounts/{account}", {})
    for role in ("applicant", "signatory"):
        path = f"/api/web/accounts/{account}/roles/{role}"
        await people.put("administrator", path, {}, association=association)
        await people.put("chair", f"{path}/confirmation", {}, association=association)
    return Applicant(await token(data, account), association, applied)


async def token(data: Path, account: UUID) -> str:
    """What `bifall token` is for the demo's people, for somebody else: put straight into the register of tokens."""
    made = PREFIX + secrets.token_urlsafe(32)
    web = await asyncpg.connect(database_url(data, "web"))
    try:
        await web.execute(TOKEN, hashlib.sha256(made.encode()).digest(), account)
    finally:
        await web.close()
    return made


def database_url(data: Path, service: str) -> str:
    """The service's own database in the house that runs on this folder."""
    postgres = EmbeddedPostgres(DataFolder(data), "postgres")
    postgres.attach()
    return postgres.dsn_for(service, service)


def answers(fund: Fund, one: Applicant) -> dict[str, Any]:
    return applying._answers(fund, one.applied, 0)


def rules_of_call() -> dict[str, Any]:
    rules: dict[str, Any] = json.loads(PROGRAMME_FILE.read_text())["call"]
    opened = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    return rules | {
        "published_on": opened.date().isoformat(),
        "opens_at": opened.isoformat(),
        "closes_at": (opened + OPEN_FOR).isoformat(),
        "max_applications_per_organisation": FROM_EACH_MAX,
    }
