"""The signer signs what has only grown, from the bytes themselves, and stops at anything else. Each safeguard has a
control: with it switched off, the false history gets its signature."""

from __future__ import annotations

import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from services.__main__ import main as command
from services.audit import overdue, rebuild
from services.audit.completeness import stream_lasts
from services.audit.trees import SOURCES
from services.signer import signer as signing
from services.signer.audit import Audit, NotHandedIn
from services.signer.domain import judgement
from services.signer.domain.judgement import BEHIND, FORGOTTEN, FORK, Remembered
from services.signer.memory import Break, Memory, MemoryDamaged, MemoryTaken
from services.signer.signer import Signer
from services.witness.following import Followed
from services.witness.memory import Memory as WitnessMemory
from services.witness.witness import Witness
from shared.alarms import Bell
from shared.http.engine_routes import THROUGH_THE_DOOR
from shared.merkle import EMPTY_FRONTIER, Frontier, leaf_hash, root_at, root_needs, stored_nodes
from shared.tlog.checkpoints import Checkpoint, opened, sign, witnesses
from shared.tlog.notes import NotSigned, public_key, read_key, read_note
from shared.tlog.rotation import in_office, tenures
from shared.tlog.tiles import WIDTH, Tile, entries_of, hashes_of, tiles_for
from tests.service.audit_room import ADMINISTRATOR, APPLICANT, AUDITOR, SIGNER_PASSWORD, AuditRoom

FACTS = 600
LOG_TABLES = "log, log_key, checkpoint, cosignature"


class Desk:
    """A signer of a folder of its own, and what it needs to go wrong."""

    def __init__(self, room: AuditRoom, folder: Path) -> None:
        self.room = room
        self.folder = folder
        self.memory = Memory(folder)
        self.memory.open("fund.example/log")
        self.audit = Audit("http://audit", SIGNER_PASSWORD, room.transport)
        self.bell = Bell(lambda: room.office.settings)
        self.signer = Signer(self.memory, self.audit, self.bell)

    def again(self) -> Desk:
        """The process ended, and was started on the same folder."""
        self.memory.close()
        return Desk(self.room, self.folder)

    async def look(self) -> dict[str, str]:
        """Looks as often as it takes to open what is new and sign it: source → why not."""
        await self.signer.look()
        return {source: stop.name for source, stop in (await self.signer.look()).items()}

    def mine(self, source: str = "review") -> Remembered:
        return self.memory.known.logs[source]

    async def published(self, log: str = "review") -> Checkpoint:
        """As an outsider has it, who pinned the log's first key."""
        keys = [each["key"] for each in await self.answer(f"/log/{log}/keys")]
        note = read_note((await self.room.ask(f"/log/{log}/checkpoint")).text)
        return opened(note, [read_key(key) for key in keys])

    async def answer(self, path: str) -> Any:
        return await self.room.answer(path)


@pytest.fixture(scope="module")
async def room(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[AuditRoom]:
    async with AuditRoom(tmp_path_factory.mktemp("signer")) as one:
        await one.sources["review"].say_anything(*(f'{{"fact":{number}}}' for number in range(FACTS)))
        await one.sources["web"].say_anything('{"a":1}', '{"b":2}', '{"c":3}')
        await one.caught_up()
        yield one


@pytest.fixture
async def desk(room: AuditRoom, tmp_path: Path) -> AsyncIterator[Desk]:
    """Nothing was ever signed."""
    superuser = await room.superuser()
    await superuser.execute(f"truncate {LOG_TABLES}")
    await superuser.execute("delete from tree where source like '%-%'")
    await superuser.execute("delete from node where source like '%-%'")
    await superuser.close()
    room.office.trouble.clear()
    made = Desk(room, tmp_path / "signer")
    yield made
    await made.audit.close()


@asynccontextmanager
async def rewritten(room: AuditRoom, texts: list[bytes], source: str = "review") -> AsyncIterator[None]:
    """Somebody with every right has made the source's book anew from other texts: entries, hashes and root agree."""
    superuser = await room.superuser()
    tables = ("entry", "node", "tree")
    kept = {table: await superuser.fetch(f"select * from {table} where source = $1", source) for table in tables}
    leaves = [leaf_hash(text) for text in texts]
    edge, completed = EMPTY_FRONTIER.extended(leaves)
    for table in tables:
        await superuser.execute(f"delete from {table} where source = $1", source)
    await superuser.executemany(
        "insert into entry (source, position, text, leaf) values ($1, $2, $3, $4)",
        [(source, place, *row) for place, row in enumerate(zip(texts, leaves, strict=True), 1)],
    )
    await superuser.executemany(
        "insert into node (source, level, index, hash) values ($1, $2, $3, $4)", [(source, *node) for node in completed]
    )
    await superuser.execute("insert into tree values ($1, $2, $3, $4)", source, edge.size, edge.to_bytes(), edge.root())
    try:
        yield
    finally:
        for table, rows in kept.items():
            await superuser.execute(f"delete from {table} where source = $1", source)
            await superuser.copy_records_to_table(table, records=[tuple(row) for row in rows])
        await superuser.close()


async def texts_of(room: AuditRoom, source: str = "review") -> list[bytes]:
    rows = await room.office.pool.fetch("select text from entry where source = $1 order by position", source)
    return [row["text"] for row in rows]


# ------------------------------------------------------------------------------------------------------- signing


async def test_what_has_grown_is_signed_and_anybody_can_follow_it(room: AuditRoom, desk: Desk) -> None:
    assert await desk.look() == {}

    heads = {each["source"]: each for each in await room.answer("/sources")}
    for source in ("review", "web"):
        checkpoint = await desk.published(source)
        assert (checkpoint.size, checkpoint.root.hex()) == (heads[source]["size"], heads[source]["root"])
        assert checkpoint.origin == f"fund.example/log/{source}"
    assert (await room.ask("/log/payouts/checkpoint")).status_code == 404, "nothing has been told there"

    await room.sources["web"].say_anything('{"d":4}')
    await room.caught_up()
    assert await desk.look() == {}
    assert (await desk.published("web")).size == heads["web"]["size"] + 1
    listed = await room.answer("/log/web/checkpoints", limit=1)
    assert listed["items"] == [{"size": heads["web"]["size"]}]
    assert (await room.answer("/log/web/checkpoints", after=listed["next"]))["items"] == [{"size": 4}]
    old = read_note((await room.ask(f"/log/web/checkpoints/{heads['web']['size']}")).text)
    assert opened(old, [read_key(desk.mine("web").key)]).size == heads["web"]["size"], "every one is kept"


async def test_no_more_is_signed_while_nothing_is_new(room: AuditRoom, desk: Desk) -> None:
    await desk.look()
    before = desk.mine().note

    assert await desk.look() == {}

    assert desk.mine().note == before
    assert len((await room.answer("/log/review/checkpoints"))["items"]) == 1


async def test_the_tree_is_followed_from_its_tiles_alone(room: AuditRoom, desk: Desk) -> None:
    await desk.look()
    checkpoint = await desk.published()
    table: dict[tuple[int, int], bytes] = {}
    for tile in tiles_for(root_needs(checkpoint.size), checkpoint.size):
        answer = await room.ask(f"/log/review/tile/{tile.path}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/octet-stream")
        assert "immutable" in answer.headers["cache-control"]
        for place, each in enumerate(hashes_of(answer.content, tile.width)):
            table[tile.nodes.level, tile.nodes.first + place] = each

    assert root_at(checkpoint.size, stored_nodes(table)) == checkpoint.root
    full = await room.ask("/log/review/tile/0/000")
    assert (await room.ask("/log/review/tile/0/000.p/100")).content == full.content[: 100 * 32]


async def test_the_entries_are_for_the_auditor_and_are_those_of_the_hashes(room: AuditRoom, desk: Desk) -> None:
    await desk.look()
    path = f"/log/review/tile/{Tile(None, FACTS // WIDTH, FACTS % WIDTH).path}"
    texts = entries_of((await room.ask(path, AUDITOR)).content)
    hashes = (await room.ask(path.replace("entries", "0"))).content

    assert texts == (await texts_of(room))[-(FACTS % WIDTH) :]
    assert hashes == b"".join(map(leaf_hash, texts))
    for other in (ADMINISTRATOR, APPLICANT):
        assert (await room.ask(path, other)).status_code == 403


@pytest.mark.parametrize(
    "place", ["0/003", "0/002.p/255", "2/000", "0/0", "9/000", "entries/003", "entries/x", "0/000.p/0"]
)
async def test_a_tile_that_is_not_there_is_unknown(room: AuditRoom, desk: Desk, place: str) -> None:
    await desk.look()
    assert (await room.ask(f"/log/review/tile/{place}")).status_code == 404
    assert (await room.ask(f"/log/nobody/tile/{place}")).status_code == 404


async def test_an_entry_too_long_for_a_bundle_is_signed_all_the_same(room: AuditRoom, desk: Desk) -> None:
    long = f'{{"long":"{"x" * 70_000}"}}'
    await room.sources["applications"].say_anything(long)
    await room.caught_up()

    assert await desk.look() == {}

    assert (await desk.published("applications")).root == leaf_hash(long.encode())
    answer = await room.ask("/log/applications/tile/entries/000.p/1")
    assert (answer.status_code, "1" in answer.json()["detail"]) == (422, True)


async def test_a_witness_follows_the_log_through_its_tiles_and_its_cosignatures_are_kept(
    room: AuditRoom, desk: Desk, tmp_path: Path
) -> None:
    await desk.look()
    size = desk.mine("web").edge.size
    memory = WitnessMemory(tmp_path / "witness")
    witness = Witness(memory, {key.name: key for key in (read_key(desk.mine("web").key),)})
    async with httpx.AsyncClient(transport=room.transport) as client:
        outsider = Followed("http://audit/log/web", client, room.token(APPLICANT))
        assert (await witness.look(outsider)).sentence.count(": 403 ") == 1, "only an auditor may hand in"
        followed = Followed("http://audit/log/web", client, room.token(AUDITOR))
        assert (await witness.look(followed)).well
        await room.sources["web"].say_anything('{"one":"more"}')
        await room.caught_up()
        await desk.look()
        assert (await witness.look(followed)).well

    for each in (size, size + 1):
        note = read_note((await room.ask(f"/log/web/checkpoints/{each}")).text)
        assert witnesses(note, [memory.key]) == [memory.key]
        assert opened(note, [read_key(desk.mine("web").key)]).size == each
    seen = memory.known.logs[desk.mine("web").origin]
    (line,) = read_note(seen.note).signatures[1:]
    body = {"key": str(memory.key), "line": line.line()}
    assert (await room.tell("/log/web/cosignatures", body, size=size + 1)).status_code == 200, "twice is once"
    assert (await room.ask(f"/log/web/checkpoints/{size + 1}")).text == seen.note
    for wrong in (
        {"size": size},
        {"size": 1},
        {"line": body["line"] * 2},
        {"line": "scribble"},
        {"key": desk.mine("web").key},
        {"key": "x"},
    ):
        told = {**body, **{name: value for name, value in wrong.items() if name != "size"}}
        at = wrong.get("size", size + 1)
        assert (await room.tell("/log/web/cosignatures", told, size=at)).status_code in (409, 422), wrong


# ------------------------------------------------------------------------------------------- what stops the signer


async def test_a_history_that_was_rewritten_is_not_signed_and_somebody_hears_of_it(room: AuditRoom, desk: Desk) -> None:
    await desk.look()
    before = desk.mine()
    texts = await texts_of(room)
    texts[300] = b'{"fact":"another"}'

    async with rewritten(room, [*texts, b'{"one":"more"}']):
        assert await desk.look() == {"review": FORK}
        assert desk.mine() == before
        assert [alarm.name for alarm in desk.bell.current.values()] == [FORK]
        assert await desk.again().look() == {"review": FORK}, "nor after a start"
    async with rewritten(room, texts):
        assert await desk.look() == {"review": FORK}, "nor where the size is the same"

    assert await desk.look() == {}, "the control: what was there before may be followed"
    assert desk.bell.current == {}


@pytest.mark.parametrize("longer", [True, False])
async def test_control_without_judgement_the_rewritten_history_is_signed(
    room: AuditRoom, desk: Desk, monkeypatch: pytest.MonkeyPatch, longer: bool
) -> None:
    await desk.look()
    texts = await texts_of(room)
    texts[300] = b'{"fact":"another"}'

    async def believed(*_: object) -> Frontier:
        return EMPTY_FRONTIER.extended(map(leaf_hash, [*texts, b"more"]))[0]

    monkeypatch.setattr(signing, "stopped", lambda *_: None)
    if longer:  # a signer that goes by what it is told, instead of hashing onto what it remembers
        monkeypatch.setattr(Signer, "_hashed", believed)
    async with rewritten(room, [*texts, b"more"] if longer else texts):
        assert await desk.look() == {}
    assert (desk.mine().edge.size == FACTS + 1) is longer


async def test_bytes_that_are_not_those_of_their_hashes_are_not_signed(room: AuditRoom, desk: Desk) -> None:
    superuser = await room.superuser()
    where = "where source = 'review' and position = 300"
    text = await superuser.fetchval(f"select text from entry {where}")

    await superuser.execute(f"update entry set text = 'another' {where}")
    found = await desk.look()
    await superuser.execute(f"update entry set text = $1 {where}", text)
    await superuser.close()

    assert found == {"review": FORK}
    assert desk.mine().note is None
    assert await desk.look() == {}, "the control"


async def test_a_shorter_history_is_not_signed_and_is_followed_when_it_has_come_back(
    room: AuditRoom, desk: Desk
) -> None:
    await desk.look()
    before = desk.mine()
    texts = await texts_of(room)

    async with rewritten(room, texts[:-5]):
        assert await desk.look() == {"review": BEHIND}
        assert desk.mine() == before
    async with rewritten(room, [*texts[:-5], *[b"other"] * 9]):
        assert await desk.look() == {"review": FORK}, "written on after a restore: longer, and another history"
    async with rewritten(room, [*texts, b"one more"]):
        assert await desk.look() == {}
    assert desk.mine().edge.size == FACTS + 1


async def test_control_without_judgement_the_signer_would_not_notice_that_something_is_gone(
    room: AuditRoom, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.look()
    texts = await texts_of(room)
    monkeypatch.setattr(signing, "stopped", lambda *_: None)

    async with rewritten(room, texts[:-5]):
        assert await desk.look() == {}


async def test_a_signer_that_has_lost_its_memory_does_not_begin_again(room: AuditRoom, desk: Desk) -> None:
    await desk.look()
    for file in desk.folder.iterdir():
        if file.name != "key-1":
            file.unlink()
    desk.memory.close()

    forgetful = Desk(room, desk.folder)

    assert forgetful.memory.seed == desk.memory.seed, "the key alone is not enough"
    assert await forgetful.look() == dict.fromkeys(SOURCES, FORGOTTEN)
    assert "new-log review" in forgetful.bell.current["signer/review", FORGOTTEN].sentence
    await forgetful.audit.close()


async def test_a_crash_between_remembering_and_handing_in_leads_to_no_second_signature(
    room: AuditRoom, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def crash(*_: object) -> None:
        raise httpx.ConnectError("the cable")

    with monkeypatch.context() as broken:
        broken.setattr(Audit, "hand_in", crash)
        await desk.look()
    signed = desk.mine().note
    assert signed is not None
    assert (await room.ask("/log/review/checkpoint")).status_code == 404

    again = desk.again()
    await again.look()

    assert (await room.ask("/log/review/checkpoint")).text == signed
    await again.audit.close()


async def test_audit_out_of_reach_stops_no_one_and_is_told_when_the_minute_is_over(
    room: AuditRoom, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unreachable(*_: object) -> None:
        raise httpx.ConnectError("nobody there")

    with monkeypatch.context() as broken:
        broken.setattr(Audit, "told", unreachable)
        for _ in range(signing.SILENT_LOOKS):
            assert desk.bell.current == {}
            await desk.signer.look()
    assert [alarm.name for alarm in desk.bell.current.values()] == ["unsigned"]
    assert signing.SILENT_LOOKS * signing.LOOK_EVERY_S <= signing.SIGN_WITHIN_S

    assert await desk.look() == {}
    assert desk.bell.current == {}


# ------------------------------------------------------------------------------------------------ a new beginning


async def test_after_a_break_a_new_log_begins_whose_first_leaf_tells_of_it(room: AuditRoom, desk: Desk) -> None:
    await desk.look()
    published = desk.mine().note
    texts = (await texts_of(room))[:-5]
    async with rewritten(room, texts):
        assert await desk.look() == {"review": BEHIND}
        desk.memory.decide_break("review", Break("The disk was restored to the day before.", "operations"))

        assert await desk.look() == {}

        checkpoint = await desk.published("review-2")
        (shown,) = [each for each in await room.answer("/log") if each["source"] == "review"]
        first = json.loads(shown["first"])
        assert (first["former_checkpoint"], first["size"], first["by"]) == (published, FACTS - 5, "operations")
        assert shown["origin"] == checkpoint.origin == "fund.example/log/review-2"
        leaves = [leaf_hash(each) for each in (shown["first"].encode(), *texts)]
        assert checkpoint.root == EMPTY_FRONTIER.extended(leaves)[0].root()
        for tile in tiles_for(root_needs(checkpoint.size), checkpoint.size):
            answer = await room.ask(f"/log/review-2/tile/{tile.path}")
            nodes = [leaves[at] for at in range(tile.nodes.first, tile.nodes.end)] if tile.level == 0 else None
            assert nodes is None or answer.content == b"".join(nodes)
        bundle = await room.ask("/log/review-2/tile/entries/000")
        assert entries_of(bundle.content)[:3] == [shown["first"].encode(), *texts[:2]]

        assert (await room.ask("/log/review/checkpoint")).text == published, "what was published stays"
        assert (await room.answer("/sources/review/verification"))["agrees"], "the source's own tree is its journal's"

    async with rewritten(room, [*texts, b'{"goes":"on"}']):
        assert await desk.look() == {}
        assert (await desk.published("review-2")).size == checkpoint.size + 1
        assert await desk.again().look() == {}


async def test_a_signer_without_memory_tells_in_the_new_log_what_audit_knows_of_the_old(
    room: AuditRoom, desk: Desk, tmp_path: Path
) -> None:
    await desk.look()
    other = Desk(room, tmp_path / "another")
    other.memory.decide_break("web", Break("The signer's machine burnt.", "operations"))

    assert (await other.look())["review"] == FORGOTTEN

    (shown,) = [each for each in await room.answer("/log") if each["source"] == "web"]
    assert json.loads(shown["first"])["former_checkpoint"] == desk.mine("web").note
    assert (await other.published("web-2")).origin == "fund.example/log/web-2"
    assert await desk.look() == {"web": FORGOTTEN}, "the old signer has nothing more to say there"
    await other.audit.close()


# ------------------------------------------------------------------------------------------------------- the keys


async def test_a_key_is_followed_by_another_and_what_it_signed_stays_good(room: AuditRoom, desk: Desk) -> None:
    await desk.look()
    first, old_note, old_seed = read_key(desk.mine("web").key), desk.mine("web").note, desk.memory.seed
    size = desk.mine("web").edge.size

    (*_, vkey) = desk.memory.rotate()
    desk = desk.again()
    await room.sources["web"].say_anything('{"after":"the change"}')
    await room.caught_up()
    assert await desk.look() == {}

    kept = await room.answer("/log/web/keys")
    terms = tenures(first, [read_note(each["note"]) for each in kept[1:]])
    new = read_note((await room.ask("/log/web/checkpoint")).text)
    assert [str(each.key) for each in terms] == [each["key"] for each in kept]
    assert vkey != str(first)
    assert opened(new, in_office(terms, size + 1)).size == size + 1
    assert opened(read_note(old_note or ""), in_office(terms, size)).size == size
    with pytest.raises(NotSigned):
        opened(new, [first])
    assert not desk.memory.folder.joinpath("key-1").exists()

    stolen = sign(Checkpoint(first.name, size + 1, bytes(32)), old_seed)
    with pytest.raises(NotHandedIn, match="Nobody"):
        await desk.audit.hand_in(msgspec.structs.replace(desk.mine("web"), note=str(stolen)))
    await desk.audit.close()


async def test_audit_takes_no_checkpoint_key_or_log_on_trust(room: AuditRoom, desk: Desk, tmp_path: Path) -> None:
    await desk.look()
    mine, other = desk.mine(), Memory(tmp_path / "other")
    other.open("fund.example/log")
    true = opened(read_note(mine.note or ""), [read_key(mine.key)])

    async def refused(log: Remembered, act: str) -> str:
        with pytest.raises(NotHandedIn) as found:
            await getattr(desk.audit, act)(log)
        return str(found.value)

    def noted(note: object) -> Remembered:
        return msgspec.structs.replace(mine, note=str(note))

    assert "Nobody" in await refused(noted(sign(true, other.seed)), "hand_in")
    assert "how the tree stood" in await refused(
        noted(sign(Checkpoint(true.origin, true.size, bytes(32)), desk.memory.seed)), "hand_in"
    )
    assert "how the tree stood" in await refused(
        noted(sign(Checkpoint(true.origin, true.size + 1, true.root), desk.memory.seed)), "hand_in"
    )
    assert "that is not taken" in (await refused(noted("scribble"), "hand_in")).lower()
    stranger = msgspec.structs.replace(mine, key=_key(other, mine.origin))
    assert "another log" in await refused(stranger, "open")
    assert "another log" in await refused(msgspec.structs.replace(mine, origin="x.example/log"), "open")
    assert "404" in await refused(msgspec.structs.replace(mine, name="nobody"), "hand_in")
    await desk.audit.hand_in(mine)
    await desk.audit.open(mine)  # the control: what is true may be handed in again
    other.close()


def _key(memory: Memory, origin: str) -> str:
    return str(public_key(origin, memory.seed))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/signer/logs"),
        ("GET", "/signer/logs/review/leaves?first=0&end=9"),
        ("PUT", "/signer/logs/review"),
        ("POST", "/signer/logs/review/keys"),
        ("POST", "/signer/logs/review/checkpoints"),
    ],
)
async def test_the_signers_routes_are_closed_to_everybody_else(
    room: AuditRoom, desk: Desk, method: str, path: str
) -> None:
    await desk.look()
    body = {"source": "review", "number": 1, "origin": "o", "key": "k"} if method == "PUT" else {"note": "n"}
    async with httpx.AsyncClient(transport=room.transport, base_url="http://audit") as client:
        for told in ({}, {"Authorization": "Bearer nothing"}, {"Authorization": f"Basic {SIGNER_PASSWORD}"}):
            answer = await client.request(method, path, headers=told, json=None if method == "GET" else body)
            assert answer.status_code == 401
        right = {"Authorization": f"Bearer {SIGNER_PASSWORD}"}
        through = await client.request(
            method, path, headers={**right, THROUGH_THE_DOOR: "1"}, json=None if method == "GET" else body
        )
        assert through.status_code == 404, "they do not exist through the door"
        known = await client.request(method, path, headers=right, json=None if method == "GET" else body)
        assert known.status_code in (200, 422), "the control: the signer is let in"


@pytest.mark.parametrize("table", LOG_TABLES.split(", "))
async def test_the_database_refuses_to_change_what_was_published(room: AuditRoom, desk: Desk, table: str) -> None:
    await desk.look()
    owner = await room.owner()
    await owner.execute("insert into cosignature values ('review', $1, 'k', 'l') on conflict do nothing", FACTS)
    for connection in (room.office.pool, owner):
        for statement in (f"update {table} set log = log", f"delete from {table}", f"truncate {table} cascade"):
            statement = statement.replace("set log = log", "set name = name") if table == "log" else statement
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    await owner.close()


# ----------------------------------------------------------------------------------------------------- its memory


async def test_audit_rebuilt_from_nothing_is_followed_on_and_every_checkpoint_still_holds(
    room: AuditRoom, desk: Desk
) -> None:
    await desk.look()
    before = (await room.ask("/log/review/checkpoint")).text
    owner = await room.owner()
    await rebuild.rebuild(owner, await stream_lasts(room.office.broker))
    await owner.close()
    assert (await desk.look())["review"] == BEHIND

    await room.restart()
    await room.caught_up()
    again = desk.again()

    assert await again.look() == {}
    assert (await room.ask("/log/review/checkpoint")).text == before
    await room.sources["review"].say_anything('{"after":"the rebuild"}')
    await room.caught_up()
    assert await again.look() == {}
    assert (await again.published()).size == FACTS + 1
    await again.audit.close()


async def test_only_one_signer_has_the_folder_and_what_was_spoilt_is_not_gone_by(tmp_path: Path) -> None:
    folder = tmp_path / "signer"
    memory = Memory(folder)
    memory.open()
    assert memory.known.place.startswith("bifall.invalid/")
    with pytest.raises(MemoryTaken):
        Memory(folder).open()
    memory.close()
    assert all(file.stat().st_mode & 0o077 == 0 for file in (folder, *folder.iterdir()))

    with pytest.raises(MemoryDamaged, match="published"):
        Memory(folder).open("fund.example/log")
    memory.open(memory.known.place)  # the control
    memory.close()
    (folder / "key-1").rename(folder / "key-x")
    with pytest.raises(MemoryDamaged, match="no key"):
        Memory(folder).open()
    (folder / "key-x").rename(folder / "key-1")
    (folder / "memory.json").write_text('{"place":"x"')
    with pytest.raises(MemoryDamaged, match="cannot be read"):
        Memory(folder).open()


async def test_the_operators_command_shows_keys_changes_them_and_begins_a_new_log(
    room: AuditRoom, desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    await desk.look()
    folder = ["--folder", str(desk.folder)]
    web = desk.mine("web")

    def said(*words: str) -> str:
        with contextlib.suppress(SystemExit):
            assert command(["signer", *folder, *words]) in (0, 1, 2)
        out, err = capsys.readouterr()
        return out + err

    assert web.key in said()
    assert "Stop it first" in said("rotate"), "not under a signer that runs"
    assert "Say which log" in said("new-log", "web")
    desk.memory.close()
    assert web.key not in said("rotate")
    assert "Decided" in said("new-log", "web", "--because", "Restored to Monday.", "--by", "operations")
    assert web.key in said("keys"), "what an outsider pinned leads to the new one"

    again = desk.again()
    assert await again.look() == {}
    assert (await again.published("web-2")).size == web.edge.size + 1
    assert len(await room.answer("/log/review/keys")) == 2, "handed on at once, with nothing new to sign"
    again.memory.close()
    assert "no signer's folder" in said("--folder", str(desk.folder / "nowhere"))
    await again.audit.close()


async def test_what_stops_the_signer_or_is_left_unsigned_is_an_alarm_of_the_house(room: AuditRoom, desk: Desk) -> None:
    await overdue.look(room.office, unsigned_for_s=-1.0)
    assert room.office.trouble.keys() == {"unsigned"}
    await desk.look()
    await overdue.look(room.office)
    assert room.office.trouble == {}

    async with rewritten(room, (await texts_of(room))[:-5]):
        await desk.look()
        assert room.office.trouble.keys() == {"behind review"}
    await desk.look()
    assert room.office.trouble == {}, "and it is over when it is over"


def test_the_judgement_is_of_sizes_and_roots_alone() -> None:
    mine = Remembered(name="review", source="review", number=1, origin="o", key="k")
    told = judgement.Told("review", "review", 1, "o", 0, EMPTY_FRONTIER.root().hex(), 0, None)
    assert judgement.stopped(mine, told) is None
    assert judgement.stopped(None, msgspec.structs.replace(told, log=None, origin=None)) is None
    assert judgement.next_name("web", 1) == "web"
    assert judgement.next_name("web", 3) == "web-3"
