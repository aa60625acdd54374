"""Cases over HTTP: the way from registered to legal force, who may do what, and what the association sees."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import UUID

import pytest

from infra.embedded import Addresses
from services.review.app import SERVICE
from services.review.policy import POLICY
from shared.catalogue.applications import ApplicationWithdrawn, CompletionExpired, CompletionReceived
from shared.http.engine_routes import ENGINE_ROUTES, OPEN
from shared.identity import Role
from shared.uuid7 import uuid7
from tests.service.review_room import DELEGATION, Person, Room, expect, opened

PATIENCE_S = 20.0


@pytest.fixture(scope="module")
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with opened(addresses) as room:
        yield room


async def until(person: Person, case: UUID, status: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while expect(await person.get(f"/cases/{case}"))["status"] != status:
            await asyncio.sleep(0.05)


def test_every_route_has_a_row_in_the_table_of_who_may_use_it_and_every_row_a_route():
    routes = {str(route.name) for route in (*SERVICE.routes, *ENGINE_ROUTES)} - OPEN
    assert routes | {"react"} == set(POLICY.rows)


async def test_a_case_goes_from_registered_to_legal_force_and_everybody_wrote_what_they_wrote(room: Room):
    programme, call = await room.call()
    case = await room.ready(programme, call)
    decided = expect(await room.decide(case))
    assert (decided["status"], decided["next"]) == ("decided", "secretary")
    assert decided["facts"]["number"].startswith("EX 2027/")
    meeting = await room.meeting(programme, case)
    await room.secretary.does(f"/meetings/{meeting}/notice")
    shown = expect(await room.officer.get(f"/cases/{case}"))
    assert shown["status"] == "published"
    assert shown["publication"]["meeting"] == str(meeting)
    assert shown["decision"]["words"] == "So decided"
    assert shown["proposal"]["words"] == "A good plan"
    assert shown["statement"]["words"] == "We want this"
    assert shown["decision"]["authority"] == {"meeting": None, "delegation": DELEGATION}
    await room.advance(programme, 60)
    await until(room.officer, case, "final")
    await room.secretary.does(f"/meetings/{meeting}/notice-removal")


async def test_h3_a_notice_that_came_down_too_early_gives_no_legal_force(room: Room):
    """Two cases, two notices: one comes down on its first day. When the other is final, this one is not."""
    programme, call = await room.call()
    kept, taken_down = [await room.ready(programme, call, 100_000) for _ in range(2)]
    notices = []
    for case in (kept, taken_down):
        expect(await room.decide(case, 100_000))
        notices.append(await room.meeting(programme, case))
        await room.secretary.does(f"/meetings/{notices[-1]}/notice")
    await room.secretary.does(f"/meetings/{notices[1]}/notice-removal")
    await room.advance(programme, 60)
    await until(room.officer, kept, "final")
    assert expect(await room.officer.get(f"/cases/{taken_down}"))["status"] == "published"
    await room.secretary.does(f"/meetings/{notices[1]}/notice")
    await room.advance(programme, 120)
    await until(room.officer, taken_down, "final")


async def test_h6_the_decision_is_locked_until_the_statement_is_on_file(room: Room):
    programme, call = await room.call()
    case = await room.assessed(programme, call)
    await room.officer.does(f"/cases/{case}/proposal", {"outcome": "approved", "granted_ore": 2_000_000})
    await room.free(case, room.chair)
    locked = await room.decide(case)
    assert locked.status_code == 422
    assert "user representatives" in locked.json()["detail"]
    await room.panel[0].does(f"/cases/{case}/statement", {"opinion": "heard"})
    assert (await room.decide(case)).status_code == 422
    await room.panel[0].does(f"/cases/{case}/statement", {"opinion": "objects", "words": "Too little"})
    expect(await room.decide(case))


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.DECISION_MAKER, Role.FUND}])
async def test_h1_nobody_but_a_decision_maker_may_decide(room: Room, role: Role):
    programme, call = await room.call()
    case = await room.registered(programme, call)
    body = {"outcome": "approved", "granted_ore": 1, "delegation": DELEGATION}
    answer = await room.person(role).post(f"/cases/{case}/decision", body, '"1"')
    assert answer.status_code == 403


async def test_h1_not_even_a_token_for_the_fund_itself_decides(room: Room):
    programme, call = await room.call()
    case = await room.ready(programme, call)
    answer = await room.decide(case, by=room.person(Role.FUND))
    assert answer.status_code == 403


async def test_a_completion_is_asked_for_and_comes_or_does_not(room: Room):
    programme, call = await room.call()
    association = uuid7()
    case = await room.registered(programme, call, association=association)
    await room.officer.does(f"/cases/{case}/check")
    body = {"missing": ["statutes"], "letter": "We need your statutes. Call us and we will help."}
    await room.officer.does(f"/cases/{case}/completion-requests", body)
    applicant = room.person(Role.APPLICANT, association=association)
    asked = expect(await applicant.get(f"/cases/{case}"))
    assert asked["next"] == "applicant"
    assert asked["completions"][0]["letter"] == body["letter"]
    digest = "0" * 64
    received_at = asked_at = await room.office.pool.fetchval("select clock_timestamp()")
    assert asked_at is not None
    await room.hear(CompletionReceived(round=1, received_at=received_at, content=digest), case)
    assert expect(await room.officer.get(f"/cases/{case}"))["status"] == "checking"
    await room.officer.does(f"/cases/{case}/completion-requests", body)
    await room.hear(CompletionExpired(round=2), case)
    third = await room.officer.tries(f"/cases/{case}/completion-requests", body)
    assert third.status_code == 422
    answered = [one["answered"] for one in expect(await room.officer.get(f"/cases/{case}"))["completions"]]
    assert answered == [True, False]


async def test_a_withdrawal_strikes_the_case_off_and_after_the_decision_it_changes_nothing(room: Room):
    programme, call = await room.call()
    early, late = await room.registered(programme, call), await room.ready(programme, call)
    expect(await room.decide(late))
    for case in (early, late):
        await room.hear(ApplicationWithdrawn(), case)
    assert expect(await room.officer.get(f"/cases/{early}"))["status"] == "struck_off"
    assert expect(await room.officer.get(f"/cases/{late}"))["status"] == "decided"


async def test_the_association_sees_its_own_case_and_never_what_the_panel_thought(room: Room):
    programme, call = await room.call()
    association = uuid7()
    case = await room.ready(programme, call, association=association)
    applicant = room.person(Role.APPLICANT, association=association)
    before = expect(await applicant.get(f"/cases/{case}"))
    assert before["decision"] is None
    expect(await room.decide(case))
    shown = expect(await applicant.get(f"/cases/{case}"))
    assert shown["decision"]["granted_ore"] == 2_000_000
    for seen in (before, shown):
        assert not {"scores", "own_scores", "assessment", "proposal", "statement", "officer", "possible"} & seen.keys()
    listed = expect(await applicant.get("/cases"))["items"]
    assert [one["id"] for one in listed] == [str(case)]
    assert (listed[0]["points_milli"], listed[0]["opinion"]) == (None, None)
    stranger = room.person(Role.APPLICANT, association=uuid7())
    assert (await stranger.get(f"/cases/{case}")).status_code == 404
    assert expect(await stranger.get("/cases"))["items"] == []


async def test_lists_come_in_pages_and_can_be_narrowed(room: Room):
    programme, call = await room.call()
    cases = [await room.registered(programme, call) for _ in range(5)]
    await room.officer.does(f"/cases/{cases[0]}/check")
    found, after = [], ""
    while True:
        shown = expect(await room.officer.get(f"/cases?call={call}&limit=2{after}"))
        found += [one["id"] for one in shown["items"]]
        if shown["next"] is None:
            break
        after = f"&after={shown['next']}"
    assert found == [str(case) for case in reversed(cases)]
    checking = expect(await room.officer.get(f"/cases?call={call}&status=checking"))["items"]
    assert [one["id"] for one in checking] == [str(cases[0])]
    assert (await room.officer.get("/cases?after=nonsense")).status_code == 422


async def test_a_command_needs_the_version_that_the_person_saw(room: Room):
    programme, call = await room.call()
    case = await room.registered(programme, call)
    assert (await room.officer.post(f"/cases/{case}/check")).status_code == 428
    await room.officer.does(f"/cases/{case}/check")
    stale = await room.officer.post(
        f"/cases/{case}/completion-requests", {"missing": ["statutes"], "letter": "Please"}, '"1"'
    )
    assert stale.status_code == 409


async def test_an_id_of_something_else_is_no_case_no_meeting_and_no_appeal(room: Room):
    programme, call = await room.call()
    case = await room.registered(programme, call)
    everybody = room.person(*(role for role in Role if role is not Role.FUND))
    for other in (programme, call, uuid7()):
        assert (await everybody.get(f"/cases/{other}")).status_code == 404
        assert (await everybody.post(f"/cases/{other}/check", {}, '"1"')).status_code == 404
        assert (await everybody.post(f"/cases/{other}/interests", {"conflict": None})).status_code == 404
    for kind in ("meetings", "appeals"):
        assert (await everybody.get(f"/{kind}/{case}")).status_code == 404
    body = {"programme": str(programme), "held_on": "2027-05-03", "cases": []}
    assert (await everybody.put(f"/meetings/{case}", body)).status_code == 404
    assert (await everybody.post(f"/meetings/{case}/opening", {}, '"1"')).status_code == 404
    appeal = {"case": str(programme), "received_on": "2027-05-03", "words": "No"}
    assert (await everybody.put(f"/appeals/{uuid7()}", appeal)).status_code == 404


async def test_a_meeting_is_called_again_alike_without_anything_new_and_listed(room: Room):
    programme, call = await room.call()
    case = await room.ready(programme, call)
    meeting, day = uuid7(), await room.today()
    body = {"programme": str(programme), "held_on": day.isoformat(), "cases": [str(case)]}
    first = expect(await room.secretary.put(f"/meetings/{meeting}", body))
    assert expect(await room.secretary.put(f"/meetings/{meeting}", body)) == first
    later = body | {"held_on": (day + timedelta(days=1)).isoformat()}
    assert expect(await room.secretary.put(f"/meetings/{meeting}", later))["version"] == 2
    listed = expect(await room.secretary.get(f"/meetings?programme={programme}"))["items"]
    assert [one["id"] for one in listed] == [str(meeting)]
    early = await room.chair.tries(f"/meetings/{meeting}/opening")
    assert early.status_code == 422


async def test_an_appeal_stops_legal_force_and_a_judgment_brings_the_case_and_its_money_back(room: Room):
    programme, call = await room.call()
    case = await room.ready(programme, call)
    expect(await room.decide(case))
    meeting = await room.meeting(programme, case)
    await room.secretary.does(f"/meetings/{meeting}/notice")
    appeal = uuid7()
    body = {"case": str(case), "received_on": (await room.today()).isoformat(), "words": "It was decided unlawfully."}
    first = expect(await room.officer.put(f"/appeals/{appeal}", body))
    assert expect(await room.officer.put(f"/appeals/{appeal}", body)) == first
    assert (await room.officer.put(f"/appeals/{appeal}", body | {"words": "Other words"})).status_code == 422
    assert expect(await room.officer.get(f"/appeals/{appeal}"))["words"] == body["words"]
    await room.officer.does(f"/appeals/{appeal}/forwarding")
    await room.advance(programme, 60)
    judgment = {"quashed": True, "judged_on": (await room.today(60)).isoformat()}
    await room.officer.does(f"/appeals/{appeal}/judgment", judgment)
    shown = expect(await room.officer.get(f"/cases/{case}"))
    assert (shown["status"], shown["decision"], shown["reopenings"]) == ("checking", None, 1)
    assert expect(await room.officer.get(f"/calls/{call}"))["granted_ore"] == 0


async def test_the_association_is_told_on_which_day_the_court_judged_and_not_when_that_was_written_down(room: Room):
    programme, call = await room.call()
    association, appeal = uuid7(), uuid7()
    case = await room.ready(programme, call, association=association)
    expect(await room.decide(case))
    meeting = await room.meeting(programme, case)
    await room.secretary.does(f"/meetings/{meeting}/notice")
    body = {"case": str(case), "received_on": (await room.today()).isoformat(), "words": "It was decided unlawfully."}
    expect(await room.officer.put(f"/appeals/{appeal}", body))
    await room.officer.does(f"/appeals/{appeal}/forwarding")
    await room.advance(programme, 60)
    judged_on = (await room.today(40)).isoformat()
    await room.officer.does(f"/appeals/{appeal}/judgment", {"quashed": False, "judged_on": judged_on})

    told = expect(await room.person(Role.APPLICANT, association=association).get(f"/cases/{case}/happened"))["items"]

    assert [one["on"] for one in told if one["type"] == "decision.stands"] == [judged_on]


async def test_what_people_write_is_in_no_event(room: Room):
    programme, call = await room.call()
    case = await room.ready(programme, call)
    expect(await room.decide(case))
    rows = await room.office.pool.fetch("select event::text as event from journal where subject_id = $1", case)
    told = "".join(row["event"] for row in rows)
    for words in ("Because of", "A good plan", "We want this", "So decided"):
        assert words not in told
    assert "scores" in told


async def test_the_stages_and_the_possible_operations_are_told(room: Room):
    programme, call = await room.call()
    case = await room.registered(programme, call)
    shown = expect(await room.officer.get(f"/cases/{case}"))
    assert shown["possible"] == ["start_check", "declare_interest"]
    assert shown["label"] == {"sv": "Registrerad", "en": "Registered"}
    assert [one["condition"] for one in shown["conditions"]] == [f"E{number}" for number in range(1, 12)]
    assert all(one["met"] is None for one in shown["conditions"])
