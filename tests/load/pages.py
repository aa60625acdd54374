"""The pages as people meet them: a form page, the task list, a case, and the pipeline of 60 rows with 10 000 cases.

The floor is what nobody can do without: a bare page from a template, and sixty rows of a bare query, served alike.
What is measured is how many of the four pages, in turn, are answered each second to four clients.
"""

from __future__ import annotations

import statistics
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import httpx

from services.command.demo import applying, deciding, fund
from services.command.demo.applying import APPLICANT
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from tests.load.asking import HOST, ask, began, ended, latencies_ms, request
from tests.load.frame import Measured, Reach, Row, Size, in_turn, percentile
from tests.load.fund import database_url
from tests.load.ground import folder
from tests.load.running import Running, bare, house_on
from tests.load.submit import plain_database

CASES = 10_000
ASKED = 400
FEW_CLIENTS = 4
MANY_CLIENTS = 50
APPLIED = Applied("Föreningen Ettan (påhittad)", "8027000010", 30_000, "bifall", "Teckningsgrupp", 25_000)
GROUP = "money"
COPIED = (("applications", "application"), ("review", "reviewed_case"))
COPY = """
insert into {table} select (jsonb_populate_record(null::{table}, to_jsonb(one) || jsonb_build_object(
    'id', copy.id, 'number', 'IFD 2020-' || copy.at, 'received_at', one.received_at - copy.at * interval '10 seconds'
))).* from {table} as one, unnest($2::uuid[]) with ordinality as copy (id, at) where one.id = $1
"""
WORDS = "insert into clear (owner, field, text) select id, 'title', 'Träffar' from unnest($1::uuid[]) as id"
LINES = "insert into plain.line (id, text) select gen_random_uuid(), 'Träffar ' || at from generate_series(1, $1) as at"


@dataclass(frozen=True)
class Street:
    """The house with its pages, and the bare application beside it: port, and requests by page."""

    port: int
    pages: Mapping[str, bytes]

    async def per_second(self, number: int) -> float:
        """All pages in turn, to four clients."""
        asked = list(self.pages.values())
        answers = await ask(self.port, [asked[at % len(asked)] for at in range(number)], FEW_CLIENTS)
        return number / (ended(answers) - began(answers))

    async def times(self, number: int) -> dict[str, float]:
        """The median and the 95th percentile of each page, in milliseconds."""
        found = {}
        for name, page in self.pages.items():
            for clients in (FEW_CLIENTS, MANY_CLIENTS):
                took = latencies_ms(await ask(self.port, [page] * number, clients))
                for percent in (50, 95):
                    found[f"{name}_p{percent}_ms_at_{clients}"] = percentile(took, percent)
        return found


async def measure(size: Size) -> Measured:
    async with folder() as path:
        data = path / "data"
        async with house_on(data):
            pass  # made first: a demo on a new folder would play its round
        async with house_on(data, "--demo") as house, _beside(data) as plain:
            pages = await street(house, data, size.of(CASES))
            number = size.of(ASKED)
            measured = await in_turn(size.rounds, lambda: plain.per_second(number), lambda: pages.per_second(number))
            measured.figures |= await plain.times(number) | await pages.times(number)
    measured.figures["pages_per_s_at_4"] = statistics.median(measured.rows)
    return measured


@asynccontextmanager
async def _beside(data: Path) -> AsyncIterator[Street]:
    dsn = await plain_database(data)
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(LINES, CASES)
    finally:
        await connection.close()
    async with bare(dsn) as program:
        pages = {"bare_template": request("GET", "/page"), "bare_query": request("GET", "/query")}
        yield Street(program.port, pages)


async def street(house: Running, data: Path, cases: int) -> Street:
    """A round with a case that is being checked, a draft, and a register full of copies of that case."""
    people = People(f"http://{HOST}:{house.port}")
    try:
        own = await fund.found(people, Round((APPLIED,)))
        case = await applying.apply(own, APPLIED, 0)
        draft = uuid4()
        body = {"call": own.call, "association": case.association, "answers": applying._answers(own, APPLIED, 0)}
        await people.put(APPLICANT, f"/api/applications/drafts/{draft}", body)
        await deciding.check(own, case, is_first=False)
    finally:
        await people.close()
    await _fill(data, case.id, cases)
    officer, applicant = [await signed_in(house, person) for person in ("officer", APPLICANT)]
    return Street(
        house.port,
        {
            "form": request("GET", f"/drafts/{draft}/{GROUP}", Cookie=applicant),
            "task_list": request("GET", f"/drafts/{draft}", Cookie=applicant),
            "case": request("GET", f"/cases/{case.id}", Cookie=officer),
            "pipeline": request("GET", "/cases", Cookie=officer),
        },
    )


async def _fill(data: Path, case: UUID, cases: int) -> None:
    ids = [uuid4() for _ in range(cases)]
    for service, table in COPIED:
        # A register is filled in one statement, which is not a request: the services' own limit is not for it.
        connection = await asyncpg.connect(database_url(data, service), server_settings={"statement_timeout": "0"})
        try:
            await connection.execute(COPY.format(table=table), case, ids)
            if service == "applications":
                await connection.execute(WORDS, ids)
        finally:
            await connection.close()


async def signed_in(house: Running, person: str) -> str:
    """The cookie of a session of one of the demo's people."""
    url = f"http://{HOST}:{house.port}"
    async with httpx.AsyncClient(base_url=url, headers={"Origin": url}) as client:
        answer = await client.post("/sign-in/demo", data={"person": person, "csrf": ""})
        assert answer.status_code == 303, answer.text
        return f"bifall={client.cookies['bifall']}"


ROW = Row(
    name="pages",
    what="a form page, the task list, a case and the pipeline with 10 000 cases, in turn, 4 clients",
    floor="a bare template page and a bare query of 60 rows, in turn",
    unit="pages/s",
    reaches=(
        Reach("pages_per_s_at_4", at_least=100),
        Reach("case_p50_ms_at_4", at_most=30),
        Reach("pipeline_p50_ms_at_4", at_most=40),
    ),
    measure=measure,
)
