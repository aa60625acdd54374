"""What comes through the door is answered or refused in words, and what is refused has changed nothing (S-5, S-9)."""

from __future__ import annotations

import asyncio
import inspect
import json
import math
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.applications.due import tidy_up
from services.audit import reconciling
from services.command.house import service_named
from shared.http.actor_token import Minter
from shared.identity import Actor, Post, Role
from tests.service import hostile
from tests.service.engine.yard import until
from tests.service.hostile import Caller, changed, everything_kept, is_a_refusal
from tests.service.house import TestedHouse
from tests.service.routes import ROUTES, Route
from tests.service.whole_fund import Everything

SOON_S = 30.0
"""No caller holds the house longer than it waits for news from a service (2 s, once and not 500 times); the rest is air
for a busy machine."""

DUE_WORK_S = 2.5
"""Each due work looks once a second: whatever has something to do has done it by then."""


@pytest.fixture
async def caller(house: TestedHouse, everything: Everything) -> AsyncIterator[Caller]:
    """A caller at the door of a house that must be as it was when they have gone."""
    caller = Caller(house)
    await until(lambda: _complete(house), "everybody has heard everything")
    applications, audit = house.office("applications"), house.office("audit")
    applications.extra.pop("tidy_next", None)
    await tidy_up(applications)  # or it would be, meanwhile, by rule
    next_night = audit.extra.get(reconciling.NEXT_LOOK, 0.0)
    audit.extra[reconciling.NEXT_LOOK] = math.inf
    await until(lambda: _rests(house), "nothing is written by itself any more: a letter, a reminder")
    before = await everything_kept(house)
    yield caller
    assert changed(before, await everything_kept(house)) == []
    audit.extra[reconciling.NEXT_LOOK] = next_night
    await caller.close()


async def _complete(house: TestedHouse) -> bool:
    return bool((await house.status())["complete"])


async def _rests(house: TestedHouse) -> bool:
    before = await everything_kept(house)
    await asyncio.sleep(DUE_WORK_S)
    return not changed(before, await everything_kept(house))


def takes_json(route: Route) -> bool:
    handlers = [handler for handler in service_named(route.service).routes if handler.name == route.operation]
    return any("data" in inspect.signature(handler.fn).parameters for handler in handlers)


CHANGING = [route for route in ROUTES if takes_json(route)]
READING = [route for route in ROUTES if route.reads and not route.is_open]


async def test_no_route_takes_a_body_it_cannot_read(caller: Caller, everything: Everything) -> None:
    for route in CHANGING:
        token, path = await caller.somebody(route), route.path(everything.of(route))
        for what, body in hostile.BODIES.items():
            answer = await caller.send(route.method, path, token, body, If_Match='"1"')
            assert is_a_refusal(answer), (route, what, answer.status_code, answer.text)
            assert what != "broken JSON" or answer.status_code == 400
            assert what != "more than the limit" or answer.status_code == 413


async def test_no_field_takes_what_does_not_belong_in_it(caller: Caller, everything: Everything) -> None:
    for route in CHANGING:
        (handler,) = [one for one in service_named(route.service).routes if one.name == route.operation]
        fields = getattr(inspect.signature(handler.fn).parameters["data"].annotation, "__struct_fields__", ())
        token, path = await caller.somebody(route), route.path(everything.of(route))
        for field in fields:
            for what, value in hostile.VALUES.items():
                body = json.dumps({field: value}).encode()
                answer = await caller.send(route.method, path, token, body, If_Match='"999999"')
                assert is_a_refusal(answer), (route, field, what, answer.status_code, answer.text)


async def test_json_that_says_that_it_is_something_else_is_not_read(caller: Caller, everything: Everything) -> None:
    for route in CHANGING:
        path, token = route.path(everything.of(route)), await caller.somebody(route)
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
            answer = await caller.send(route.method, path, token, b"{}", Content_Type=kind)
            assert (answer.status_code, is_a_refusal(answer)) == (415, True), (route, kind, answer.text)


async def test_reading_changes_nothing(caller: Caller, everything: Everything) -> None:
    for route in READING:
        token = await caller.somebody(route)
        for ids in (everything.of(route), {}):
            answer = await caller.send("GET", route.path(ids), token)
            assert answer.status_code in (200, 404, 422), (route, answer.text)


async def test_without_a_token_nobody_comes_further_than_the_door(caller: Caller, everything: Everything) -> None:
    for route in ROUTES:
        if not (route.is_open or route.is_public):
            answer = await caller.send(route.method, route.path(everything.of(route)), None, b"{}")
            assert (answer.status_code, is_a_refusal(answer)) == (401, True), (route, answer.text)


async def test_no_forged_token_opens_the_door(house: TestedHouse, caller: Caller) -> None:
    own = Minter(house.addresses.token_private_key)
    administrator = Actor(house.account("administrator"), tuple(Post(role) for role in Role))
    real = await caller.token("administrator")
    forged = [
        "",
        " ",
        "null",
        "bifall_",
        "bifall_" + "A" * 43,
        real[:-1],
        real + "x",
        real.upper(),
        real.removeprefix("bifall_"),
        "x" * 60_000,
        own.token(administrator, "web"),  # a token for inside is none outside
        own.token(administrator, "review"),
        "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
    ]
    for token in forged:
        answer = await caller.send("GET", "/api/web/accounts", token)
        assert (answer.status_code, is_a_refusal(answer)) == (401, True), token[:50]
    for authorization in (
        real,
        f"Basic {real}",
        "Bearer",
        f"Bearer  {real} x",
        b"Bearer \xff\xfe\x00",
        f"Token {real}",
    ):
        answer = await caller.send("GET", "/api/web/accounts", None, Authorization=authorization)
        assert (answer.status_code, is_a_refusal(answer)) == (401, True), authorization
    assert (await caller.send("GET", "/api/web/accounts", real)).status_code == 200  # the control


async def test_a_token_that_has_run_out_or_was_taken_back_is_nobodys(house: TestedHouse, caller: Caller) -> None:
    token = await house.token(house.account("administrator"))
    pool = house.office("web").pool
    await pool.execute(
        "update api_token set expires_at = clock_timestamp() - interval '1 second' where digest = "
        "sha256(convert_to($1, 'UTF8'))",
        token,
    )

    assert (await caller.send("GET", "/api/web/accounts", token)).status_code == 401


async def test_no_path_leads_past_the_door(caller: Caller) -> None:
    token = await caller.token("administrator")
    for path in (
        "/api",
        "/api/",
        "/api//web/accounts",
        "/api/web",
        "/api/nowhere/accounts",
        "/api/WEB/accounts",
        "/api/web/../review/cases",
        "/api/web/%2e%2e/review/cases",
        "/api/web/accounts/..",
        "/api/web/accounts%00",
        "/api/web/%ff",
        "/api/web/\\accounts",
        "/api/web/metrics",
        "/api/review/standing",
        "/api/review/" + "x/" * 2_000,
        "//api/web/accounts/x",
        "/api/web/accounts/" + "%2e%2e%2f" * 20 + "etc/passwd",
    ):
        answer = await caller.send("GET", path, token)
        assert answer.status_code in (200, 400, 403, 404, 422), (path, answer.status_code, answer.text)
        assert answer.status_code != 200 or path in ("/api", "/api/"), path


async def test_no_id_in_a_path_is_an_error(caller: Caller) -> None:
    for route in ROUTES:
        token = await caller.somebody(route) if not route.is_open else None
        for parameter in route.parameters:
            for value in hostile.IN_PATHS:
                path = route.path(dict.fromkeys([parameter], "\x01")).replace("\x01", value)
                answer = await caller.send(route.method, path, token, None if route.reads else b"{}")
                assert (route.reads and answer.status_code == 200) or is_a_refusal(answer), (route, value, answer.text)


QUERIES = {
    "after",
    "limit",
    "size",
    "old",
    "new",
    "association",
    "programme",
    "call",
    "status",
    "number",
    "key",
    "name",
}


async def test_no_question_is_an_error(caller: Caller, everything: Everything) -> None:
    for route in READING:
        token, path = await caller.somebody(route), route.path(everything.of(route)).partition("?")[0]
        for name in QUERIES & route.arguments:
            for value in hostile.IN_QUERIES + (hostile.CURSORS if name == "after" else []):
                answer = await caller.send("GET", f"{path}?{name}={value}", token)
                assert answer.status_code < 500, (route, name, value, answer.text)


async def test_headers_that_mean_nothing_are_refused(caller: Caller) -> None:
    administrator = await caller.token("administrator")
    for headers in hostile.HEADERS:
        answer = await caller.send("PUT", f"/api/web/accounts/{uuid4()}/roles/panel", administrator, b"{}", **headers)
        assert is_a_refusal(answer), (headers, answer.text)


async def test_headers_that_are_none_of_ours_change_no_answer(caller: Caller) -> None:
    officer = await caller.token("officer")
    for headers in hostile.UNHEEDED:
        answer = await caller.send("GET", "/api/web/me", officer, **headers)
        assert answer.status_code == 200, (headers, answer.text)
        assert "\x1b" not in answer.headers["bifall-reference"]


@pytest.mark.parametrize("token", ["officer", None])
async def test_nobody_holds_the_house_by_waiting_for_what_never_comes(caller: Caller, token: str | None) -> None:
    began = time.monotonic()

    await caller.send(
        "GET",
        "/api/web/me",
        await caller.token(token) if token else None,
        Bifall_After=",".join(["review=999999999"] * 500),
    )

    assert time.monotonic() - began < SOON_S


async def test_other_methods_are_no_way_in(caller: Caller) -> None:
    for method in ("OPTIONS", "HEAD", "TRACE", "PATCH", "DELETE", "PROPFIND"):
        for path in ("/api/web/accounts", "/api/review/cases", "/api/web/_schema", "/api/web/_schema/openapi.json"):
            for token in (None, await caller.token("officer")):
                answer = await caller.send(method, path, token)
                assert 200 <= answer.status_code < 500, (method, path, answer.text)
                assert answer.status_code >= 400 or not answer.text


async def test_control_a_change_would_be_noticed(house: TestedHouse, everything: Everything) -> None:
    before = await everything_kept(house)

    await (await house.person("administrator")).put(f"/api/web/accounts/{uuid4()}", {})

    assert {"web.journal", "web.head", "web.account"} <= set(changed(before, await everything_kept(house)))
