"""From draft to registered case: numbers without gaps, every problem at once, late, twice, and through a crash."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from infra.embedded import Addresses
from services.applications import clearing, drafts, due
from services.applications.domain.application_commands import OpenCompletion
from services.applications.drafts import Draft
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
)
from tests.service.next_year import CALL_RULES, YEAR, on

DIGEST = "0" * 64
PATIENCE_S = 20.0


@pytest.fixture(scope="module")
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with open_room(addresses) as opened:
        yield opened


async def is_there(room: Room, draft: UUID) -> bool:
    """Whether the draft is still kept, though nobody may see it."""
    return bool(await room.office.pool.fetchval("select exists (select from draft where id = $1)", draft))


async def test_a_complete_draft_becomes_a_registered_case_with_a_number_and_is_gone(room: Room) -> None:
    _, call = await room.call()
    draft, association, person = await room.draft(call)
    answer = expect(await person.post(f"/drafts/{draft}/submission"))

    assert answer["id"] == str(draft)
    assert answer["facts"]["number"].startswith(f"EX {YEAR}/")
    assert (answer["status"], answer["next"]) == ("registered", "officer")
    expect(await person.get(f"/drafts/{draft}"), 404)
    assert draft not in [UUID(one["id"]) for one in expect(await person.get("/drafts"))["items"]]
    await room.cleared()
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


async def test_whoever_sends_in_again_while_the_draft_is_being_cleared_sees_the_case(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call)
    monkeypatch.setattr(clearing.Clearing, "after", lambda *_: None)  # the test clears it, half
    sent = expect(await person.post(f"/drafts/{draft}/submission"))
    await room.office.store.keyring.destroy([(draft, drafts.SCOPE)])

    assert expect(await person.post(f"/drafts/{draft}/submission"))["facts"] == sent["facts"]


async def test_whoever_looked_before_it_was_sent_in_and_cleared_sees_the_case(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call)
    rows = room.office.extra[drafts.GATHERED_ROWS]
    looked = await rows.add(draft)
    sent = expect(await person.post(f"/drafts/{draft}/submission"))
    await room.cleared()

    async def as_it_was(_: UUID) -> Any:
        return looked

    monkeypatch.setattr(rows, "add", as_it_was)
    assert expect(await person.post(f"/drafts/{draft}/submission"))["facts"] == sent["facts"]


async def test_many_at_once_get_numbers_without_gaps(room: Room) -> None:
    _, call = await room.call()
    drafts = [await room.draft(call) for _ in range(12)]
    last = (
        await room.office.pool.fetchval("select value from tally where key = $1", f"register/EX-practice/{YEAR}") or 0
    )
    answers = await asyncio.gather(*(person.post(f"/drafts/{draft}/submission") for draft, _, person in drafts))

    numbers = sorted(expect(answer)["facts"]["number"] for answer in answers)
    assert numbers == [f"EX {YEAR}/{running:05d}" for running in range(last + 1, last + 13)]


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
    assert f"{YEAR}-03-31 23:59" in expect(answer, 422)["detail"]
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

    def crash(*_: object) -> None:
        """The process ends between the commit and the clearing."""

    with monkeypatch.context() as patch:
        patch.setattr(clearing.Clearing, "after", crash)
        expect(await person.post(f"/drafts/{draft}/submission"))
    assert await is_there(room, draft)
    await due.clear_left_behind(room.office, settled_after_s=0)

    assert not await is_there(room, draft)
    assert expect(await person.get(f"/cases/{draft}/application"))["attachments"]


@pytest.mark.parametrize("destroyed_first", [False, True], ids=["before the key", "after the key"])
async def test_a_crash_while_a_draft_is_erased_leaves_no_key_behind(
    room: Room, monkeypatch: pytest.MonkeyPatch, destroyed_first: bool
) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call)
    destroy = room.office.store.keyring.destroy

    async def crash(owners: Any) -> None:
        """The process ends just before or just after the key database has answered."""
        if destroyed_first:
            await destroy(owners)
        raise OSError

    with monkeypatch.context() as patch:
        patch.setattr(room.office.store.keyring, "destroy", crash)
        expect(await person.post(f"/drafts/{draft}/submission"))
        await room.cleared()
    assert await is_there(room, draft)
    await due.clear_left_behind(room.office, settled_after_s=0)

    assert not await is_there(room, draft)
    keys = "select count(*) from key where owner = $1 and scope = 'draft'"
    assert room.office.keys_pool is not None
    assert await room.office.keys_pool.fetchval(keys, draft) == 0
    assert expect(await person.get(f"/cases/{draft}/application"))["sent_in"]


async def test_what_was_written_while_the_application_went_in_is_kept(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, call = await room.call()
    draft, _, person = await room.draft(call)

    sent_in: list[Draft] = []
    with monkeypatch.context() as patch:
        patch.setattr(clearing.Clearing, "after", lambda _, one: sent_in.append(one))
        expect(await person.post(f"/drafts/{draft}/submission"))
    await room.office.pool.execute("update draft set revision = revision + 1 where id = $1", draft)
    sealed = await room.office.store.seal(draft, "draft", {"form": b'{"answers":{"title":"Nytt"}}'})
    await room.office.pool.execute(
        "update store set nonce = $2, content = $3 where owner = $1 and scope = 'draft'",
        draft,
        sealed[0].nonce,
        sealed[0].content,
    )
    room.clearing.after(sent_in[0])
    await room.cleared()
    await due.clear_left_behind(room.office, settled_after_s=0)

    assert expect(await person.get(f"/drafts/{draft}"))["answers"] == {"title": "Nytt"}
    expect(await person.put(f"/drafts/{draft}", body_of(call, uuid7(), ""), seen=1), 409)


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
    await room.ask_for_more(case)
    tables = ("programme", "call", "association", "signing", "application", "tally")

    async with room.office.pool.acquire() as connection, connection.transaction():
        await connection.execute(
            f"lock table {', '.join(sorted(tables))} in exclusive mode"
        )  # a call opens when its day comes
        before = {table: await connection.fetch(f"select * from {table} order by 1") for table in tables}
        await rebuild(connection, room.office.book)
        after = {table: await connection.fetch(f"select * from {table} order by 1") for table in tables}
    assert before == after


async def test_news_about_a_completion_that_is_told_twice_is_kept_once(room: Room) -> None:
    _, call = await room.call()
    case, _, person = await room.case(call)
    for _ in range(2):
        await room.tell(OpenCompletion(subject=case, round=1, due_on=on(4, 14)))

    assert expect(await person.get(f"/cases/{case}"))["version"] == 3
