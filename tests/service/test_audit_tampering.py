"""Nobody can change the trail unseen: the database refuses, and where it is forced, the recount shows it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.audit import verification
from services.audit.completeness import completeness, stream_lasts
from services.audit.rebuild import WouldLose, rebuild
from services.audit.recover import texts_after
from services.audit.trees import SOURCES, heads
from shared import journal
from shared.broker import Broker
from shared.catalogue.review import InterestDeclared
from shared.journal_root import JournalRoot, NotSoLong, RowMissing, own_root
from shared.merkle import leaf_hash
from tests.service.audit_room import AuditRoom

FACTS = 700
TABLES = ("entry", "node", "tree")


@pytest.fixture(scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AuditRoom]:
    """Audit with more than two whole tiles of review's facts."""
    async with AuditRoom(tmp_path_factory.mktemp("audit")) as one:
        await one.sources["review"].tell(uuid4(), *(InterestDeclared(person=uuid4()) for _ in range(FACTS)))
        await one.sources["web"].say_anything('{"a":1}', '{"b":2}', '{"c":3}')
        await one.caught_up()
        yield one


@pytest.fixture(params=[1, 16])
def tiles(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """The recount in short pages and in long ones."""
    monkeypatch.setattr(verification, "TILES_MAX", request.param)
    return int(request.param)


async def verified(room: AuditRoom, source: str = "review") -> list[Any]:
    return await room.pages(f"/sources/{source}/verification")


async def agrees(room: AuditRoom) -> bool:
    return all(page["agrees"] for page in await verified(room))


async def test_the_trail_is_that_of_its_texts(room: AuditRoom, tiles: int) -> None:
    pages = await verified(room)

    assert len(pages) == (3 if tiles == 1 else 1)
    assert all(page["agrees"] and page["computed_root"] == page["root"] for page in pages)
    assert (pages[0]["first"], pages[-1]["last"]) == (1, FACTS)
    assert (await JournalRoot(room.sources["review"].pool).own_root(FACTS)).hex() == pages[0]["root"]
    assert (await verified(room, "payouts"))[0]["agrees"], "a tree of nothing is that of nothing"


ALTERED = (b"another", leaf_hash(b"another"))
ROW = "where source = 'review' and position"
TAMPERINGS = {
    "a text": (f"update entry set text = $1 {ROW} = 300", ALTERED[:1]),
    "a text and its leaf": (f"update entry set (text, leaf) = ($1, $2) {ROW} = 300", ALTERED),
    "the last text and its leaf": (f"update entry set (text, leaf) = ($1, $2) {ROW} = {FACTS}", ALTERED),
    "a leaf": (f"update entry set leaf = $1 {ROW} = 300", ALTERED[1:]),
    "an entry removed": (f"delete from entry {ROW} = 600", ()),
    "the last entry removed": (f"delete from entry {ROW} = {FACTS}", ()),
    "a stored hash": ("update node set hash = $1 where source = 'review' and index = 1", ALTERED[1:]),
    "a stored hash removed": ("delete from node where source = 'review' and index = 0", ()),
    "the root": ("update tree set root = $1 where source = 'review'", ALTERED[1:]),
    "the edge": ("update tree set frontier = $1 where source = 'review'", (bytes(8) + bytes(32),)),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_whatever_is_altered_behind_the_trail_the_recount_finds_it(
    room: AuditRoom, tiles: int, tampering: str
) -> None:
    assert await agrees(room), "the negative control: what was not altered agrees"
    statement, arguments = TAMPERINGS[tampering]
    superuser = await room.superuser()
    kept = {
        table: await superuser.fetch(f"select * from {table} where source = 'review'")
        for table in ("entry", "node", "tree")
    }

    await superuser.execute(statement, *arguments)
    found = await agrees(room)
    for table, rows in kept.items():
        await superuser.execute(f"delete from {table} where source = 'review'")
        await superuser.copy_records_to_table(table, records=[tuple(row) for row in rows])
    await superuser.close()

    assert not found
    assert await agrees(room), "mended, it agrees again"


async def test_the_recount_names_the_text_that_was_altered(room: AuditRoom) -> None:
    superuser = await room.superuser()
    text = await superuser.fetchval(f"select text from entry {ROW} = 300")
    await superuser.execute(
        "update entry set text = $1 where source = 'review' and position = 300", text.replace(b"review", b"rev1ew", 1)
    )

    (page,) = await verified(room)

    assert page["altered"] == [300]
    assert page["computed_root"] != page["root"]
    await superuser.execute(f"update entry set text = $1 {ROW} = 300", text)
    await superuser.close()


FORBIDDEN = [
    "update entry set text = ''",
    "update entry set type = 'nothing'",
    "delete from entry",
    "truncate entry",
    "update concern set subject = gen_random_uuid()",
    "delete from concern",
    "truncate concern",
    "update node set hash = hash",
    "delete from node",
    "truncate node",
    "update tree set source = 'other'",
    "update tree set size = size - 1",
    "update tree set root = root",
    "delete from tree",
    "truncate tree",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
async def test_the_database_refuses_to_change_the_trail(room: AuditRoom, statement: str) -> None:
    owner = await room.owner()

    for connection in (room.office.pool, owner):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)

    await owner.close()
    assert await agrees(room)


async def test_a_reader_stands_still_before_what_it_cannot_keep_and_goes_on_when_it_can(room: AuditRoom) -> None:
    source = room.sources["web"]
    superuser = await room.superuser()
    await superuser.execute("alter table entry add constraint stuck check (source <> 'web' or position <= 3) not valid")

    await source.say_anything('{"d":4}', '{"e":5}')
    async with asyncio.timeout(20):
        while "Halted" not in room.office.workers.unwell.get("reader.web", ""):
            await asyncio.sleep(0.02)
    stood = await superuser.fetchrow(
        "select position, (select count(*) from parked) from bookmark where source = 'web'"
    )
    await superuser.execute("alter table entry drop constraint stuck")
    await superuser.close()
    await room.caught_up()

    assert tuple(stood) == (3, 0), "nothing parked, nothing skipped"
    assert (await verified(room, "web"))[0]["agrees"]
    assert (await verified(room, "web"))[0]["size"] == await journal.head(source.pool)


async def test_the_trail_is_rebuilt_to_the_same_roots(room: AuditRoom) -> None:
    before = await heads(room.office.pool)
    texts = await room.office.pool.fetch("select source, position, text, leaf from entry order by 1, 2")
    owner = await room.owner()

    returned = await rebuild(owner, await stream_lasts(room.office.broker))
    await owner.close()
    await room.restart()
    await room.caught_up()

    assert returned == before == await heads(room.office.pool)
    assert await room.office.pool.fetch("select source, position, text, leaf from entry order by 1, 2") == texts
    assert await agrees(room)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await room.office.pool.execute("delete from entry")


async def test_a_rebuild_under_a_running_audit_mixes_nothing(room: AuditRoom) -> None:
    web = room.sources["web"]
    owner = await room.owner()

    await rebuild(owner, await stream_lasts(room.office.broker))
    await owner.close()
    await web.say_anything('{"later":1}')
    size = await journal.head(web.pool)
    async with asyncio.timeout(20):
        while (tree := (await heads(room.office.pool))[SOURCES.index("web")]).size < size:
            await asyncio.sleep(0.02)

    assert tree.root == await own_root(web.pool, size)
    assert (await verified(room, "web"))[0]["agrees"]
    await room.restart()
    await room.caught_up()
    assert await agrees(room)


@pytest.mark.parametrize("last", [None, 0, FACTS - 1])
async def test_what_no_stream_can_tell_again_is_not_thrown_away(room: AuditRoom, last: int | None) -> None:
    before = await heads(room.office.pool)
    owner = await room.owner()

    with pytest.raises(WouldLose):
        await rebuild(owner, {**await stream_lasts(room.office.broker), "review": last})

    await owner.close()
    assert await heads(room.office.pool) == before


async def test_what_a_service_has_lost_is_given_back_word_for_word(room: AuditRoom) -> None:
    told = await room.sources["review"].texts()

    for position in (0, 1, 650, FACTS):
        lost = [each async for each in texts_after(room.office.pool, "review", position)]
        assert [each.text for each in lost] == told[position:]
        assert [each.position for each in lost] == list(range(position + 1, FACTS + 1))


async def test_where_the_broker_is_silent_it_is_not_said_to_be_complete(room: AuditRoom) -> None:
    silent = Broker("nats://127.0.0.1:1", "audit", "nothing")

    standings = (await completeness(room.office.pool, silent)).sources
    await silent.close()

    assert [standing.source for standing in standings] == list(SOURCES)
    assert {(standing.last, standing.complete) for standing in standings} == {(None, None)}


async def test_a_service_knows_its_own_root_at_every_size(room: AuditRoom) -> None:
    pool = room.sources["review"].pool
    own = JournalRoot(pool)

    for size in (0, 5, FACTS, 5, 300, FACTS):
        assert await own.own_root(size) == await own_root(pool, size)
    with pytest.raises(NotSoLong):
        await own.own_root(FACTS + 1)


async def test_what_was_counted_is_built_upon_and_read_anew_in_time(room: AuditRoom) -> None:
    pool = room.sources["review"].pool
    own, forgetful = JournalRoot(pool), JournalRoot(pool, remembered_s=0)
    true = await own.own_root(FACTS), await forgetful.own_root(FACTS)
    superuser = await room.superuser("review")
    text = await superuser.fetchval("select event::text from journal where position = 7")
    await superuser.execute("update journal set event = '{}' where position = 7")

    remembered, again = await own.own_root(FACTS), await forgetful.own_root(FACTS)
    anew = await own.own_root(FACTS, anew=True)
    await superuser.execute("update journal set event = $1 where position = 7", text)
    await superuser.close()

    assert (remembered, remembered) == true, "it costs nothing to ask again, for a while"
    assert again == anew != remembered


async def test_a_journal_that_has_lost_a_row_has_no_root(room: AuditRoom) -> None:
    superuser = await room.superuser("review")
    row = await superuser.fetchrow("delete from journal where position = 650 returning *")

    for size in (650, FACTS):
        with pytest.raises(RowMissing):
            await own_root(room.sources["review"].pool, size)

    await superuser.copy_records_to_table("journal", records=[tuple(row)])
    await superuser.close()
    assert (await own_root(room.sources["review"].pool, FACTS)).hex() == (await verified(room))[0]["root"]
