"""A draft is the applicant's own: saved, kept apart, and erased when it is sent in or discarded."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from infra.embedded import Addresses
from services.applications import drafts, due, setting_down
from services.applications.domain.association import SETS_DOWN
from services.applications.policy import POLICY
from shared import files
from shared.catalogue.applications import SIGNED_PAPER
from shared.deadlines import local_date
from shared.identity import Post, Role
from shared.uuid7 import uuid7
from tests.service.applications_room import PAPERS, PDF, Person, Room, attach, body_of, expect, open_room
from tests.service.next_year import CALL_RULES, EXAMPLE, YEAR, on


@pytest.fixture(scope="module")
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with open_room(addresses) as opened:
        yield opened


async def test_h8_nobody_but_the_association_can_see_a_draft_or_its_files(room: Room) -> None:
    _, call = await room.call()
    draft, association, person = await room.draft(call, ("statutes",))
    (file,) = expect(await person.get(f"/drafts/{draft}"))["attachments"]
    _, _, neighbour = await room.association()

    for path in (f"/drafts/{draft}", f"/drafts/{draft}/attachments/{file['id']}"):
        assert (await neighbour.get(path)).status_code == 404
        for role in set(Role) - {Role.APPLICANT, Role.SIGNATORY, Role.HELPER, Role.FUND}:
            staff = room.person(role)
            assert (await staff.get(path)).status_code == (404 if role in SETS_DOWN else 403)
        assert (await room.person(Role.HELPER, association=association).get(path)).status_code == 404
    assert expect(await neighbour.get("/drafts"))["items"] == []


def test_h8_no_operation_on_drafts_is_for_anyone_but_applicants_and_whom_they_ask_to_help() -> None:
    """But for what the fund itself writes down for somebody (A10)."""
    for operation in ("save_draft", "see_draft", "list_drafts", "attach", "see_attachment", "detach"):
        assert of_associations(operation) == {Role.APPLICANT, Role.SIGNATORY, Role.HELPER}
    assert of_associations("discard_draft") == {Role.APPLICANT, Role.SIGNATORY}
    assert of_associations("submit") == {Role.SIGNATORY}


def of_associations(operation: str) -> set[Role]:
    rows = POLICY.rows[operation]
    assert all(may.own for may in rows if not may.set_down)
    assert {may.role for may in rows if may.set_down} <= set(SETS_DOWN)
    return {may.role for may in rows if may.own}


async def test_a11_a_helper_writes_in_the_one_draft_and_sees_no_other_and_ends_none(room: Room) -> None:
    _, call = await room.call()
    draft, association, person = await room.draft(call, ("statutes",))
    other, number = uuid7(), expect(await person.get("/associations"))["items"][0]["organisation_number"]
    body = body_of(call, association, number)
    expect(await person.put(f"/drafts/{other}", body))
    helper = room.person(Role.APPLICANT)
    helper.also(Post(Role.HELPER, association, draft))
    (file,) = expect(await helper.get(f"/drafts/{draft}"))["attachments"]

    expect(await helper.put(f"/drafts/{draft}", {**body, "answers": {**body["answers"], "title": "Två"}}, seen=1))
    expect(await helper.put(f"/drafts/{draft}", {**body, "answers": {"title": "Tre"}}, seen=1), 409)
    assert (await helper.get(f"/drafts/{draft}/attachments/{file['id']}")).content == PDF
    assert [one["id"] for one in expect(await helper.get("/drafts"))["items"]] == [str(draft)]
    assert expect(await person.get(f"/drafts/{draft}"))["answers"]["title"] == "Två", "the association sees it"

    expect(await helper.get(f"/drafts/{other}"), 404)
    expect(await helper.put(f"/drafts/{other}", body, seen=1), 404)
    expect(await helper.put(f"/drafts/{uuid7()}", body), 404)
    expect(await helper.get(f"/associations/{association}"), 404)
    assert expect(await helper.get("/cases"))["items"] == expect(await helper.get("/associations"))["items"] == []
    expect(await helper.delete(f"/drafts/{draft}"), 404)
    expect(await helper.post(f"/drafts/{draft}/submission"), 403)
    expect(await person.delete(f"/drafts/{draft}"), 204)
    expect(await helper.put(f"/drafts/{draft}", body), 404)


async def test_a11_once_it_is_sent_in_a_helper_sees_neither_draft_nor_case(room: Room) -> None:
    _, call = await room.call()
    draft, association, person = await room.draft(call)
    helper = room.person(Role.APPLICANT)
    helper.also(Post(Role.HELPER, association, draft))
    expect(await helper.get(f"/drafts/{draft}"))

    expect(await person.post(f"/drafts/{draft}/submission"))

    for path in (f"/drafts/{draft}", f"/cases/{draft}", f"/cases/{draft}/application"):
        expect(await helper.get(path), 404)
        expect(await room.person(Role.HELPER).get(path), 404 if path.startswith("/drafts") else 403)
    assert expect(await helper.get("/drafts"))["items"] == []


async def test_what_is_saved_is_what_is_fetched(room: Room) -> None:
    _, call = await room.call()
    association, number, person = await room.association()
    draft, body = uuid7(), body_of(call, association, number, summary="Å, ä & ö\nmed flera rader")
    saved = await person.put(f"/drafts/{draft}", body)
    expect(saved)

    fetched = await person.get(f"/drafts/{draft}")
    assert expect(fetched)["answers"] == body["answers"]
    assert fetched.headers["etag"] == saved.headers["etag"] == '"1"'
    (listed,) = expect(await person.get("/drafts"))["items"]
    assert (listed["id"], listed["association_name"]) == (str(draft), f"Föreningen {number}")


async def test_saving_over_what_one_has_not_seen_is_refused_and_a_retry_is_not(room: Room) -> None:
    _, call = await room.call()
    association, number, person = await room.association()
    path, first = f"/drafts/{uuid7()}", body_of(call, association, number)
    second, third = body_of(call, association, number, title="Två"), body_of(call, association, number, title="Tre")
    expect(await person.put(path, first))
    expect(await person.put(path, first))
    assert expect(await person.put(path, second, seen=1))["version"] == 2

    assert expect(await person.put(path, second, seen=1))["version"] == 2
    expect(await person.put(path, third), 428)
    expect(await person.put(path, third, seen=1), 409)
    assert expect(await person.put(path, third, seen=2))["version"] == 3


async def test_a_draft_of_another_association_is_not_found(room: Room) -> None:
    _, call = await room.call()
    draft, association, _ = await room.draft(call, ())
    other, number, neighbour = await room.association()

    expect(await neighbour.put(f"/drafts/{draft}", body_of(call, other, number)), 404)
    expect(await neighbour.put(f"/drafts/{uuid7()}", body_of(call, association, number)), 404)
    expect(await neighbour.delete(f"/drafts/{draft}"), 404)


async def test_a_draft_needs_a_call_that_is_published_and_an_association(room: Room) -> None:
    programme, call = await room.call()
    association, number, person = await room.association()
    unpublished = uuid7()
    rules = expect(await person.get(f"/calls/{call}"))["rules"]
    body = {"programme": str(programme), "rules": rules}
    expect(await room.person(Role.OFFICER).put(f"/calls/{unpublished}", body))

    for chosen in (uuid7(), unpublished):
        expect(await person.put(f"/drafts/{uuid7()}", body_of(chosen, association, number)), 422)


async def test_files_are_held_to_what_the_programme_asks_for(room: Room) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call, ())
    path = f"/drafts/{draft}/attachments/{uuid7()}"

    expect(await attach(person, path, "statutes", kind="text/html"), 415)
    expect(await attach(person, path, "statutes", content=b"no such thing"), 422)
    expect(await attach(person, path, "holiday_pictures"), 422)
    expect(await attach(person, path, "statutes", name="a\u0000b"), 400)
    expect(await attach(person, path, "statutes", content=PDF + b" " * 26 * 1024 * 1024), 413)
    expect(await attach(person, path, "statutes"))
    expect(await attach(person, path, "statutes"))
    expect(await attach(person, path, "statutes", content=PDF + b"!"), 409)
    assert len(expect(await person.get(f"/drafts/{draft}"))["attachments"]) == 1


async def test_s6_handing_in_and_taking_away_again_and_again_fills_no_disk(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call, ())
    monkeypatch.setattr(files, "HANDED_MAX", 3)

    for _ in range(3):
        path = f"/drafts/{draft}/attachments/{uuid7()}"
        expect(await attach(person, path, "statutes"))
        expect(await person.delete(path), 204)
    expect(await attach(person, f"/drafts/{draft}/attachments/{uuid7()}", "statutes"), 422)

    await due.erase_taken_away(room.office, kept_s=0)
    expect(await attach(person, f"/drafts/{draft}/attachments/{uuid7()}", "statutes"))


async def test_a_file_that_is_not_what_it_is_said_to_be_is_refused_with_a_sentence(room: Room) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call, ())
    path, picture = f"/drafts/{draft}/attachments/{uuid7()}", b"\x89PNG\r\n\x1a\n"

    for content, said in ((b"MZ", "cannot be read as pdf"), (picture, "is said to be pdf but is png")):
        (error,) = expect(await attach(person, path, "statutes", content, "stadgar.pdf"), 422)["errors"]
        assert (error["field"], said in error["message"]) == ("file", True), error
    assert expect(await person.get(f"/drafts/{draft}"))["attachments"] == []
    expect(await attach(person, path, "statutes", picture, "stadgar.pdf", "image/png"))
    served = await person.get(path)
    assert served.headers["content-disposition"].endswith("stadgar.pdf.png")


async def test_a_file_is_served_as_it_came_with_its_name(room: Room) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call, ())
    path = f"/drafts/{draft}/attachments/{uuid7()}"
    expect(await attach(person, path, "statutes", name="Stadgar å.pdf"))

    answer = await person.get(path)
    assert answer.content == PDF
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''Stadgar%20%C3%A5.pdf"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_discarded_draft_and_its_files_are_erased_with_their_keys(room: Room) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call, ("statutes", "audit_report"))
    files = [file["id"] for file in expect(await person.get(f"/drafts/{draft}"))["attachments"]]
    kept = await room.draft(call, ("statutes",))
    expect(await person.delete(f"/drafts/{draft}"), 204)
    await due.erase_taken_away(room.office, kept_s=0)

    for owner in (draft, *files):
        assert await room.office.pool.fetchval("select count(*) from store where owner = $1", owner) == 0
        assert await room.office.keys_pool.fetchval("select count(*) from key where owner = $1", owner) == 0
    assert len(expect(await kept[2].get(f"/drafts/{kept[0]}"))["attachments"]) == 1


async def test_a_file_taken_away_from_a_draft_is_erased_but_not_one_that_was_sent_in(room: Room) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call)
    files = [file["id"] for file in expect(await person.get(f"/drafts/{draft}"))["attachments"]]
    extra = uuid7()
    expect(await attach(person, f"/drafts/{draft}/attachments/{extra}", "statutes"))
    expect(await person.delete(f"/drafts/{draft}/attachments/{extra}"), 204)
    expect(await person.get(f"/drafts/{draft}/attachments/{extra}"), 404)
    expect(await person.post(f"/drafts/{draft}/submission"))
    await room.cleared()
    for file in files:  # as if they had been taken away in the very moment of submission
        await room.office.pool.execute(
            "insert into attachment values ($1, $2, 0, 'statutes', 'application/pdf', 1, '', clock_timestamp())",
            file,
            draft,
        )
    await due.erase_taken_away(room.office, kept_s=0)

    assert await room.office.pool.fetchval("select count(*) from store where owner = $1", extra) == 0
    assert (await person.get(f"/cases/{draft}/attachments/{files[0]}")).content == PDF


async def test_drafts_that_were_never_sent_in_are_purged_after_the_days_the_programme_says(room: Room) -> None:
    programme, call = await room.call()
    draft, _, person = await room.draft(call, ("statutes",))
    await due.purge_outlived(room.office)
    expect(await person.get(f"/drafts/{draft}"))

    kept = timedelta(days=EXAMPLE["programme"]["retention"]["drafts_days_after_close"], hours=1)
    await room.advance_to(programme, CALL_RULES.closes_at + kept)
    await due.purge_outlived(room.office)
    expect(await person.get(f"/drafts/{draft}"), 404)


# What the fund sets down for an association (A10)


class SetDown:
    """A paper that a coordinator writes down: every question answered, every paper attached but the signed one."""

    def __init__(self, room: Room) -> None:
        self.room, self.draft, self.karin = room, uuid7(), room.person(Role.COORDINATOR)

    async def begin(self, call: UUID, **changes: Any) -> SetDown:
        self.call = call
        self.association, number, self.theirs = await self.room.association()
        self.answers = body_of(self.call, self.association, number, **changes)["answers"]
        expect(await self.says(answers=self.answers))
        for key in PAPERS:
            expect(await attach(self.karin, f"{self.path}/attachments/{uuid7()}", key))
        return self

    @property
    def path(self) -> str:
        return f"/drafts/{self.draft}"

    async def says(self, by: Person | None = None, seen: int | None = None, **changes: Any) -> httpx.Response:
        how = {"route": "paper", "came_on": str(local_date(CALL_RULES.opens_at + timedelta(days=1)))}
        body = {"call": str(self.call), "association": str(self.association), **how, **changes}
        return await (by or self.karin).put(f"{self.path}/set-down", body, seen)

    async def sign(self) -> None:
        expect(await attach(self.karin, f"{self.path}/attachments/{uuid7()}", SIGNED_PAPER))

    async def register(self, by: Person | None = None, signed: int = 1, seen: int = 1, **more: str) -> httpx.Response:
        body = {"signed_on_paper": signed}
        return await (by or self.karin).post(f"{self.path}/registration", body, seen, **more)


@pytest.fixture(scope="module")
async def open_call(room: Room) -> UUID:
    return (await room.call())[1]


@pytest.fixture
async def paper(room: Room, open_call: UUID) -> SetDown:
    return await SetDown(room).begin(open_call)


async def test_a10_a_paper_is_set_down_signed_by_hand_and_registered_once(room: Room, paper: SetDown) -> None:
    await paper.sign()
    key = str(uuid7())

    registered = expect(await paper.register(Idempotency_Key=key))
    again = expect(await paper.register(Idempotency_Key=key))

    assert registered["facts"] == again["facts"]
    case = expect(await paper.karin.get(f"/cases/{paper.draft}"))
    assert case["number"] == registered["facts"]["number"]
    how = case["set_down"]
    assert (how["route"], how["set_down_by"], how["signed_on_paper"]) == ("paper", str(paper.karin.actor.id), 1)
    read = expect(await paper.karin.get(f"/cases/{paper.draft}/application"))
    assert SIGNED_PAPER in {file["key"] for file in read["attachments"]}
    event = await room.office.pool.fetchval(
        "select event -> 'data' from journal where subject_id = $1 and type = 'application.submitted'", paper.draft
    )
    assert json.loads(event)["signed_by"] == []
    await room.cleared()
    expect(await paper.karin.get(paper.path), 404)


async def test_a10_without_the_signed_paper_it_stays_a_draft(paper: SetDown) -> None:
    assert [error["field"] for error in expect(await paper.register(), 422)["errors"]] == [SIGNED_PAPER]
    await paper.sign()
    assert [error["field"] for error in expect(await paper.register(signed=0), 422)["errors"]] == ["signed_on_paper"]
    expect(await paper.register(seen=7), 409)
    expect(await paper.karin.get(paper.path))


async def test_a10_where_two_bind_the_association_the_paper_has_two_signatures(room: Room, open_call: UUID) -> None:
    paper = await SetDown(room).begin(open_call, signing_rule="two_together")
    await paper.sign()

    expect(await paper.register(signed=1), 422)
    expect(await paper.register(signed=2))


async def test_h8_a10_staff_see_what_the_fund_writes_and_no_other_draft(room: Room, paper: SetDown) -> None:
    own, association, person = await room.draft(paper.call, ())
    officer = room.person(Role.OFFICER)

    for colleague in (paper.karin, officer):
        listed = {one["id"] for one in expect(await colleague.get("/drafts"))["items"]}
        assert str(paper.draft) in listed
        assert str(own) not in listed
        expect(await colleague.get(paper.path))
        expect(await colleague.get(f"/drafts/{own}"), 404)
        expect(await colleague.delete(f"/drafts/{own}"), 404)
        expect(await paper.register(colleague, seen=1), 422)
        body = {"call": str(paper.call), "association": str(association), "route": "paper", "came_on": str(on(2, 2))}
        expect(await colleague.put(f"/drafts/{own}/set-down", body, 1), 404)
        expect(await colleague.post(f"/drafts/{own}/registration", {"signed_on_paper": 1}, 1), 404)
    expect(await person.get(f"/drafts/{own}"))
    for role in set(Role) - {Role.APPLICANT, Role.SIGNATORY, Role.HELPER, Role.FUND, *SETS_DOWN}:
        expect(await room.person(role).get(paper.path), 403)
    expect(await person.get(paper.path), 404)


async def test_a10_the_association_reads_what_is_written_for_it_and_changes_nothing(paper: SetDown) -> None:
    theirs = paper.theirs
    shown = expect(await theirs.get(paper.path))
    body = {"call": str(paper.call), "association": str(paper.association), "answers": {}}

    assert shown["set_down"]["route"] == "paper"
    assert [one["id"] for one in expect(await theirs.get("/drafts"))["items"]] == [str(paper.draft)]
    expect(await theirs.put(paper.path, body, 1), 423)
    expect(await attach(theirs, f"{paper.path}/attachments/{uuid7()}", "statutes"), 423)
    expect(await theirs.delete(f"{paper.path}/attachments/{shown['attachments'][0]['id']}"), 423)
    expect(await theirs.delete(paper.path), 423)
    expect(await theirs.post(f"{paper.path}/registration", {"signed_on_paper": 1}, 1), 403)
    assert expect(await theirs.get(paper.path))["answers"] == shown["answers"]


async def test_a10_what_was_told_is_signed_here_and_bears_how_it_came(room: Room, open_call: UUID) -> None:
    told = await SetDown(room).begin(open_call)
    expect(await told.says(seen=1, route="oral"))

    expect(await told.theirs.post(f"{told.path}/submission", seen=2))

    case = expect(await told.theirs.get(f"/cases/{told.draft}"))
    assert (case["set_down"]["route"], case["set_down"]["signed_on_paper"]) == ("oral", 0)


async def test_a10_the_day_it_came_can_be_corrected_and_is_never_after_today(room: Room, paper: SetDown) -> None:
    expect(await paper.says(came_on=str(on(2, 1))), 428)
    expect(await paper.says(seen=1, came_on=str(on(2, 1))))
    expect(await paper.says(seen=1, came_on=str(on(2, 1))))
    expect(await paper.says(seen=1, route="oral"), 409)
    after = expect(await paper.says(seen=2, came_on=f"{YEAR + 2}-01-01"), 422)
    assert [error["field"] for error in after["errors"]] == ["came_on"]

    assert expect(await paper.karin.get(paper.path))["set_down"]["came_on"] == str(on(2, 1))


async def test_a10_what_one_of_two_has_signed_keeps_the_day_it_came(
    room: Room, open_call: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where they signed in the very moment of correcting it, after the look; and without the statement's own
    condition, the control, the signature would be void."""
    paper = await SetDown(room).begin(open_call, signing_rule="two_together")
    expect(await paper.theirs.post(f"{paper.path}/submission", seen=1), 202)
    expect(await paper.says(seen=1, route="oral"), 423)
    monkeypatch.setattr(drafts, "refuse_signed", lambda draft: None)

    expect(await paper.says(seen=1, route="oral"), 409)
    assert expect(await paper.theirs.get(paper.path))["signed_by"] == str(paper.theirs.actor.id)

    monkeypatch.setattr(setting_down, "CORRECTED", setting_down.CORRECTED.replace(drafts.NOT_SIGNED, "true"))
    expect(await paper.says(seen=1, route="oral"))
    assert expect(await paper.theirs.get(paper.path))["signed_by"] is None


async def test_a10_whoever_acts_for_an_association_does_not_set_down_for_it(room: Room, paper: SetDown) -> None:
    both = room.person(Role.COORDINATOR)
    both.also(Post(Role.APPLICANT, paper.association))
    another = SetDown(room)
    another.call, another.association = paper.call, paper.association

    expect(await another.says(both), 403)
    expect(
        await both.put(paper.path, {"call": str(paper.call), "association": str(paper.association), "answers": {}}, 1),
        423,
    )
    expect(await another.says(room.person(Role.APPLICANT)), 403)


async def test_a10_only_what_the_fund_writes_has_a_signed_paper(room: Room, paper: SetDown) -> None:
    own, _, person = await room.draft(paper.call, ())

    expect(await attach(person, f"/drafts/{own}/attachments/{uuid7()}", SIGNED_PAPER), 422)
    other = f"{paper.path}/attachments/{uuid7()}"
    expect(await attach(paper.karin, other, SIGNED_PAPER, b"PK", "papper.docx", "application/zip"), 415)
