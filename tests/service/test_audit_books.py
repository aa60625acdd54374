"""Two books that must agree: a row altered in a service's journal, in audit's trail, or both, is found and named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from services.audit import books, reconciling
from services.audit.books import BOOKS, What, open_books
from services.audit.trees import SOURCES
from shared.book import DistantBook, Silent
from shared.catalogue.review import InterestDeclared
from shared.journal_root import JournalRoot
from tests.service.audit_room import ADMINISTRATOR, OFFICER, AuditRoom
from tests.service.house import URL, TestedHouse
from tests.service.tampering import rewritten, texts_of

FACTS = 600
CASE = UUID("0190a3b2-7c1d-7e4f-8a5b-6c7d8e9f0a1b")
ALTERED = b'{"altered":1}'


@pytest.fixture(scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AuditRoom]:
    async with AuditRoom(tmp_path_factory.mktemp("books")) as one:
        review = one.sources["review"]
        await review.tell(CASE, *(InterestDeclared(person=uuid4()) for _ in range(FACTS)))
        await one.sources["web"].say_anything('{"a":1}', '{"b":2}')
        await one.caught_up()
        open_books(one.office, {name: JournalRoot(source.pool) for name, source in one.sources.items()})
        yield one


@pytest.fixture
async def kept(room: AuditRoom) -> AsyncIterator[dict[str, asyncpg.Connection]]:
    """Superusers of both databases; afterwards everything is as it was."""
    connections = {name: await room.superuser(name) for name in ("review", "audit")}
    tables = {"review": ("journal", ""), "audit": ("entry", " where source = 'review'")}
    rows = {
        name: await connections[name].fetch(f"select * from {table}{where}") for name, (table, where) in tables.items()
    }
    nodes = await connections["audit"].fetch("select * from node where source = 'review'")
    trees = await connections["audit"].fetch("select * from tree where source = 'review'")
    yield connections
    for name, (table, where) in tables.items():
        await connections[name].execute(f"delete from {table}{where}")
        await connections[name].copy_records_to_table(table, records=[tuple(row) for row in rows[name]])
    for table, before in (("node", nodes), ("tree", trees)):
        await connections["audit"].execute(f"delete from {table} where source = 'review'")
        await connections["audit"].copy_records_to_table(table, records=[tuple(row) for row in before])
    for connection in connections.values():
        await connection.close()


async def rewritten_at(room: AuditRoom, position: int) -> list[bytes]:
    """The texts of review's book, one of them another."""
    texts = await texts_of(room)
    texts[position - 1] = ALTERED
    return texts


IN_REVIEW = "update journal set event = '{\"altered\":1}' where position = 300"
IN_AUDIT = "update entry set text = '{\"altered\":1}' where source = 'review' and position = 300"
TAMPERINGS: dict[str, tuple[str, str, What]] = {
    "a row of the service's journal": ("review", IN_REVIEW, What.DIFFERENT),
    "a row of the journal taken away": ("review", "delete from journal where position = 300", What.MISSING_THERE),
    "a text of audit's": ("audit", IN_AUDIT, What.ALTERED_HERE),
    "an entry of audit's taken away": (
        "audit",
        "delete from entry where source = 'review' and position = 300",
        What.MISSING_HERE,
    ),
}


async def differing(room: AuditRoom) -> list[tuple[int, str, list[str]]]:
    pages = await room.pages("/sources/review/differences")
    return [(one["position"], one["what"], one["concerned"]) for page in pages for one in page["differences"]]


async def test_the_two_books_agree(room: AuditRoom) -> None:
    for source in SOURCES:
        agreed = await room.answer(f"/sources/{source}/agreement")
        assert agreed["agrees"]
        assert (agreed["own_size"], agreed["own_root"]) == (agreed["size"], agreed["root"])
    assert await differing(room) == []


@pytest.mark.parametrize("page", [250, 4_096])
@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_an_altered_row_is_found_and_named(
    room: AuditRoom,
    kept: dict[str, asyncpg.Connection],
    monkeypatch: pytest.MonkeyPatch,
    tampering: str,
    page: int,
) -> None:
    monkeypatch.setattr(books, "LEAVES_MAX", page)
    where, statement, what = TAMPERINGS[tampering]

    await kept[where].execute(statement)

    about = [] if what is What.MISSING_HERE else [str(CASE)]
    assert await differing(room) == [(300, what, about)]


async def test_an_audit_whose_whole_tree_was_rewritten_is_given_away_by_the_other_book(
    room: AuditRoom,
) -> None:
    async with rewritten(room, await rewritten_at(room, 300)):
        assert (await room.answer("/sources/review/verification"))["agrees"], "it fits itself"
        agreed = await room.answer("/sources/review/agreement")
        assert not agreed["agrees"]
        assert await differing(room) == [(300, What.DIFFERENT, [str(CASE)])]


async def test_a_change_of_both_books_alike_is_not_found_by_comparing_them(
    room: AuditRoom, kept: dict[str, asyncpg.Connection]
) -> None:
    """What only a root held by somebody else can tell: it is why there are signed checkpoints."""
    before = (await room.answer("/sources/review/agreement"))["root"]

    await kept["review"].execute(IN_REVIEW)
    async with rewritten(room, await rewritten_at(room, 300)):
        agreed = await room.answer("/sources/review/agreement")

    assert agreed["agrees"]
    assert agreed["root"] != before


async def test_a_journal_shorter_than_the_trail_does_not_agree(
    room: AuditRoom, kept: dict[str, asyncpg.Connection]
) -> None:
    await kept["review"].execute("delete from journal where position > 590")
    await kept["review"].execute("update head set position = 590")

    agreed = await room.answer("/sources/review/agreement")
    await kept["review"].execute(f"update head set position = {FACTS}")

    assert (agreed["agrees"], agreed["own_size"]) == (False, 590)
    assert [position for position, what, _ in await differing(room) if what == What.MISSING_THERE] == [*range(591, 601)]


async def test_a_night_s_comparison_is_kept_and_alarms_until_a_later_one_agrees(
    room: AuditRoom, kept: dict[str, asyncpg.Connection]
) -> None:
    office = room.office
    await kept["review"].execute(IN_REVIEW)
    await kept["audit"].execute("update entry set text = '{}' where source = 'review' and position = 7")

    await compared_again(room)
    found = {one["source"]: one for one in await room.answer("/reconciliations", ADMINISTRATOR)}
    alarmed = office.trouble.get(reconciling.ALARM)
    text = await kept["audit"].fetchval("select text from entry where source = 'review' and position = 300")
    await kept["review"].execute("update journal set event = $1 where position = 300", text.decode())
    original = await kept["review"].fetchval("select event::text from journal where position = 7")
    await kept["audit"].execute(
        "update entry set text = $1 where source = 'review' and position = 7", original.encode()
    )
    await compared_again(room)

    assert found["web"]["agrees"]
    assert not found["review"]["agrees"]
    assert [(one["position"], one["what"]) for one in found["review"]["differences"]] == [
        (7, What.ALTERED_HERE),
        (300, What.DIFFERENT),
    ]
    assert found["review"]["altered"] == [7]
    assert alarmed is not None
    assert "review" in alarmed
    assert reconciling.ALARM not in office.trouble
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await office.pool.execute("delete from reconciliation")


async def compared_again(room: AuditRoom) -> None:
    """As on the night after: what was compared before is of an earlier night."""
    owner = await room.superuser()
    await owner.execute("update reconciliation set compared_at = compared_at - interval '25 hours'")
    await owner.close()
    room.office.extra[reconciling.NEXT_LOOK] = 0.0
    await reconciling.every_night(room.office)


async def test_a_service_that_does_not_answer_stops_nobody(room: AuditRoom) -> None:
    whole = room.office.extra[BOOKS]
    open_books(room.office, {**whole, "review": DistantBook("http://127.0.0.1:1", "00")})

    await compared_again(room)
    answer = await room.ask("/sources/review/agreement")
    open_books(room.office, whole)

    assert answer.status_code == 503
    kept = await reconciling.latest(room.office.pool)
    assert {
        one.source
        for one in kept
        if one.compared_at > max(each.compared_at for each in kept if each.source == "review")
    }


async def test_only_the_auditor_and_the_administrator_compare(room: AuditRoom) -> None:
    for path in ("/sources/review/agreement", "/sources/review/differences", "/reconciliations"):
        assert (await room.ask(path, OFFICER)).status_code == 403
        assert (await room.ask(path, ADMINISTRATOR)).status_code == 200
    assert (await room.ask("/sources/nobody/agreement")).status_code == 404


async def test_a_book_in_another_process_is_told_to_the_house_s_services_alone(house: TestedHouse) -> None:
    async def asked(key: str) -> Any:
        book = DistantBook(f"{URL}/api/web", key, house.transport)
        try:
            told = await book.told(10)
            return told, await book.leaves(0, 10)
        finally:
            await book.close()

    office = house.office("web")
    told, leaves = await asked(office.settings.book_key)
    with pytest.raises(Silent):
        await asked("00" * 32)

    assert told == await office.own_root.told(10)
    assert leaves == await office.own_root.leaves(0, 10)
    assert len(leaves) == told.size == 10
    async with httpx.AsyncClient(transport=house.transport, base_url=URL) as stranger:
        assert (await stranger.get("/api/web/book/root?size=1")).status_code == 404
