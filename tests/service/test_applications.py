"""Programmes, calls and associations: published, opened by their dates, found by their numbers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import msgspec
import pytest

from infra.embedded import Addresses
from shared.catalogue.review import Authority as DecidedBy
from shared.catalogue.review import DecisionMade
from shared.identity import Role
from shared.uuid7 import uuid7
from tests.service.applications_room import (
    Room,
    expect,
    open_room,
    organisation_number,
)
from tests.service.next_year import CALL_RULES, EXAMPLE, YEAR

DIGEST = "0" * 64
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with open_room(addresses) as opened:
        yield opened


async def until(room: Room, path: str, status: str) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while expect(await room.person(Role.OFFICER).get(path))["status"] != status:
            await asyncio.sleep(0.05)


async def test_a_call_opens_and_closes_by_itself_and_is_all_decided_with_its_last_case(room: Room) -> None:
    programme, call = await room.call()
    await until(room, f"/calls/{call}", "open")
    case, association, _ = await room.case(call)
    await room.advance_to(programme, CALL_RULES.closes_at + timedelta(seconds=1))
    await until(room, f"/calls/{call}", "closed")
    told = expect(await room.person(Role.OFFICER).get(f"/calls/{call}"))
    assert datetime.fromisoformat(told["now"]) > CALL_RULES.closes_at, "a call tells its programme's clock"
    expect(await room.person(Role.OFFICER).post(f"/calls/{call}/preparation", seen=5))
    decision = DecisionMade(
        programme=programme,
        call=call,
        association=association,
        number=f"EX {YEAR}/00001",
        outcome="rejected",
        granted_ore=0,
        reason="R02",
        decided_by=uuid7(),
        authority=DecidedBy(),
        content=DIGEST,
    )
    await room.hear(decision, case)

    assert expect(await room.person(Role.AUDITOR).get(f"/calls/{call}"))["status"] == "all_decided"
    assert expect(await room.person(Role.OFFICER).get(f"/cases/{case}"))["outcome"] == "rejected"


async def test_applicants_see_a_call_once_it_is_published(room: Room) -> None:
    programme, published = await room.call()
    draft, officer, applicant = uuid7(), room.person(Role.OFFICER), room.person(Role.APPLICANT)
    body = {"programme": str(programme), "rules": EXAMPLE["call"]}
    expect(await officer.put(f"/calls/{draft}", body))

    expect(await applicant.get(f"/calls/{draft}"), 404)
    expect(await applicant.get(f"/calls/{published}"))
    assert str(draft) not in {item["id"] for item in expect(await applicant.get("/calls", limit="100"))["items"]}
    changed = {**body, "rules": {**EXAMPLE["call"], "budget_ore": 20_000_000}}
    expect(await officer.put(f"/calls/{draft}", changed), 428)
    expect(await officer.put(f"/calls/{draft}", changed, seen=1))


async def test_rules_are_held_to_the_letter(room: Room) -> None:
    officer = room.person(Role.OFFICER)
    rules = {**EXAMPLE["programme"], "purpos": {"sv": "x", "en": "x"}}
    answer = await officer.put(f"/programmes/{uuid7()}", {"rules": rules})

    assert [error["field"] for error in expect(answer, 422)["errors"]] == ["purpos"]


async def test_a_practice_programme_is_taken_only_where_people_practise(room: Room) -> None:
    office = room.office
    real = office.settings
    office.settings = msgspec.structs.replace(real, practice=False)
    try:
        body = {"rules": EXAMPLE["programme"], "practice": True}
        expect(await room.person(Role.OFFICER).put(f"/programmes/{uuid7()}", body), 422)
    finally:
        office.settings = real


# Associations


async def test_an_association_is_found_by_its_number_and_registered_once(room: Room) -> None:
    association, number, person = await room.association()
    _, _, neighbour = await room.association()
    body = {"organisation_number": number, "name": f"Föreningen {number}", "town": "Falun"}

    expect(await person.put(f"/associations/{association}", body))
    expect(await neighbour.put(f"/associations/{uuid7()}", body), 409)
    (found,) = expect(await neighbour.get("/associations", organisation_number=f"{number[:6]}-{number[6:]}"))["items"]
    assert found == {"id": str(association), "organisation_number": number, "name": f"Föreningen {number}"}
    expect(await neighbour.get(f"/associations/{association}"), 404)
    assert expect(await person.get(f"/associations/{association}"))["particulars"]["town"] == "Falun"


@pytest.mark.parametrize("number", ["880320-0016", "5560360793", "8029990003", "8"])
async def test_h11_and_h15_only_associations_numbers_are_taken(room: Room, number: str) -> None:
    body = {"organisation_number": number, "name": "Enskild firma", "town": "Falun"}
    answer = await room.person(Role.APPLICANT).put(f"/associations/{uuid7()}", body)

    assert expect(answer, 422)["errors"][0]["field"] == "organisation_number"


async def test_an_associations_name_holds_no_personal_number(room: Room) -> None:
    body = {"organisation_number": organisation_number(900_000), "name": "Kim 880320-0016", "town": "Falun"}

    expect(await room.person(Role.APPLICANT).put(f"/associations/{uuid7()}", body), 422)


async def test_an_association_changes_how_it_is_reached_and_nobody_else_does(room: Room) -> None:
    association, number, person = await room.association()
    _, _, neighbour = await room.association()
    path = f"/associations/{association}"
    changed = {"name": f"Nya {number}", "town": "Mora", "email": "ny@example.se", "language": "en"}

    expect(await neighbour.post(f"{path}/particulars", changed, seen=1), 404)
    expect(await room.person(Role.OFFICER).post(f"{path}/particulars", changed, seen=1), 403)
    expect(await person.post(f"{path}/particulars", {**changed, "name": "Kim 880320-0016"}, seen=1), 422)
    assert expect(await person.get(path))["changed_at"] is None
    expect(await person.post(f"{path}/particulars", changed, seen=1))
    expect(await person.post(f"{path}/particulars", {**changed, "town": "Falun"}, seen=1), 409)

    shown = expect(await person.get(path))
    assert {name: shown["particulars"][name] for name in changed} == changed
    assert shown["changed_at"] is not None
    assert shown["organisation_number"] == number
    (listed,) = expect(await person.get("/associations", organisation_number=number))["items"]
    assert listed["name"] == f"Nya {number}"
    expect(await person.post(f"{path}/particulars", {**changed, "town": "Falun"}, seen=2))
    assert expect(await person.get(path))["particulars"]["town"] == "Falun"
