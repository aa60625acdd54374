"""Conflicts of interest over HTTP (H7): for whoever has one the case does not exist, whatever they ask."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from infra.embedded import Addresses
from services.review.app import SERVICE
from shared.identity import Role
from shared.uuid7 import uuid7
from tests.service.review_room import CODES, DELEGATION, Person, Room, expect, opened

CONFLICT = {"conflict": "party_or_close"}
EVERY_ROLE = tuple(role for role in Role if role is not Role.FUND)
NO_DIGEST = "0" * 64
"""Of nothing there is."""
NOT_THEIRS = (NO_DIGEST, "/happened")
"""What ends so is there for none of the staff: what has happened is told to the association."""


@pytest.fixture(scope="module")
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with opened(addresses) as room:
        yield room


def everything_one_may_ask(case: UUID, programme: UUID, appeal: UUID) -> list[tuple[str, str, object]]:
    """Every route of review that is about one case, with a body that would do."""
    words = {"words": "I say so"}
    scores = {"scores": dict.fromkeys(CODES, 2), "reasons": {}}
    decision = {"outcome": "approved", "granted_ore": 1_000_000}
    return [
        ("GET", f"/cases/{case}", None),
        ("GET", f"/cases/{case}/contents", None),
        ("GET", f"/cases/{case}/contents/{NO_DIGEST}", None),
        ("GET", f"/cases/{case}/happened", None),
        ("POST", f"/cases/{case}/check", {}),
        ("POST", f"/cases/{case}/check-reopening", {}),
        ("POST", f"/cases/{case}/completion-requests", {"missing": ["statutes"], "letter": "Please"}),
        ("POST", f"/cases/{case}/eligibility", {"answers": []}),
        ("POST", f"/cases/{case}/interests", {"conflict": None}),
        ("POST", f"/cases/{case}/assessment", {}),
        ("POST", f"/cases/{case}/scores", scores),
        ("POST", f"/cases/{case}/assessment/closing", {}),
        ("POST", f"/cases/{case}/proposal", decision | words),
        ("POST", f"/cases/{case}/statement", {"opinion": "approves"} | words),
        ("POST", f"/cases/{case}/decision", decision | words | {"delegation": DELEGATION}),
        ("POST", f"/cases/{case}/closing", {}),
        ("PUT", f"/appeals/{uuid7()}", {"case": str(case), "received_on": "2027-05-03"} | words),
        ("GET", f"/appeals/{appeal}", None),
        ("POST", f"/appeals/{appeal}/forwarding", {}),
        ("POST", f"/appeals/{appeal}/judgment", {"quashed": True, "judged_on": "2027-05-03"}),
    ]


async def ids_listed(person: Person, call: UUID) -> set[str]:
    shown = expect(await person.get(f"/cases?call={call}"))
    return {item["id"] for item in shown["items"]}


async def appealed(room: Room, case: UUID) -> UUID:
    appeal = uuid7()
    body = {"case": str(case), "received_on": (await room.today()).isoformat(), "words": "This is unlawful"}
    expect(await room.officer.put(f"/appeals/{appeal}", body))
    return appeal


def test_h7_every_route_about_a_case_is_among_those_tried():
    tried = everything_one_may_ask(uuid7(), uuid7(), uuid7())
    about_one_case = [
        route for route in SERVICE.routes if any(path.startswith(("/cases/{", "/appeals")) for path in route.paths)
    ]
    assert len(tried) == len(about_one_case)


async def test_h7_whatever_somebody_with_a_conflict_asks_about_the_case_the_answer_is_404(room: Room):
    programme, call = await room.call()
    case, other = await room.ready(programme, call), await room.ready(programme, call)
    expect(await room.decide(case))
    appeal = await appealed(room, case)
    conflicted = room.person(*EVERY_ROLE)
    expect(await conflicted.get(f"/cases/{case}"))
    expect(await conflicted.post(f"/cases/{case}/interests", CONFLICT))
    version = (await room.officer.get(f"/cases/{case}")).headers["etag"]
    for method, path, body in everything_one_may_ask(case, programme, appeal):
        for headers in ({}, {"If_Match": version}, {"If_Match": '"1"'}):
            answer = await conflicted.ask(method, path, body, **headers)
            assert answer.status_code == 404, (method, path, answer.text)
    assert (await room.officer.get(f"/cases/{case}")).headers["etag"] == version
    for method, path, body in everything_one_may_ask(other, programme, appeal):
        if ("/appeals/" not in path or method == "PUT") and not path.endswith(NOT_THEIRS):
            answer = await conflicted.ask(method, path, body, If_Match='"1"')
            assert answer.status_code != 404, "negative control: without a conflict, the same routes do answer"


async def test_h7_the_answer_is_the_same_as_for_a_case_that_does_not_exist(room: Room):
    programme, call = await room.call()
    case = await room.registered(programme, call)
    conflicted = room.person(*EVERY_ROLE)
    expect(await conflicted.post(f"/cases/{case}/interests", CONFLICT))

    async def asked(subject: UUID) -> dict[str, object]:
        answer = expect(await conflicted.get(f"/cases/{subject}"), 404)
        return {key: value for key, value in answer.items() if key not in {"instance", "reference"}}

    assert await asked(case) == await asked(uuid7())


@pytest.mark.parametrize("role", [Role.PANEL, Role.OFFICER, Role.DECISION_MAKER, Role.SECRETARY])
async def test_h7_lists_leave_the_case_out_for_whoever_has_a_conflict(room: Room, role: Role):
    programme, call = await room.call()
    case, other = await room.registered(programme, call), await room.registered(programme, call)
    somebody, conflicted = room.person(role), room.person(role)
    expect(await conflicted.post(f"/cases/{case}/interests", CONFLICT))
    assert await ids_listed(conflicted, call) == {str(other)}
    assert await ids_listed(somebody, call) == {str(case), str(other)}


async def test_h7_declaration_before_access_panel_and_decision_makers_see_only_what_they_need_to_declare(room: Room):
    programme, call = await room.call()
    case = await room.ready(programme, call)
    for role in (Role.PANEL, Role.DECISION_MAKER):
        somebody = room.person(role)
        before = expect(await somebody.get(f"/cases/{case}"))
        assert {"number", "association", "conflict_types", "declared"} <= before.keys()
        assert not {"amount_applied_ore", "scores", "proposal", "statement", "officer"} & before.keys()
        item = next(one for one in expect(await somebody.get(f"/cases?call={call}"))["items"] if one["id"] == str(case))
        assert (item["amount_applied_ore"], item["points_milli"], item["declared"]) == (None, None, False)
        await room.free(case, somebody)
        assert "proposal" in expect(await somebody.get(f"/cases/{case}"))
    for role in (Role.FINANCE, Role.ATTESTER):
        somebody = room.person(role)
        await room.free(case, somebody)
        assert "proposal" not in expect(await somebody.get(f"/cases/{case}"))


async def test_h7_the_meeting_hides_the_case_from_whoever_has_a_conflict_and_they_do_not_lead_it(room: Room):
    programme, call = await room.call()
    case, other = await room.ready(programme, call), await room.ready(programme, call)
    conflicted = room.person(Role.DECISION_MAKER)
    expect(await conflicted.post(f"/cases/{case}/interests", CONFLICT))
    meeting = uuid7()
    body = {"programme": str(programme), "held_on": (await room.today()).isoformat(), "cases": [str(case), str(other)]}
    expect(await room.secretary.put(f"/meetings/{meeting}", body))

    async def agenda(person: Person) -> list[str]:
        return [item["case"] for item in expect(await person.get(f"/meetings/{meeting}"))["agenda"]]

    assert await agenda(conflicted) == [str(other)]
    assert await agenda(room.chair) == [str(case), str(other)]
    assert (await conflicted.tries(f"/meetings/{meeting}/opening")).status_code == 422
    await room.chair.does(f"/meetings/{meeting}/opening")


async def test_scores_of_others_cannot_be_read_by_anybody_before_the_assessment_is_closed(room: Room):
    programme, call = await room.call()
    case = await room.assessing(programme, call)
    await room.free(case, *room.panel)
    for person, points in zip(room.panel[:3], (1, 2, 3), strict=True):
        expect(await room.score(case, person, points))
    for person in (room.officer, room.secretary, room.person(Role.AUDITOR), room.panel[3]):
        shown = expect(await person.get(f"/cases/{case}"))
        assert (shown["scores"], shown["own_scores"], shown["assessment"]) == ([], None, None)
        assert "Because of" not in (await person.get(f"/cases/{case}")).text
    own = expect(await room.panel[1].get(f"/cases/{case}"))
    assert own["own_scores"]["scores"]["C1"] == 2
    assert own["own_scores"]["reasons"]["C1"] == "Because of 2"
    assert own["scores"] == []
    await room.officer.does(f"/cases/{case}/assessment/closing")
    closed = expect(await room.panel[3].get(f"/cases/{case}"))
    assert sorted(one["scores"]["C1"] for one in closed["scores"]) == [1, 2, 3]
    assert closed["assessment"]["points_milli"] == 50_000
    assert {one["reasons"]["C1"] for one in closed["scores"]} == {f"Because of {points}" for points in (1, 2, 3)}


async def test_panel_members_score_without_getting_in_each_others_way(room: Room):
    """Points are given without a version: that others scored meanwhile is nothing one has to look at."""
    programme, call = await room.call()
    case = await room.assessing(programme, call)
    await room.free(case, *room.panel)
    for points in (1, 2):
        for person in room.panel:
            expect(await room.score(case, person, points))
    await room.officer.does(f"/cases/{case}/assessment/closing")
    assert expect(await room.officer.get(f"/cases/{case}"))["assessment"]["points_milli"] == 50_000
