"""What follows a break, a lost memory or a change of keys: a new log, a new key, and nothing signed twice."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import asyncpg
import httpx
import msgspec
import pytest

from services.__main__ import main as command
from services.audit import overdue, rebuild
from services.audit.completeness import stream_lasts
from services.signer.audit import NotHandedIn
from services.signer.domain import judgement
from services.signer.domain.judgement import BEHIND, FORGOTTEN, Remembered
from services.signer.memory import Break, Memory, MemoryDamaged, MemoryTaken
from shared.http.engine_routes import THROUGH_THE_DOOR
from shared.merkle import EMPTY_FRONTIER, leaf_hash, root_needs
from shared.tlog.checkpoints import Checkpoint, opened, sign
from shared.tlog.notes import NotSigned, public_key, read_key, read_note
from shared.tlog.rotation import in_office, tenures
from shared.tlog.tiles import entries_of, tiles_for
from tests.service.audit_room import SIGNER_PASSWORD, AuditRoom
from tests.service.signer_room import FACTS, LOG_TABLES, Desk, desk, room  # noqa: F401 - fixtures
from tests.service.tampering import rewritten, texts_of

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
    await owner.execute("insert into stamp values ('review', $1, 't', 'a', now()) on conflict do nothing", FACTS)
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


async def test_an_audit_dropped_and_made_anew_has_the_same_roots_and_every_checkpoint_again(
    room: AuditRoom, desk: Desk
) -> None:
    """Nothing is left of it: the streams tell the facts again, and the signer hands in again what it signed."""
    for number in range(3):
        await room.sources["web"].say_anything(f'{{"signed":{number}}}')
        await room.caught_up()
        assert await desk.look() == {}
    heads = await room.answer("/sources")
    sizes = [each["size"] for each in (await room.answer("/log/web/checkpoints"))["items"]]
    published = [(await room.ask(f"/log/web/checkpoints/{size}")).text for size in sizes]
    assert len(sizes) >= 3
    owner, superuser = await room.owner(), await room.superuser()
    await rebuild.rebuild(owner, await stream_lasts(room.office.broker))
    await superuser.execute(f"truncate {LOG_TABLES}")
    await owner.close()
    await superuser.close()
    assert await room.answer("/log") == []

    await room.restart()
    await room.caught_up()
    again = desk.again()
    await again.look()
    assert await again.look() == {}

    assert await room.answer("/sources") == heads
    assert [(await room.ask(f"/log/web/checkpoints/{size}")).text for size in sizes] == published
    for source in ("review", "web"):
        held = (await room.answer(f"/sources/{source}/as-signed"))["held"]
        assert held
        assert {one["stands"] for one in held} == {"holds"}
    await room.sources["web"].say_anything('{"after":"the drop"}')
    await room.caught_up()
    assert await again.look() == {}
    assert (await again.published("web")).size == sizes[-1] + 1
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
