"""A service says over HTTP what the person who asks may do with a subject now, and what its statuses are called."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from shared.identity import Actor, Post, Role
from tests.service.engine.box.domain import TOO_HEAVY
from tests.service.engine.box.services import BOXES, SHELF
from tests.service.engine.yard import Yard

BOTH = "close_box, put_thing"


@pytest.fixture
async def officer(yard: Yard) -> httpx.AsyncClient:
    return yard.client(await yard.office(BOXES))


async def opened(officer: httpx.AsyncClient, **body: str) -> str:
    path = f"/boxes/{uuid4()}"
    answer = await officer.put(path, json={"room": str(uuid4()), **body})
    assert (answer.status_code, answer.headers["bifall-may"]) == (200, BOTH)
    return path


async def test_every_answer_about_a_subject_says_what_may_be_done_with_it_now(officer: httpx.AsyncClient) -> None:
    path = await opened(officer)
    put = await officer.post(f"{path}/things", json={"weight": 1}, headers={"If-Match": '"1"'})
    shown = await officer.get(path)
    closed = await officer.post(f"{path}/close", json={}, headers={"If-Match": '"2"'})
    after = await officer.get(path)

    assert [answer.headers["bifall-may"] for answer in (put, shown, closed, after)] == [BOTH, BOTH, "", ""]


async def test_what_the_subjects_own_rules_would_refuse_is_not_offered(officer: httpx.AsyncClient) -> None:
    path = await opened(officer)

    full = await officer.post(f"{path}/things", json={"weight": TOO_HEAVY}, headers={"If-Match": '"1"'})

    assert full.headers["bifall-may"] == "close_box"


async def test_a_request_sent_again_is_answered_as_then_but_told_what_may_be_done_now(
    officer: httpx.AsyncClient,
) -> None:
    path = await opened(officer)
    put = {"json": {"weight": 1}, "headers": {"If-Match": '"1"', "Idempotency-Key": str(uuid4())}}
    first = await officer.post(f"{path}/things", **put)
    await officer.post(f"{path}/close", json={}, headers={"If-Match": '"2"'})

    again = await officer.post(f"{path}/things", **put)

    assert again.json() == first.json()
    assert (first.headers["bifall-may"], again.headers["bifall-may"]) == (BOTH, "")


async def test_an_association_is_offered_what_it_may_do_with_what_is_its_own(yard: Yard) -> None:
    office, association = await yard.office(BOXES), uuid4()
    applicant = yard.client(office, Actor(uuid4(), (Post(Role.APPLICANT, association),)))
    path = await opened(applicant, association=str(association))

    neighbour = yard.client(office, Actor(uuid4(), (Post(Role.APPLICANT, uuid4()),)))

    assert (await applicant.get(path)).headers["bifall-may"] == BOTH
    assert "bifall-may" not in (await neighbour.get(path)).headers


async def test_a_refusal_offers_nothing(officer: httpx.AsyncClient) -> None:
    path = await opened(officer)

    stale = await officer.post(f"{path}/close", json={}, headers={"If-Match": '"7"'})

    assert stale.status_code == 409
    assert "bifall-may" not in stale.headers


async def test_a_service_says_what_its_statuses_are_called_and_who_is_next_to_whoever_asks(yard: Yard) -> None:
    box, shelf = [
        await yard.client(office, None).get("/words") for office in (await yard.office(BOXES), await yard.office(SHELF))
    ]

    assert box.json()["box"] == {
        "labels": {
            "open": {"sv": "Lådan är öppen", "en": "The box is open"},
            "closed": {"sv": "Lådan är stängd", "en": "The box is closed"},
        },
        "moves": {"open": "officer", "closed": None},
    }
    assert box.json().keys() == {"room", "box"}
    assert shelf.json().keys() == {"stock"}
    assert "max-age" in box.headers["cache-control"]


async def test_the_description_names_each_operation_as_it_is_offered(officer: httpx.AsyncClient) -> None:
    described = (await officer.get("/openapi.json")).json()

    operations = {one["operationId"] for path in described["paths"].values() for one in path.values()}
    assert operations >= {"open_box", "see_box", "put_thing", "close_box", "words"}
    assert "Bifall-May" in described["info"]["description"]
