"""From draft to registered case, completed, read and withdrawn; and who may see what on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from uuid import uuid4

import pytest

from infra.embedded import Addresses
from services.applications import clearing, due
from services.applications.domain.application_commands import OpenCompletion
from shared.catalogue.review import Authority as DecidedBy
from shared.catalogue.review import CompletionRequested, DecisionMade, InterestDeclared
from shared.identity import Role
from shared.uuid7 import uuid7
from shared.views import rebuild
from tests.service.applications_room import (
    PAPERS,
    PDF,
    Room,
    attach,
    body_of,
    expect,
    open_room,
    organisation_number,
)
from tests.unit.applications.fund import CALL_RULES, EXAMPLE

DIGEST = "0" * 64
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with open_room(addresses) as opened:
        yield opened


# Sending in


async def test_a_complete_draft_becomes_a_registered_case_with_a_number_and_is_gone(room: Room) -> None:
    _, call = await room.call()
    draft, association, person = await room.draft(call)
    answer = expect(await person.post(f"/drafts/{draft}/submission"))

    assert answer["id"] == str(draft)
    assert answer["facts"]["number"].startswith("EX 2027/")
    assert (answer["status"], answer["next"]) == ("registered", "officer")
    expect(await person.get(f"/drafts/{draft}"), 404)
    assert (
        await room.office.keys_pool.fetchval("select count(*) from key where scope = 'draft' and owner = $1", draft)
        == 0
    )
    case = expect(await person.get(f"/cases/{draft}"))
    assert case["title"] == "Podd om psykisk hälsa"
    assert case["association"] == str(association)


async def test_what_was_written_is_read_word_for_word_and_file_for_file(room: Room) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call)
    written = expect(await person.get(f"/drafts/{draft}"))
    expect(await person.post(f"/drafts/{draft}/submission"))

    read = expect(await room.person(Role.OFFICER).get(f"/cases/{draft}/application"))
    assert read["answers"] == read["sent_in"] == written["answers"]
    assert read["attachments"] == written["attachments"]
    for file in read["attachments"]:
        answer = await room.person(Role.OFFICER).get(f"/cases/{draft}/attachments/{file['id']}")
        assert answer.content == PDF


async def test_every_problem_is_told_at_once_and_the_draft_is_kept(room: Room) -> None:
    _, call = await room.call()
    association, number, person = await room.association()
    draft = uuid7()
    expect(await person.put(f"/drafts/{draft}", body_of(call, association, number, summary="", title="")))

    answer = await person.post(f"/drafts/{draft}/submission")
    fields = [error["field"] for error in expect(answer, 422)["errors"]]
    assert fields == ["title", "summary", *(f"attachment.{paper}" for paper in PAPERS)]
    expect(await person.get(f"/drafts/{draft}"))


async def test_sending_in_twice_gives_one_case_and_the_same_number(room: Room) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call)
    key = str(uuid4())
    answers = await asyncio.gather(
        *(person.post(f"/drafts/{draft}/submission", Idempotency_Key=key) for _ in range(4)),
        *(person.post(f"/drafts/{draft}/submission") for _ in range(4)),
    )
    again = await person.post(f"/drafts/{draft}/submission")

    assert {expect(answer)["facts"]["number"] for answer in (*answers, again)} == {again.json()["facts"]["number"]}
    events = await room.office.pool.fetch("select type from journal where subject_id = $1", draft)
    assert [row["type"] for row in events] == ["application.submitted", "case.registered"]


async def test_many_at_once_get_numbers_without_gaps(room: Room) -> None:
    _, call = await room.call()
    drafts = [await room.draft(call) for _ in range(12)]
    last = await room.office.pool.fetchval("select value from tally where key = 'register/EX-practice/2027'") or 0
    answers = await asyncio.gather(*(person.post(f"/drafts/{draft}/submission") for draft, _, person in drafts))

    numbers = sorted(expect(answer)["facts"]["number"] for answer in answers)
    assert numbers == [f"EX 2027/{running:05d}" for running in range(last + 1, last + 13)]


async def test_only_a_signatory_sends_in(room: Room) -> None:
    _, call = await room.call()
    draft, association, _ = await room.draft(call)
    helper = room.person(Role.APPLICANT, association=association)

    expect(await helper.get(f"/drafts/{draft}"))
    expect(await helper.post(f"/drafts/{draft}/submission"), 403)


async def test_late_is_late_by_the_programmes_clock_and_the_draft_is_kept(room: Room) -> None:
    programme, call = await room.call()
    draft, _, person = await room.draft(call)
    await room.advance_to(programme, CALL_RULES.closes_at + timedelta(seconds=1))

    answer = await person.post(f"/drafts/{draft}/submission")
    assert "2027-03-31 23:59" in expect(answer, 422)["detail"]
    expect(await person.get(f"/drafts/{draft}"))


async def test_one_association_sends_in_no_more_than_the_call_takes(room: Room) -> None:
    _, call = await room.call()
    first, association, person = await room.draft(call)
    number = expect(await person.get(f"/associations/{association}"))["organisation_number"]
    second = uuid7()
    expect(await person.put(f"/drafts/{second}", body_of(call, association, number)))
    for key in PAPERS:
        expect(await attach(person, f"/drafts/{second}/attachments/{uuid7()}", key))

    answers = await asyncio.gather(*(person.post(f"/drafts/{draft}/submission") for draft in (first, second)))
    assert sorted(answer.status_code for answer in answers) == [200, 422]


async def test_a_draft_left_behind_by_a_crash_is_removed_later(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call)

    async def crash(*_: object) -> None:
        """The process ends between the commit and the clearing."""

    with monkeypatch.context() as patch:
        patch.setattr(clearing.Clearing, "after", crash)
        expect(await person.post(f"/drafts/{draft}/submission"))
    expect(await person.get(f"/drafts/{draft}"))
    await due.clear_left_behind(room.office, settled_after_s=0)

    expect(await person.get(f"/drafts/{draft}"), 404)
    assert expect(await person.get(f"/cases/{draft}/application"))["attachments"]


async def test_what_was_written_while_the_application_went_in_is_kept(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call)

    async def written_meanwhile(self: clearing.Clearing, one: object) -> None:
        await room.office.pool.execute("update draft set revision = revision + 1 where id = $1", draft)
        sealed = await room.office.store.seal(draft, "draft", {"form": b'{"answers":{"title":"Nytt"}}'})
        await room.office.pool.execute(
            "update store set nonce = $2, content = $3 where owner = $1 and scope = 'draft'",
            draft,
            sealed[0].nonce,
            sealed[0].content,
        )
        await original(self, one)  # type: ignore[arg-type]

    original = clearing.Clearing.after
    monkeypatch.setattr(clearing.Clearing, "after", written_meanwhile)
    expect(await person.post(f"/drafts/{draft}/submission"))
    await due.clear_left_behind(room.office, settled_after_s=0)

    assert expect(await person.get(f"/drafts/{draft}"))["answers"] == {"title": "Nytt"}
    expect(await person.put(f"/drafts/{draft}", body_of(call, uuid7(), ""), seen=1), 409)


# Completing, reading, withdrawing


async def ask_for_more(room: Room, case, due_on: date = date(2027, 4, 14), round_: int = 1) -> None:
    await room.hear(CompletionRequested(round=round_, due_on=due_on, missing=("statutes",), content=DIGEST), case)


async def test_a_completion_adds_answers_and_files_to_the_application(room: Room) -> None:
    _, call = await room.call()
    case, _, person = await room.case(call)
    expect(await attach(person, f"/cases/{case}/completion/attachments/{uuid7()}", "mandate"), 409)
    await ask_for_more(room, case)
    file, other = uuid7(), uuid7()
    expect(await attach(person, f"/cases/{case}/completion/attachments/{file}", "mandate", name="fullmakt.pdf"))
    expect(await attach(person, f"/cases/{case}/completion/attachments/{other}", "mandate"))
    expect(await person.delete(f"/cases/{case}/completion/attachments/{other}"), 204)
    asked = expect(await person.get(f"/cases/{case}/completion"))
    assert (asked["round"], asked["due_on"], len(asked["attachments"])) == (1, "2027-04-14", 1)

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


async def test_a_completion_by_an_old_version_is_refused(room: Room) -> None:
    _, call = await room.call()
    case, _, person = await room.case(call)
    await ask_for_more(room, case)

    expect(await person.post(f"/cases/{case}/completion", {"answers": {}}), 428)
    expect(await person.post(f"/cases/{case}/completion", {"answers": {}}, seen=2), 409)


async def test_when_nothing_came_in_time_the_application_is_tried_as_it_stands(room: Room) -> None:
    programme, call = await room.call()
    case, _, person = await room.case(call)
    await ask_for_more(room, case, date(2027, 2, 10))
    await due.expire_completions(room.office)
    assert expect(await person.get(f"/cases/{case}"))["status"] == "completion_requested"

    await room.advance_to(programme, CALL_RULES.opens_at + timedelta(days=10))
    await due.expire_completions(room.office)
    assert expect(await person.get(f"/cases/{case}"))["status"] == "registered"


async def test_h7_a_panel_member_declares_before_reading_and_with_a_conflict_the_case_is_not_there(room: Room) -> None:
    _, call = await room.call()
    case, _, _ = await room.case(call)
    free, biased = room.person(Role.PANEL), room.person(Role.PANEL)
    expect(await free.get(f"/cases/{case}"))
    expect(await free.get(f"/cases/{case}/application"), 403)
    await room.hear(InterestDeclared(person=free.actor.id), case)
    await room.hear(InterestDeclared(person=biased.actor.id, conflict="close_person"), case)

    expect(await free.get(f"/cases/{case}/application"))
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


# Calls and programmes


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
    expect(await room.person(Role.OFFICER).post(f"/calls/{call}/preparation", seen=5))
    decision = DecisionMade(
        programme=programme,
        call=call,
        association=association,
        number="EX 2027/00001",
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
    import msgspec

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


# What is kept


async def test_no_name_number_or_word_of_an_application_is_in_the_journal(room: Room) -> None:
    _, call = await room.call()
    case, _, person = await room.case(call)
    answers = expect(await person.get(f"/cases/{case}/application"))["answers"]
    journal = "".join(
        row["event"]
        for row in await room.office.pool.fetch("select event::text as event from journal where subject_id = $1", case)
    )

    for secret in (answers["contact_name"], answers["summary"], answers["payout_account"]["number"], "papper.pdf"):
        assert secret not in journal


async def test_the_views_fold_again_from_the_journal_to_the_same_rows(room: Room) -> None:
    _, call = await room.call()
    case, _, _ = await room.case(call)
    await ask_for_more(room, case)
    tables = ("programme", "call", "association", "application", "tally")

    async with room.office.pool.acquire() as connection, connection.transaction():
        before = {table: await connection.fetch(f"select * from {table} order by 1") for table in tables}
        await rebuild(connection, room.office.book)
        after = {table: await connection.fetch(f"select * from {table} order by 1") for table in tables}
    assert before == after


async def test_news_about_a_completion_that_is_told_twice_is_kept_once(room: Room) -> None:
    _, call = await room.call()
    case, _, person = await room.case(call)
    for _ in range(2):
        await room.tell(OpenCompletion(subject=case, round=1, due_on=date(2027, 4, 14)))

    assert expect(await person.get(f"/cases/{case}"))["version"] == 3
