"""Hostile callers, and a way to see that they have changed nothing."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import asyncpg
import httpx

from services.command.house import NAMES
from services.web.demo_people import PEOPLE
from shared.http.lists import cursor
from shared.identity import Role
from tests.service.house import URL, TestedHouse
from tests.service.routes import Route

TABLES = """
select table_name from information_schema.tables
where table_schema = 'public' and table_type = 'BASE TABLE'
    and table_name not in ('api_token', 'attempt', 'bookmark', 'migration', 'read')
order by 1
"""
"""All that a service keeps but what asking itself moves: tokens that the test makes, wrong keys, which are counted, how
far others were heard, and that somebody looked."""

TAKEN_AWAY_BY_RULE = {"attachment", "draft", "store", "request"}
"""Where a service at work may take rows away by itself: drafts and files whose time has come. It never adds any."""

PERSON_OF = {role: person for person, roles in reversed(PEOPLE.items()) for role in roles}


async def everything_kept(house: TestedHouse) -> dict[str, frozenset[str]]:
    """Every row of every table of every service, by its digest."""
    kept: dict[str, frozenset[str]] = {}
    for name in NAMES:
        connection = await asyncpg.connect(house.addresses.services[name].database_url)
        try:
            for (table,) in await connection.fetch(TABLES):
                rows = await connection.fetch(f"select md5(one::text) from {table} as one")
                kept[f"{name}.{table}"] = frozenset(row[0] for row in rows)
        finally:
            await connection.close()
    return kept


def changed(before: dict[str, frozenset[str]], after: dict[str, frozenset[str]]) -> list[str]:
    """The tables that are not as they were."""
    return [
        table
        for table, rows in before.items()
        if after[table] != rows and not (table.partition(".")[2] in TAKEN_AWAY_BY_RULE and after[table] < rows)
    ]


class Caller:
    """Anybody at all who sends bytes to the door. `somebody(route)` is one who may use the route."""

    def __init__(self, house: TestedHouse) -> None:
        self._house = house
        self._client = httpx.AsyncClient(transport=house.transport, base_url=URL)
        self._tokens: dict[str, str] = {}

    async def close(self) -> None:
        await self._client.aclose()

    async def token(self, person: str) -> str:
        if person not in self._tokens:
            self._tokens[person] = await self._house.token(self._house.account(person))
        return self._tokens[person]

    async def somebody(self, route: Route) -> str:
        """The token of one whose role may use the route."""
        return await self.token(PERSON_OF[next(may.role for may in route.rows if may.role is not Role.FUND)])

    async def send(
        self, method: str, path: str, token: str | None = None, body: bytes | None = None, **headers: Any
    ) -> httpx.Response:
        sent: list[tuple[bytes, bytes]] = [(b"accept-language", b"en")]
        if token is not None:
            sent.append((b"authorization", f"Bearer {token}".encode()))
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        for name, value in headers.items():
            sent.append(
                (name.replace("_", "-").lower().encode(), value if isinstance(value, bytes) else value.encode())
            )
        return await self._client.request(method, path, content=body, headers=sent)


def is_a_refusal(answer: httpx.Response) -> bool:
    """A problem document that blames the caller, in so many words, and not us."""
    kind = answer.headers.get("content-type", "")
    return 400 <= answer.status_code < 500 and kind.startswith("application/problem+json") and "detail" in answer.json()


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


BODIES: dict[str, bytes] = {
    "broken JSON": b"{",
    "an unknown field": json.dumps({"role_of_the_caller": "administrator"}).encode(),
    "a list": b"[]",
    "a number": b"7",
    "nothing": b"null",
    "a hundred thousand lists": nested(100_000),
    "half a character": b'{"name":"\xc3"}',
    "a lone surrogate": b'{"name":"\\ud800"}',
    "bytes after it": b"{} {}",
    "another encoding": "{}".encode("utf-16"),
    "more than the limit": b'{"name":"' + b"x" * 300_000 + b'"}',
    "an endless number": b'{"amount_ore":1e400}',
}
"""No route takes any of these, whatever its body is."""

VALUES: dict[str, Any] = {
    "a NUL": "a\x00b",
    "an escape": "\x1b]0;root\x07",
    "a turned text": "a\u202egpj.exe",
    "a number too large": 2**63,
    "less than nothing": -5,
    "half an ore": 0.5,
    "a number in quotation marks": "100",
    "a truth": True,
    "an object": {"$ne": None},
    "a list of lists": [[[]]],
    "a text too long": "x" * 50_000,
}
"""What no field of any body takes, but for the few that may hold one of them (a truth, a number)."""

IN_PATHS = [
    "%00",
    "%2e%2e%2f",
    "a%0d%0aSet-Cookie:x",
    "%ff",
    "'; drop table journal--",
    "1e9",
    "-1",
    "0x1",
    "9" * 30,
    "٣",
    "x" * 3_000,
    "%E2%80%AE",
    str(uuid4()).upper() + "x",
    "{}",
    "null",
]
IN_QUERIES = [
    "%00",
    "%ff",
    "-1",
    "0",
    "1e3",
    "9" * 30,
    "٣",
    "x" * 300,
    "true",
    "",
    "[]",
    "%27%20or%201=1--",
    "..%2f",
    "2026-13-45",
    "WyJhXHUwMDAwYiIsMV0",
    "W10",
    "bnVsbA",
]
CURSORS = [
    cursor(*keys)
    for keys in (
        (uuid4(),),
        (uuid4(), 2**63 - 1),
        (uuid4(), -1),
        ("0001-01-01", uuid4()),
        ("9999-12-31", uuid4()),
        ("0002-01-01T00:00:00Z", uuid4()),
        ("9998-12-31T23:59:59.999999-14:00", uuid4()),
        ("2027-01-01T00:00:00Z", "x" * 90, 2**63 - 1),
        (2**63 - 1,),
        (-(2**63),),
        (0,),
    )
]
"""Of the right shape for one list or another, and beyond any row it has."""

HEADERS: list[dict[str, Any]] = [
    {"If-Match": '"99999999999"'},
    {"If-Match": "*"},
    {"If-Match": b'"\xff"'},
    {"If-Match": '"1", "2"'},
    {"Idempotency-Key": "x" * 5_000},
    {"Idempotency-Key": b"\xff\xfe"},
    {"Idempotency-Key": "00000000-0000-0000-0000-00000000000g"},
    {"Bifall-After": "=,=,="},
    {"Bifall-After": "review=" + "9" * 5_000},
    {"Bifall-After": "review"},
]
"""No route takes any of these."""

UNHEEDED: list[dict[str, Any]] = [
    {"Traceparent": "00-" + "z" * 500},
    {"Traceparent": b"\xff"},
    {"Accept-Language": "x" * 20_000},
    {"Accept-Language": b"\xff;q=\xff"},
    {"Bifall-Reference": "x\x1b[31m" * 50},
    {"Bifall-Waited-Ms": "9" * 5_000},
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Range": "bytes=0-1,2-3,4-" + "9" * 500},
    {"Cookie": "a=b; " * 500},
]
"""These change nothing in how a question is answered."""
