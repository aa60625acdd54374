"""Everything that was told is in the trail, byte for byte, and anyone can check that it is."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.audit.trees import SOURCES
from shared.catalogue.applications import ApplicationWithdrawn, CompletionOpened
from shared.catalogue.payouts import GrantFinal, TermsAccepted
from shared.catalogue.review import AssessmentOpened, CaseClosed, InterestDeclared, MeetingCalled
from shared.catalogue.web import AccountOpened
from shared.journal_root import JournalRoot
from shared.merkle import leaf_hash, verify_consistency, verify_inclusion
from tests.service.audit_room import ADMINISTRATOR, APPLICANT, AUDITOR, OFFICER, AuditRoom

TABLES = ("journal", "head", "bookmark", "parked", "entry", "concern", "node", "tree")


@pytest.fixture(scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AuditRoom]:
    async with AuditRoom(tmp_path_factory.mktemp("audit")) as one:
        yield one


async def play(room: AuditRoom) -> UUID:
    """One case that every service has something to say about, and a meeting about it and another. Returns the case."""
    case, other, meeting = uuid4(), uuid4(), uuid4()
    applications, review, payouts, web = (room.sources[name] for name in ("applications", "review", "payouts", "web"))
    await web.tell(uuid4(), AccountOpened())
    await applications.tell(case, CompletionOpened(round=1, due_on=date(2026, 4, 1)))
    await review.tell(case, AssessmentOpened())
    await review.tell(meeting, MeetingCalled(programme=uuid4(), held_on=date(2026, 5, 1), cases=(case, other)))
    await applications.tell(other, ApplicationWithdrawn())
    await payouts.tell(case, TermsAccepted(accepted_by=uuid4()), GrantFinal())
    await review.tell(case, CaseClosed())
    await room.caught_up()
    return case


def proves(trace: dict[str, Any], text: bytes) -> bool:
    """What anyone can compute from an answer."""
    path = [bytes.fromhex(each) for each in trace["path"]]
    return verify_inclusion(leaf_hash(text), trace["index"], trace["size"], path, bytes.fromhex(trace["root"]))


def exact(shown: dict[str, Any]) -> bytes:
    text = shown.get("text")
    return base64.b64decode(shown["base64"]) if text is None else str(text).encode()


def everything(case: UUID) -> list[str]:
    """One question of each kind."""
    web = "/sources/web"
    one = [f"{web}/entries/1", f"{web}/proofs/1", f"{web}/consistency?old=1&new=1", f"{web}/verification"]
    return ["/sources", "/completeness", f"{web}/entries", *one, f"/cases/{case}/trail"]


async def entries(room: AuditRoom, source: str) -> list[dict[str, Any]]:
    return [item for page in await room.pages(f"/sources/{source}/entries", limit=100) for item in page["items"]]


async def test_every_fact_of_every_service_is_in_the_trail_byte_for_byte(room: AuditRoom) -> None:
    await play(room)

    for source in SOURCES:
        told = await room.sources[source].texts()
        kept = await entries(room, source)
        assert told, source
        assert [exact(each) for each in kept] == told
        assert [each["position"] for each in kept] == list(range(1, len(told) + 1))


async def test_the_two_books_have_the_same_root(room: AuditRoom) -> None:
    await play(room)

    for tree in await room.answer("/sources"):
        own = await JournalRoot(room.sources[tree["source"]].pool).own_root(tree["size"])
        assert tree["root"] == own.hex()


async def test_two_books_of_which_one_was_altered_have_not(room: AuditRoom) -> None:
    """The negative control: the journal's own administrator changes a row."""
    await play(room)
    tree = next(each for each in await room.answer("/sources") if each["source"] == "payouts")
    superuser = await room.superuser("payouts")
    text = await superuser.fetchval("select event::text from journal where position = 1")

    await superuser.execute("update journal set event = $1 where position = 1", text.replace("terms", "rules"))
    altered = await JournalRoot(room.sources["payouts"].pool).own_root(tree["size"])
    await superuser.execute("update journal set event = $1 where position = 1", text)
    mended = await JournalRoot(room.sources["payouts"].pool).own_root(tree["size"])
    await superuser.close()

    assert altered.hex() != tree["root"]
    assert mended.hex() == tree["root"]


async def test_the_trail_of_a_case_holds_what_every_service_told_of_it_in_order_of_time(room: AuditRoom) -> None:
    case = await play(room)

    for actor in (AUDITOR, OFFICER):
        traces = (await room.answer(f"/cases/{case}/trail", actor))["items"]
        assert [(each["source"], each["type"]) for each in traces] == [
            ("applications", "completion.opened"),
            ("review", "assessment.opened"),
            ("review", "meeting.called"),
            ("payouts", "terms.accepted"),
            ("payouts", "grant.final"),
            ("review", "case.closed"),
        ]
        assert all(proves(each, exact(each)) for each in traces)
        assert not any(proves(each, exact(each) + b" ") for each in traces), "a proof holds for one text only"


async def test_a_trail_read_in_pages_is_the_same_trail(room: AuditRoom) -> None:
    case = await play(room)
    whole = (await room.answer(f"/cases/{case}/trail"))["items"]

    pages = await room.pages(f"/cases/{case}/trail", limit=1)

    assert [page["items"] for page in pages] == [[each] for each in whole]


async def test_a_case_nobody_told_of_has_no_trail(room: AuditRoom) -> None:
    assert (await room.ask(f"/cases/{uuid4()}/trail")).status_code == 404


async def test_an_officer_with_a_conflict_of_interest_finds_no_trail_of_that_case(room: AuditRoom) -> None:
    case, open_case = await play(room), await play(room)
    await room.sources["review"].tell(case, InterestDeclared(person=OFFICER.id, conflict="kin"))
    await room.sources["review"].tell(open_case, InterestDeclared(person=OFFICER.id), InterestDeclared(person=uuid4()))
    await room.caught_up()

    assert (await room.ask(f"/cases/{case}/trail", OFFICER)).status_code == 404
    assert (await room.ask(f"/cases/{open_case}/trail", OFFICER)).status_code == 200
    assert (await room.ask(f"/cases/{case}/trail", AUDITOR)).status_code == 200


async def test_what_nobody_can_read_is_kept_like_the_rest(room: AuditRoom) -> None:
    source = room.sources["web"]
    nested = "[" * 3_000 + "]" * 3_000
    strange = [
        "[1, 2]",
        '"words"',
        '{ "subject" : "\\u0000",  "type":"\\u0000" }',
        '{"type":"case.teleported"}',
        nested,
    ]

    texts = await source.say_anything(*strange)
    await room.caught_up()

    kept = (await entries(room, "web"))[-len(texts) :]
    assert [exact(each).decode() for each in kept] == strange
    assert {each["subject"] for each in kept} == {None}
    assert await room.office.pool.fetchval("select count(*) from parked") == 0
    for each in kept:
        assert proves(await room.answer(f"/sources/web/proofs/{each['position']}"), exact(each))


async def test_every_entry_is_proved_at_every_size_that_has_it(room: AuditRoom) -> None:
    await play(room)
    told = await room.sources["review"].texts()

    for position in range(1, len(told) + 1):
        for size in {position, (position + len(told)) // 2, len(told)}:
            proof = await room.answer(f"/sources/review/proofs/{position}", size=size)
            assert proof["size"] == size
            assert proves(proof, told[position - 1])
            assert not proves(proof, told[position - 2]) or len(told) == 1


async def test_a_tree_is_shown_to_have_only_grown(room: AuditRoom) -> None:
    await play(room)
    size = len(await room.sources["review"].texts())

    for old in range(1, size + 1):
        shown = await room.answer("/sources/review/consistency", old=old, new=size)
        old_root, new_root = bytes.fromhex(shown["old_root"]), bytes.fromhex(shown["new_root"])
        path = [bytes.fromhex(each) for each in shown["path"]]
        assert verify_consistency(old, size, path, old_root, new_root)
        assert old_root == await JournalRoot(room.sources["review"].pool).own_root(old)
        assert old == size or not verify_consistency(old, size, path, bytes(32), new_root)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/sources/nobody/entries", 404),
        ("/sources/nobody/entries/1", 404),
        ("/sources/nobody/verification", 404),
        ("/sources/nobody/proofs/1", 404),
        ("/sources/nobody%00/entries", 400),
        ("/sources/web/entries/0", 404),
        ("/sources/web/entries/99999999", 404),
        ("/sources/web/entries/99999999999999999999999", 404),
        ("/sources/web/proofs/99999999999999999999999", 404),
        ("/sources/web/proofs/0", 404),
        ("/sources/web/proofs/1?size=99999999", 422),
        ("/sources/web/proofs/2?size=1", 422),
        ("/sources/web/proofs/1?size=0", 422),
        ("/sources/web/proofs/1?size=99999999999999999999999", 422),
        ("/sources/web/consistency?old=0&new=1", 422),
        ("/sources/web/consistency?old=2&new=1", 422),
        ("/sources/web/consistency?old=1&new=99999999", 422),
        ("/sources/web/consistency?old=1", 422),
        ("/sources/web/entries?after=nonsense", 422),
        ("/sources/web/entries?after=Wy0xXQ", 422),
        ("/sources/web/verification?after=Wzdd", 422),
        ("/sources/web/verification?after=WzI1NjAwMF0", 422),
        ("/sources/web/entries?limit=101", 422),
    ],
)
async def test_what_is_not_there_is_refused_in_a_sentence(room: AuditRoom, path: str, status: int) -> None:
    await play(room)

    answer = await room.ask(path)

    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_only_those_whose_work_it_is_may_ask(room: AuditRoom) -> None:
    case = await play(room)
    paths = everything(case)

    assert [(await room.ask(path, APPLICANT)).status_code for path in paths] == [403] * 8
    assert [(await room.ask(path, OFFICER)).status_code for path in paths] == [*[403] * 5, 200, 403, 200]
    assert [(await room.ask(path, ADMINISTRATOR)).status_code for path in paths] == [200] * 2 + [403] * 6
    assert [(await room.ask(path, AUDITOR)).status_code for path in paths] == [200] * 8


async def test_reading_never_writes(room: AuditRoom) -> None:
    case = await play(room)
    before = [await room.office.pool.fetch(f"select xmin::text, ctid::text, * from {table}") for table in TABLES]

    for path in everything(case):
        await room.answer(path)

    after = [await room.office.pool.fetch(f"select xmin::text, ctid::text, * from {table}") for table in TABLES]
    assert [sorted(map(str, rows)) for rows in after] == [sorted(map(str, rows)) for rows in before]


async def test_it_says_whether_it_has_everything(room: AuditRoom) -> None:
    await play(room)

    for standing in (await room.answer("/completeness", ADMINISTRATOR))["sources"]:
        told = len(await room.sources[standing["source"]].texts())
        assert (standing["size"], standing["last"], standing["complete"]) == (told, told, True)


async def test_an_entry_is_shown_with_when_it_was_told_and_when_it_was_kept(room: AuditRoom) -> None:
    case = await play(room)
    first = (await room.answer(f"/cases/{case}/trail"))["items"][0]

    shown = await room.answer(f"/sources/{first['source']}/entries/{first['position']}")

    assert shown["subject"] == str(case)
    assert datetime.fromisoformat(shown["told_at"]).date() == date(2026, 3, 1)
    assert datetime.fromisoformat(shown["recorded_at"]) <= datetime.now(UTC)
    assert shown["text"] == first["text"]
