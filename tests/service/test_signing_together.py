"""Two who bind an association together, at work: the first signature, the lock, the second, and everything between."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from infra.embedded import Addresses
from services.applications import clearing, drafts, due, submitting
from shared.identity import Post, Role
from shared.keyring import KeyGone
from shared.uuid7 import uuid7
from tests.service.applications_room import PAPERS, PDF, Person, Room, attach, body_of, expect, open_room
from tests.service.next_year import CALL_RULES, YEAR

CASE = "case"


@pytest.fixture(scope="module")
async def room(addresses: Addresses) -> AsyncIterator[Room]:
    async with open_room(addresses) as opened:
        yield opened


class Two:
    """A draft in order, of an association that Kim and Bo sign for together."""

    def __init__(self, room: Room, programme: UUID, call: UUID, draft: UUID, association: UUID, number: str) -> None:
        self.room, self.programme, self.draft, self.association = room, programme, draft, association
        self.body = body_of(call, association, number, signing_rule="two_together")
        self.kim, self.bo = (room.person(Role.APPLICANT, Role.SIGNATORY, association=association) for _ in "12")

    async def signs(self, person: Person, **headers: str) -> httpx.Response:
        return await person.post(f"/drafts/{self.draft}/submission", **headers)

    async def take_back(self, person: Person) -> httpx.Response:
        return await person.delete(f"/drafts/{self.draft}/signature")

    async def shown(self) -> Any:
        return expect(await self.kim.get(f"/drafts/{self.draft}"))

    async def writes(self, person: Person, **changes: Any) -> httpx.Response:
        answers = {**self.body["answers"], **changes}
        seen = (await self.shown())["version"]
        return await person.put(f"/drafts/{self.draft}", {**self.body, "answers": answers}, seen)

    async def told(self) -> list[tuple[str, Any]]:
        """What applications told of it, in order: (type, data)."""
        rows = await self.room.office.pool.fetch(
            "select type, event::text as text from journal where subject_id = $1 or event -> 'data' ->> 'draft' = $2"
            " or subject_id in (select id from signing where draft = $1) order by position",
            self.draft,
            str(self.draft),
        )
        return [(row["type"], json.loads(row["text"])["data"]) for row in rows]

    async def types(self) -> list[str]:
        return [type_ for type_, _ in await self.told()]

    async def has_case_key(self) -> bool:
        keyring = self.room.office.store.keyring
        keyring.forget([(self.draft, CASE)])
        try:
            await keyring.key((self.draft, CASE))
        except KeyGone:
            return False
        return True


@pytest.fixture
async def two(room: Room) -> Two:
    programme, call = await room.call()
    association, number, person = await room.association()
    two = Two(room, programme, call, uuid7(), association, number)
    expect(await person.put(f"/drafts/{two.draft}", two.body))
    for key in PAPERS:
        expect(await attach(person, f"/drafts/{two.draft}/attachments/{uuid7()}", key))
    return two


async def test_one_signs_and_nothing_is_sent_in_and_then_the_other_signs_and_it_is(room: Room, two: Two) -> None:
    first = expect(await two.signs(two.kim), 202)

    assert (first["status"], first["next"], first["signed_by"]) == ("draft", "signatory", str(two.kim.actor.id))
    for person in (two.kim, room.person(Role.OFFICER)):
        expect(await person.get(f"/cases/{two.draft}"), 404)
    listed = next(one for one in expect(await two.bo.get("/drafts"))["items"] if one["id"] == str(two.draft))
    shown = await two.shown()
    assert listed["signed_by"] == shown["signed_by"] == str(two.kim.actor.id)
    assert (shown["signatures"], listed["signed_at"]) == (2, shown["signed_at"])

    second = expect(await two.signs(two.bo))

    assert second["facts"]["number"].startswith(f"EX {YEAR}/")
    assert await two.types() == ["application.signed", "application.submitted", "case.registered", "signing.completed"]
    told = dict(await two.told())
    assert told["application.submitted"]["signed_by"] == [str(two.kim.actor.id), str(two.bo.actor.id)]
    for name in ("content", "attachments"):
        assert told["application.signed"][name] == told["application.submitted"][name], f"{name}: the very same"
    assert expect(await two.signs(two.kim))["facts"] == second["facts"], "the first one, pressing again, sees the case"
    await room.cleared()
    assert await two.has_case_key()


async def test_whoever_presses_twice_has_signed_once(two: Two) -> None:
    key = str(uuid7())
    answers = await asyncio.gather(
        *(two.signs(two.kim, Idempotency_Key=key) for _ in range(3)), *(two.signs(two.kim) for _ in range(3))
    )

    assert {answer.status_code for answer in answers} == {202}
    assert await two.types() == ["application.signed"]


async def test_when_both_press_in_the_same_moment_it_is_sent_in_once(two: Two) -> None:
    answers = await asyncio.gather(*(two.signs(person) for person in (two.kim, two.bo, two.kim, two.bo)))

    assert {answer.status_code for answer in answers} <= {200, 202}
    assert 200 in {answer.status_code for answer in answers}
    types = await two.types()
    assert sorted(types) == ["application.signed", "application.submitted", "case.registered", "signing.completed"]
    submitted = dict(await two.told())["application.submitted"]
    assert set(submitted["signed_by"]) == {str(two.kim.actor.id), str(two.bo.actor.id)}


def before_looking_for_the_first(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Awaitable[None]]) -> None:
    """Once: between reading the draft and looking whether somebody has signed it."""
    looked = submitting._is_second

    async def meanwhile(visit: Any, command: Any) -> bool:
        monkeypatch.undo()
        await happens()
        return await looked(visit, command)

    monkeypatch.setattr(submitting, "_is_second", meanwhile)


async def test_whoever_presses_while_two_finish_sees_what_was_sent_in(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:

    async def both_sign() -> None:
        expect(await two.signs(two.kim), 202)
        expect(await two.signs(two.bo))

    before_looking_for_the_first(monkeypatch, both_sign)
    late = expect(await two.signs(two.bo))

    assert late["facts"] == expect(await two.signs(two.bo))["facts"]
    assert await two.types() == ["application.signed", "application.submitted", "case.registered", "signing.completed"]


async def test_whoever_presses_while_others_send_in_another_text_is_told(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:

    async def both_sign_another_text() -> None:
        expect(await two.writes(two.kim, summary="Något annat."))
        expect(await two.signs(two.kim), 202)
        expect(await two.signs(two.bo))

    before_looking_for_the_first(monkeypatch, both_sign_another_text)

    assert "already been sent in" in expect(await two.signs(two.bo), 409)["detail"]


async def test_what_one_has_signed_is_locked_until_it_is_taken_back_and_nothing_is_lost(room: Room, two: Two) -> None:
    before = await two.shown()
    file = before["attachments"][0]["id"]
    expect(await two.signs(two.kim), 202)

    path = f"/drafts/{two.draft}"
    for answer in (
        await two.writes(two.bo, summary="Något annat."),
        await attach(two.bo, f"{path}/attachments/{uuid7()}", "statutes"),
        await two.bo.delete(f"{path}/attachments/{file}"),
        await two.bo.delete(path),
    ):
        assert "locked" in expect(answer, 423)["detail"]
    now = await two.shown()
    assert {**now, "signed_by": None, "signed_at": None} == before

    expect(await two.take_back(two.bo), 204)

    expect(await two.writes(two.bo, summary="Något annat."))
    expect(await two.signs(two.bo), 202)
    expect(await two.signs(two.kim))
    read = expect(await room.person(Role.OFFICER).get(f"/cases/{two.draft}/application"))
    assert read["answers"]["summary"] == "Något annat."


async def test_a_file_that_was_on_its_way_when_one_signed_does_not_undo_the_signature(room: Room, two: Two) -> None:
    async def sent() -> AsyncIterator[bytes]:
        yield PDF[:4]
        expect(await two.signs(two.kim), 202)
        yield PDF[4:]

    path = f"/drafts/{two.draft}/attachments/{uuid7()}"
    answer = await two.bo.ask("PUT", path, sent(), {"Content-Type": "application/pdf"}, key="statutes", name="ny.pdf")

    expect(answer, 423)
    assert (await two.shown())["signed_by"] == str(two.kim.actor.id)
    assert await two.types() == ["application.signed"]


async def test_control_without_the_look_before_the_statement_itself_leaves_a_locked_draft_as_it_is(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect(await two.signs(two.kim), 202)
    monkeypatch.setattr(drafts, "refuse_signed", lambda draft: None)

    expect(await two.writes(two.bo, summary="Något annat."), 409)

    monkeypatch.setattr(drafts, "WRITTEN", drafts.WRITTEN.replace(drafts.NOT_SIGNED, "true"))
    expect(await two.writes(two.bo, summary="Något annat."))
    assert (await two.shown())["signed_by"] is None, "and what was signed is not what is there now"
    expect(await two.signs(two.bo), 202), "so this is a first signature"


async def test_who_saves_in_the_moment_of_signing_keeps_the_words_and_the_signature_is_void(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = drafts.find

    async def meanwhile(connection: Any, draft: UUID) -> Any:
        await connection.execute("update draft set revision = revision + 1, version = version + 1 where id = $1", draft)
        return await asked(connection, draft)

    monkeypatch.setattr(submitting.drafts, "find", meanwhile)
    expect(await two.signs(two.kim), 409)
    monkeypatch.undo()

    assert [(type_, data.get("voided_for")) for type_, data in await two.told()] == [
        ("application.signed", None),
        ("signature.voided", "changed"),
    ]
    assert (await two.shown())["signed_by"] is None


async def test_who_saves_in_the_moment_of_signing_is_told_so_too_where_the_fund_voided_it_first(
    room: Room, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = drafts.find

    async def meanwhile(connection: Any, draft: UUID) -> Any:
        await connection.execute("update draft set revision = revision + 1, version = version + 1 where id = $1", draft)
        await due.void_left_signatures(room.office)
        return await asked(connection, draft)

    monkeypatch.setattr(submitting.drafts, "find", meanwhile)

    assert "changed" in expect(await two.signs(two.kim), 409)["detail"]


async def test_whatever_is_written_while_they_sign_both_have_signed_what_is_sent_in(room: Room, two: Two) -> None:
    async def write(number: int) -> None:
        await two.writes(two.bo, summary=f"Text {number}.")

    for number in range(6):
        shown = await two.kim.get(f"/drafts/{two.draft}")
        if shown.status_code == 404:
            break
        await asyncio.gather(two.signs(two.kim), write(number), two.signs(two.bo), return_exceptions=True)
    while (await two.kim.get(f"/drafts/{two.draft}")).status_code == 200:
        await two.signs(two.kim)
        await two.signs(two.bo)

    told = await two.told()
    submitted = next(data for type_, data in told if type_ == "application.submitted")
    signed = [data for type_, data in told if type_ == "application.signed" and data["content"] == submitted["content"]]
    assert submitted["signed_by"][0] in {data["signed_by"] for data in signed}
    assert len(set(submitted["signed_by"])) == 2


@pytest.mark.parametrize("what", ["signs", "take_back"])
async def test_nobody_else_signs_or_takes_back(room: Room, two: Two, what: str) -> None:
    expect(await two.signs(two.kim), 202)
    writes = room.person(Role.APPLICANT, association=two.association)
    helps = room.person()
    helps.also(Post(Role.HELPER, two.association, two.draft))
    stranger = room.person(Role.APPLICANT, Role.SIGNATORY, association=uuid7())

    for person, status in ((writes, 403), (helps, 403), (stranger, 404), (room.person(Role.OFFICER), 403)):
        expect(await getattr(two, what)(person), status)
    assert await two.types() == ["application.signed"]


async def test_there_is_nothing_to_take_back_before_anybody_signed_and_after_both_did(two: Two) -> None:
    expect(await two.take_back(two.kim), 409)
    expect(await two.signs(two.kim), 202)
    expect(await two.signs(two.bo))
    expect(await two.take_back(two.kim), 404)


async def test_when_only_one_has_signed_in_time_it_is_not_in_time(room: Room, two: Two) -> None:
    expect(await two.signs(two.kim), 202)
    await room.advance_to(two.programme, CALL_RULES.closes_at + timedelta(seconds=1))

    assert "was over" in expect(await two.signs(two.bo), 422)["detail"]
    assert (await two.shown())["signed_by"] == str(two.kim.actor.id)


async def test_a_signed_draft_that_never_came_to_anything_leaves_no_key_to_guess_its_words_by(
    room: Room, two: Two
) -> None:
    expect(await two.signs(two.kim), 202)
    await due.forget_keys_of_nothing(room.office, settled_after_s=0)
    assert await two.has_case_key(), "it may still be sent in"

    await clearing.discard(room.office, [two.draft])  # as the programme's rule does with what nobody sent in
    await due.void_left_signatures(room.office)
    await due.forget_keys_of_nothing(room.office, settled_after_s=3600)
    assert await two.has_case_key(), "somebody might be sending it in at this very moment"

    await due.forget_keys_of_nothing(room.office, settled_after_s=0)

    assert not await two.has_case_key()
    assert (await two.told())[-1] == ("signature.voided", {"voided_for": "erased"})
    assert not await room.office.pool.fetchval("select count(*) from signed_draft where draft = $1", two.draft)


async def test_the_key_of_what_was_sent_in_is_never_forgotten(room: Room, two: Two) -> None:
    expect(await two.signs(two.kim), 202)
    expect(await two.signs(two.bo))
    await room.cleared()

    await due.void_left_signatures(room.office)
    await due.forget_keys_of_nothing(room.office, settled_after_s=0)

    assert await two.has_case_key()
    assert await two.types() == ["application.signed", "application.submitted", "case.registered", "signing.completed"]
