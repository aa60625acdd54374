"""An application that is sent in: completed, read by those who may, listed and withdrawn."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from infra.embedded import Addresses
from services.applications import due
from shared.catalogue.review import InterestDeclared
from shared.identity import Role
from shared.uuid7 import uuid7
from tests.service.applications_room import PAPERS, PDF, Room, attach, body_of, expect, open_room
from tests.service.next_year import CALL_RULES, on
from tests.service.routes import ROUTES

DIGEST = "0" * 64
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with open_room(addresses) as opened:
        yield opened


async def test_a_completion_adds_answers_and_files_to_the_application(room: Room) -> None:
    _, call = await room.call()
    case, _, person = await room.case(call)
    expect(await attach(person, f"/cases/{case}/completion/attachments/{uuid7()}", "mandate"), 409)
    await room.ask_for_more(case)
    file, other = uuid7(), uuid7()
    expect(await attach(person, f"/cases/{case}/completion/attachments/{file}", "mandate", name="fullmakt.pdf"))
    expect(await attach(person, f"/cases/{case}/completion/attachments/{other}", "mandate"))
    expect(await person.delete(f"/cases/{case}/completion/attachments/{other}"), 204)
    asked = expect(await person.get(f"/cases/{case}/completion"))
    assert (asked["round"], asked["due_on"], len(asked["attachments"])) == (1, str(on(4, 14)), 1)

    wrong = {"answers": {"summary": "", "amount_applied_ore": 2_500_000}}
    expect(await person.post(f"/cases/{case}/completion", wrong, seen=3), 422)
    answer = await person.post(f"/cases/{case}/completion", {"answers": {"summary": "Tolv avsnitt."}}, seen=3)
    assert expect(answer)["status"] == "registered"
    read = expect(await room.person(Role.OFFICER).get(f"/cases/{case}/application"))
    assert read["answers"]["summary"] == "Tolv avsnitt."
    assert read["sent_in"]["summary"] != "Tolv avsnitt."
    assert [one["answers"] for one in read["completions"]] == [{"summary": "Tolv avsnitt."}]
    assert [one["name"] for one in read["attachments"] if one["id"] == str(file)] == ["fullmakt.pdf"]
    assert str(other) not in {one["id"] for one in read["attachments"]}


async def test_files_handed_in_for_a_completion_that_was_never_sent_are_erased(room: Room) -> None:
    _, call = await room.call()
    case, _, person = await room.case(call)
    await room.ask_for_more(case)
    sent, unsent = uuid7(), uuid7()
    expect(await attach(person, f"/cases/{case}/completion/attachments/{sent}", "mandate"))
    await due.take_away_what_came_too_late(room.office)
    expect(await person.post(f"/cases/{case}/completion", {"answers": {}}, seen=3))
    await room.office.pool.execute(  # as if it had been handed in in the very moment the completion was sent
        "insert into attachment values ($1, $2, 1, 'mandate', 'application/pdf', 1, '')", unsent, case
    )
    await room.office.pool.execute("insert into store values ($1, 'attachment', 'file', '', '', '')", unsent)

    await due.take_away_what_came_too_late(room.office)
    await due.erase_taken_away(room.office, kept_s=0)

    assert await room.office.pool.fetchval("select count(*) from store where owner = $1", unsent) == 0
    assert await room.office.pool.fetchval("select count(*) from attachment where subject = $1", case) == 0
    assert (await person.get(f"/cases/{case}/attachments/{sent}")).content == PDF


async def test_a_completion_by_an_old_version_is_refused(room: Room) -> None:
    _, call = await room.call()
    case, _, person = await room.case(call)
    await room.ask_for_more(case)

    expect(await person.post(f"/cases/{case}/completion", {"answers": {}}), 428)
    expect(await person.post(f"/cases/{case}/completion", {"answers": {}}, seen=2), 409)


async def test_when_nothing_came_in_time_the_application_is_tried_as_it_stands(room: Room) -> None:
    programme, call = await room.call()
    case, _, person = await room.case(call)
    await room.ask_for_more(case, on(2, 10))
    await due.expire_completions(room.office)
    assert expect(await person.get(f"/cases/{case}"))["status"] == "completion_requested"

    await room.advance_to(programme, CALL_RULES.opens_at + timedelta(days=10))
    await due.expire_completions(room.office)
    assert expect(await person.get(f"/cases/{case}"))["status"] == "registered"


async def with_words(person: Any, case: object) -> Any:
    """What was written, as it comes with the case."""
    return expect(await person.get(f"/cases/{case}", written="true"))["application"]


async def test_h7_a_panel_member_declares_before_reading_and_with_a_conflict_the_case_is_not_there(room: Room) -> None:
    _, call = await room.call()
    case, _, _ = await room.case(call)
    free, biased = room.person(Role.PANEL), room.person(Role.PANEL)
    expect(await free.get(f"/cases/{case}"))
    expect(await free.get(f"/cases/{case}/application"), 403)
    assert (await with_words(free, case)) is None
    await room.hear(InterestDeclared(person=free.actor.id), case)
    await room.hear(InterestDeclared(person=biased.actor.id, conflict="close_person"), case)

    read = expect(await free.get(f"/cases/{case}/application"))
    assert read["answers"]
    assert await with_words(free, case) == read
    assert await with_words(room.person(Role.FINANCE), case) is None, "who sees a case and does not read it"
    for path in (f"/cases/{case}", f"/cases/{case}/application"):
        expect(await biased.get(path), 404)
    listed = [item["id"] for item in expect(await biased.get("/cases", call=str(call)))["items"]]
    assert str(case) not in listed
    assert str(case) in [item["id"] for item in expect(await free.get("/cases", call=str(call)))["items"]]


async def test_another_associations_case_is_not_found(room: Room) -> None:
    _, call = await room.call()
    case, _, _ = await room.case(call)
    _, _, neighbour = await room.association()

    for path in (f"/cases/{case}", f"/cases/{case}/application", f"/cases/{case}/attachments/{uuid7()}"):
        expect(await neighbour.get(path), 404)
    expect(await neighbour.post(f"/cases/{case}/withdrawal", seen=2), 404)
    assert expect(await neighbour.get("/cases"))["items"] == []


async def test_lists_go_page_by_page_newest_first(room: Room) -> None:
    _, call = await room.call()
    cases = [str((await room.case(call))[0]) for _ in range(5)]
    officer, found, after = room.person(Role.OFFICER), [], {}
    while True:
        page = expect(await officer.get("/cases", call=str(call), limit="2", **after))
        found += [item["id"] for item in page["items"]]
        if page["next"] is None:
            break
        after = {"after": page["next"]}

    assert found == cases[::-1]
    assert expect(await officer.get("/cases", call=str(call), status="withdrawn"))["items"] == []
    expect(await officer.get("/cases", after="what"), 422)


async def test_a_withdrawn_application_makes_room_for_another(room: Room) -> None:
    _, call = await room.call()
    case, _, person = await room.case(call)
    expect(await person.post(f"/cases/{case}/withdrawal"), 428)

    assert expect(await person.post(f"/cases/{case}/withdrawal", seen=2))["status"] == "withdrawn"
    expect(await person.post(f"/cases/{case}/withdrawal", seen=3), 409)


async def test_h10_what_is_written_of_people_and_their_health_cannot_be_searched_for(room: Room) -> None:
    """An authority may not search for people by what is sensitive: what is sealed is found by no word in it."""
    _, call = await room.call()
    association, number, person = await room.association()
    written = {"title": "Måndagsgruppen", "summary": "För oss med psykos.", "contact_name": "Alva Utmattning"}
    draft = uuid7()
    expect(await person.put(f"/drafts/{draft}", body_of(call, association, number, **written)))
    for key in PAPERS:
        expect(await attach(person, f"/drafts/{draft}/attachments/{uuid7()}", key, name="diagnos.pdf"))
    expect(await person.post(f"/drafts/{draft}/submission"))

    for role in (Role.OFFICER, Role.COORDINATOR, Role.AUDITOR):
        for words in ("psykos", "Utmattning", "Alva", "diagnos"):
            assert expect(await room.person(role).get("/cases", search=words))["items"] == [], words
    (found,) = expect(await room.person(Role.OFFICER).get("/cases", search="Måndagsgr"))["items"]
    assert found["id"] == str(draft), "the control: it is found by what it is called"


def test_h10_cases_are_the_only_thing_that_words_are_searched_for_in() -> None:
    taking_words = {str(route) for route in ROUTES if {"search", "q", "query", "words"} & route.arguments}

    assert taking_words == {"applications.list_cases"}
