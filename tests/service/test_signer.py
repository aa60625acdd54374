"""The signer signs what has only grown, from the bytes themselves, and stops at anything else. Each safeguard has a
control: with it switched off, the false history gets its signature."""

from __future__ import annotations

import shutil
from pathlib import Path

import httpx
import pytest

from services.audit.trees import SOURCES
from services.signer import signer as signing
from services.signer.audit import Audit
from services.signer.domain.judgement import BEHIND, FORGOTTEN, FORK
from services.signer.signer import Signer
from services.witness.following import Followed
from services.witness.memory import Memory as WitnessMemory
from services.witness.witness import Witness
from shared.merkle import EMPTY_FRONTIER, Frontier, leaf_hash, root_at, root_needs, stored_nodes
from shared.tlog.checkpoints import opened, witnesses
from shared.tlog.notes import read_key, read_note
from shared.tlog.tiles import WIDTH, Tile, entries_of, hashes_of, tiles_for
from tests.service.audit_room import ADMINISTRATOR, APPLICANT, AUDITOR, AuditRoom
from tests.service.signer_room import FACTS, LOG_TABLES, Desk, desk, room  # noqa: F401 - fixtures
from tests.service.tampering import rewritten, texts_of

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
    note = await room.ask("/log/review/checkpoint")
    assert note.headers["content-type"] == "text/plain; charset=utf-8"
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
    shutil.rmtree(desk.folder / "signed")
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
