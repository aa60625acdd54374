"""The door: what is inside stays inside, and what is open to whoever sits at the machine is open to nobody else."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from infra.embedded.ports import free_port
from services.web.door import Distant
from shared.http.asgi import Message
from tests.service.house import TestedHouse

HERE = ("127.0.0.1", 50_000)
AT_HOME = {"Host": "127.0.0.1:8000"}
OFFICER = {"person": "officer"}


async def ask(house: TestedHouse, path: str, headers: dict[str, str], client: tuple[str, int] = HERE) -> int:
    """The status of the answer; a path that ends in `tokens` is asked for the officer's."""
    transport = httpx.ASGITransport(house.house.app, client=client)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as browser:
        body = OFFICER if path.endswith("tokens") else None
        answer = await browser.request("POST" if body else "GET", path, json=body, headers=headers)
        return answer.status_code


@pytest.mark.parametrize("route", ["standing", "metrics", "metrics/", "/metrics", "live", "ready"])
async def test_what_a_service_says_on_its_own_port_cannot_be_asked_for_through_the_door(
    house: TestedHouse, route: str
) -> None:
    administrator = await house.person("administrator")

    for person in (administrator, house.stranger()):
        assert (await person.get(f"/api/review/{route}")).status_code == 404
        assert (await person.get(f"/api/review/{route}", **{"Bifall-Door": "0"})).status_code == 404
    assert (await house.stranger().get("/api/review/openapi.json")).status_code == 200


async def test_a_caller_cannot_choose_the_reference_that_their_request_is_known_by_for_ever(house: TestedHouse) -> None:
    administrator, account = await house.person("administrator"), uuid4()

    await administrator.put(f"/api/web/accounts/{account}", {}, **{"Bifall-Reference": "19121212-1212"})

    told = await house.office("web").pool.fetchval("select event::text from journal where subject_id = $1", account)
    assert "correlationid" in told
    assert "19121212" not in told


async def test_r12_while_web_cannot_reach_its_records_the_door_says_so_as_any_service_does(
    house: TestedHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer = await house.person("officer")

    async with asyncpg.create_pool(host="127.0.0.1", port=free_port(), user="web", min_size=0) as nowhere:
        monkeypatch.setattr(house.office("web"), "pool", nowhere)
        answer = await officer.get("/api/review/cases")
        monkeypatch.undo()

    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.headers["retry-after"] == "1"
    assert answer.json()["reference"] == answer.headers["bifall-reference"]
    assert (await officer.get("/api/review/cases")).status_code == 200, "the control: afterwards"


@pytest.mark.parametrize("path", ["/demo/people", "/demo/tokens", "/status"])
async def test_whoever_sits_at_the_machine_may_be_the_demos_people_and_see_how_it_stands(
    house: TestedHouse, path: str
) -> None:
    own_page = {"Origin": "http://127.0.0.1:8000", "Sec-Fetch-Site": "same-origin"}

    assert await ask(house, path, {}) == 200
    assert await ask(house, path, own_page) == 200
    assert await ask(house, path, {"Host": "localhost:8000"}) == 200
    assert await ask(house, path, {"Host": "[::1]:8000"}, ("::1", 50_000)) == 200


@pytest.mark.parametrize("path", ["/demo/people", "/demo/tokens", "/status"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "rebound.example:8000"},
        {"Host": "127.0.0.1.example"},
        {"Host": "[::1"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9000"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"X-Forwarded-For": "127.0.0.1"},
        {"X-Real-IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
    ],
    ids=str,
)
async def test_a_page_elsewhere_or_a_proxy_that_has_this_machine_ask_is_not_somebody_who_sits_here(
    house: TestedHouse, path: str, headers: dict[str, str]
) -> None:
    assert await ask(house, path, headers) == (401 if path == "/status" else 404)


@pytest.mark.parametrize("path", ["/demo/people", "/demo/tokens", "/status"])
async def test_whoever_asks_from_another_machine_is_not_somebody_who_sits_here(house: TestedHouse, path: str) -> None:
    assert await ask(house, path, AT_HOME, ("192.0.2.7", 50_000)) == (401 if path == "/status" else 404)


@pytest.mark.parametrize("path", ["/status", "/metrics"])
async def test_s1_how_much_there_is_is_told_to_nobody_who_only_applies(house: TestedHouse, path: str) -> None:
    told = {}
    for name in ("applicant", "officer"):
        bearer = {"Authorization": f"Bearer {await house.token(house.account(name))}"}
        told[name] = await ask(house, path, bearer, ("192.0.2.7", 50_000))

    assert told == {"applicant": 403, "officer": 200}


async def test_the_doors_own_refusals_are_told_as_all_others(house: TestedHouse) -> None:
    answer = await house.stranger().get("/api/nothing/here")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["detail"] == "There is nothing at this address."
    assert answer.json()["reference"] == answer.headers["bifall-reference"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/cases", 503), ("/cases/\x00", 404), ("/" + "a" * 70_000, 404)],
    ids=["silent", "unprintable", "too long"],
)
async def test_a_distant_service_that_is_silent_or_an_address_nobody_can_write_is_told_as_a_problem(
    path: str, status: int
) -> None:
    told: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        told.append(message)

    scope: dict[str, Any] = {
        "method": "GET",
        "path": path,
        "query_string": b"",
        "headers": [],
        "state": {"started": 0.0, "reference": "a-reference"},
    }
    distant = Distant("http://127.0.0.1:9")

    await distant(scope, receive, send)
    await distant.close()

    assert told[0]["status"] == status
    assert b"a-reference" in told[1]["body"]


async def test_whoever_may_do_it_as_soon_as_web_has_heard_is_asked_to_try_again_and_not_refused(
    house: TestedHouse,
) -> None:
    officer = house.bearer((await house.person("officer"))._token)  # who has seen nothing yet
    case = f"/api/applications/cases/{uuid4()}"
    later = {"Bifall-After": f"applications={10**9}"}

    assert (await officer.get(case)).status_code == 404
    answer = await officer.get(case, **later)
    assert (answer.status_code, answer.json()["title"]) == (503, "One moment")
    assert (await officer.get("/api/applications/calls", **later)).status_code == 200
