"""Sending in an application over HTTP with every service at work, the clock stopping when audit has the last fact.

The floor is a bare Litestar application on the same server settings that inserts one row per POST.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from pathlib import Path
from uuid import uuid4

import asyncpg

from infra.embedded.folder import DataFolder
from infra.embedded.postgres import EmbeddedPostgres
from tests.load.asking import ask, began, latencies_ms, request
from tests.load.caller import Answer
from tests.load.frame import Measured, Reach, Row, Size, in_turn, percentile
from tests.load.fund import Ready, database_url, fund_at_work
from tests.load.running import Running, bare

FULL = 1_600
CLIENTS = 32
FEW_CLIENTS = 4
AUDIT_WITHIN_S = 60.0
LOOK_S = 0.005
LINE = "create table line (id uuid primary key, text text)"


async def measure(size: Size) -> Measured:
    async with fund_at_work() as (fund, data), bare(await plain_database(data)) as plain:
        number = size.of(FULL)
        seen: list[Answer] = []
        worked_ms: dict[Running, list[float]] = {plain: [], fund.house: []}

        async def floor() -> float:
            before_s = plain.worked_s
            rate = await plainly(plain.port, number)
            worked_ms[plain].append((plain.worked_s - before_s) * 1_000 / number)
            return rate

        async def row() -> float:
            requests = await fund.submissions(number)
            before_s = fund.house.worked_s
            answers, took_s = await submitted(fund, data, requests, CLIENTS)
            worked_ms[fund.house].append((fund.house.worked_s - before_s) * 1_000 / number)
            seen.extend(answers)
            return len(answers) / took_s

        measured = await in_turn(size.rounds, floor, row)
        measured.figures |= await figures(fund, data, size.of(600), seen)
        measured.figures["processor_ms_each"] = statistics.median(worked_ms[fund.house])
        measured.figures["processor_ms_each_floor"] = statistics.median(worked_ms[plain])
        return measured


async def figures(fund: Ready, data: Path, number: int, at_32: list[Answer]) -> dict[str, float]:
    few, _ = await submitted(fund, data, await fund.submissions(number), FEW_CLIENTS)
    return {
        "p50_ms_at_4_clients": percentile(latencies_ms(few), 50),
        "p99_ms_at_4_clients": percentile(latencies_ms(few), 99),
        "p50_ms_at_32_clients": percentile(latencies_ms(at_32), 50),
        "p99_ms_at_32_clients": percentile(latencies_ms(at_32), 99),
    }


async def plainly(port: int, number: int) -> float:
    bodies = [json.dumps({"id": str(uuid4())}).encode() for _ in range(number)]
    answers = await ask(port, [request("POST", "/lines", body=body) for body in bodies], CLIENTS)
    return number / (max(answer.answered for answer in answers) - began(answers))


async def submitted(fund: Ready, data: Path, requests: list[bytes], clients: int) -> tuple[list[Answer], float]:
    """Sends them in, and the seconds from the first byte until audit has the last fact."""
    answers = await ask(fund.house.port, requests, clients)
    await audited(data, max(answer.position for answer in answers))
    return answers, time.monotonic() - began(answers)


async def audited(data: Path, position: int) -> None:
    """Waits until audit has applications' fact of this number."""
    audit = await asyncpg.connect(database_url(data, "audit"))
    try:
        async with asyncio.timeout(AUDIT_WITHIN_S):
            while await audit.fetchval("select size from tree where source = 'applications'") < position:
                await asyncio.sleep(LOOK_S)
    finally:
        await audit.close()


async def plain_database(data: Path) -> str:
    """A database of the floor's own in the same server, with one table."""
    postgres = EmbeddedPostgres(DataFolder(data), "postgres")
    postgres.attach()
    superuser = await asyncpg.connect(postgres.dsn)
    try:
        await superuser.execute("create database plain")
    finally:
        await superuser.close()
    url = postgres.dsn_for("postgres", "plain")
    plain = await asyncpg.connect(url)
    try:
        await plain.execute(f"create schema plain; set search_path = plain; {LINE}")
    finally:
        await plain.close()
    return url


ROW = Row(
    name="submit",
    what="send in an application over HTTP, 32 clients, all services, until audit has the last",
    floor="a bare Litestar POST that inserts one row with asyncpg",
    unit="/s",
    reaches=(Reach(at_least=0.4), Reach("p50_ms_at_4_clients", at_most=10)),
    measure=measure,
)
