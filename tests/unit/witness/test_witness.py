"""A witness cosigns a log that only grows, and nothing else: a log on paper shows it every history there can be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.__main__ import main as command
from services.command import witness as witness_command
from services.witness import witness as witnessing
from services.witness.following import Followed
from services.witness.memory import Memory, MemoryDamaged
from services.witness.witness import Outcome, Witness
from shared.merkle import EMPTY_FRONTIER, leaf_hash
from shared.tlog.checkpoints import Checkpoint, is_cosigned, sign, time_of, witnesses
from shared.tlog.notes import public_key, read_key, read_note, read_signatures
from shared.tlog.rotation import rotate
from shared.tlog.tiles import read_tile

ORIGIN = "fund.example/log/review"
SEED, NEXT, STRANGER = (bytes([number]) * 32 for number in range(3))
PREFIX = "https://fund.example/api/audit/log/review"
NOON = 1_792_670_400


class PaperLog:
    """A log that shows whatever it is told to."""

    def __init__(self, size: int) -> None:
        self.leaves = [leaf_hash(b"%d" % number) for number in range(size)]
        self.seeds = [SEED]
        self.keys: list[dict[str, Any]] = []
        self.taken: list[dict[str, Any]] = []
        self.broken: Callable[[httpx.Request], httpx.Response | None] = lambda _: None

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    def checkpoint(self) -> str:
        edge, self.nodes = EMPTY_FRONTIER.extended(self.leaves)
        return str(sign(Checkpoint(ORIGIN, edge.size, edge.root()), *self.seeds))

    def answer(self, request: httpx.Request) -> httpx.Response:
        if (broken := self.broken(request)) is not None:
            return broken
        path = request.url.path.removeprefix("/api/audit/log/review/")
        if path == "checkpoint":
            return httpx.Response(200, text=self.checkpoint())
        if path == "keys":
            return httpx.Response(200, json=self.keys)
        if path == "cosignatures":
            self.taken.append({"size": request.url.params["size"], "by": request.headers["authorization"]})
            return httpx.Response(200)
        level, _, place = path.removeprefix("tile/").partition("/")
        nodes = read_tile(level, place).nodes
        table = {(0, at): leaf for at, leaf in enumerate(self.leaves)} | {(at, n): each for at, n, each in self.nodes}
        return httpx.Response(200, content=b"".join(table[nodes.level, at] for at in range(nodes.first, nodes.end)))


class Street:
    """The witness and the log, and a way between."""

    def __init__(self, folder: Path, log: PaperLog, token: str | None = "auditor") -> None:
        self.folder, self.log = folder, log
        self.memory = Memory(folder, "auditor.example/w1")
        self.witness = Witness(self.memory, {ORIGIN: public_key(ORIGIN, SEED)}, lambda: NOON)
        self.followed = Followed(PREFIX, httpx.AsyncClient(transport=log.transport), token)

    async def look(self) -> Outcome:
        return await self.witness.look(self.followed)

    @property
    def cosigned(self) -> int:
        seen = self.memory.known.logs.get(ORIGIN)
        return seen.size if seen else 0


@pytest.fixture
def log() -> PaperLog:
    return PaperLog(300)


@pytest.fixture
def street(tmp_path: Path, log: PaperLog) -> Street:
    return Street(tmp_path / "witness", log)


async def test_a_log_that_grows_is_cosigned_at_every_size(street: Street, log: PaperLog) -> None:
    for more in (0, 1, 0, 211, 1, 300):
        log.leaves += [leaf_hash(b"more %d" % number) for number in range(more)]
        outcome = await street.look()
        assert (outcome.well, street.cosigned) == (True, len(log.leaves)), outcome

    note = read_note(street.memory.known.logs[ORIGIN].note)
    assert witnesses(note, [street.memory.key]) == [street.memory.key]
    assert time_of(note.signatures[1]) == NOON
    assert [int(each["size"]) for each in log.taken] == [300, 301, 512, 513, 813], "each once"
    assert {each["by"] for each in log.taken} == {"Bearer auditor"}


async def test_every_small_step_is_followed(tmp_path: Path, log: PaperLog) -> None:
    leaves = log.leaves[:20]
    for old in range(1, 20):
        street = Street(tmp_path / str(old), log)
        for size in (old, 20):
            log.leaves = leaves[:size]
            assert (await street.look()).well
        assert street.cosigned == 20


REWRITTEN: dict[str, Callable[[list[bytes]], list[bytes]]] = {
    "one entry changed": lambda leaves: [leaf_hash(b"other"), *leaves[1:]],
    "one changed and more told": lambda leaves: [*leaves[:100], leaf_hash(b"other"), *leaves[101:], leaf_hash(b"new")],
    "two swapped and more told": lambda leaves: [leaves[1], leaves[0], *leaves[2:], leaf_hash(b"new")],
    "one left out and others told": lambda leaves: [*leaves[:7], *leaves[8:], *[leaf_hash(b"new")] * 9],
    "the last one changed and many told": lambda leaves: [*leaves[:-1], *[leaf_hash(b"new")] * 300],
}


@pytest.mark.parametrize("change", REWRITTEN)
async def test_another_history_is_never_cosigned_and_its_proof_is_kept(
    street: Street, log: PaperLog, change: str
) -> None:
    assert (await street.look()).well
    honest = log.leaves
    log.leaves = REWRITTEN[change](honest)

    outcome = await street.look()

    assert (outcome.well, "TWO HISTORIES" in outcome.sentence) == (False, True)
    (proof,) = street.folder.glob("fork-*.txt")
    assert log.checkpoint() in proof.read_text()
    assert proof.read_text().count(ORIGIN + "\n") == 2
    log.leaves = [*honest, leaf_hash(b"as if nothing had happened")]
    assert not (await street.look()).well
    assert not (await Street(street.folder, log).look()).well, "nor after a start"
    assert street.cosigned == len(honest)


@pytest.mark.parametrize("change", list(REWRITTEN)[1:])
async def test_control_a_witness_that_does_not_check_would_cosign_it(
    street: Street, log: PaperLog, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await street.look()
    log.leaves = REWRITTEN[change](log.leaves)
    monkeypatch.setattr(witnessing, "verify_consistency", lambda *_: True)

    assert (await street.look()).well
    assert street.cosigned == len(log.leaves)


async def test_a_shorter_log_is_not_cosigned_and_may_come_back(street: Street, log: PaperLog) -> None:
    await street.look()
    honest, log.leaves = log.leaves, log.leaves[:299]

    assert not (await street.look()).well
    assert street.cosigned == 300

    log.leaves = [*honest, leaf_hash(b"more")]
    assert (await street.look()).well


async def test_only_the_key_that_was_handed_over_and_those_it_led_to_are_believed(
    street: Street, log: PaperLog
) -> None:
    log.seeds = [STRANGER]
    assert not (await street.look()).well
    log.keys = [{"key": "x", "note": None}, {"key": "y", "note": str(rotate(ORIGIN, STRANGER, NEXT, 300))}]
    log.seeds = [NEXT]
    assert not (await street.look()).well
    assert street.cosigned == 0

    log.keys[1]["note"] = str(rotate(ORIGIN, SEED, NEXT, 300))
    assert (await street.look()).well, "the control"
    log.leaves = [*log.leaves, leaf_hash(b"more")]
    log.seeds = [STRANGER, NEXT]
    assert (await street.look()).well


async def test_tiles_that_are_not_those_of_the_checkpoint_prove_nothing(street: Street, log: PaperLog) -> None:
    log.broken = lambda request: httpx.Response(200, content=bytes(44 * 32)) if "/0/001" in request.url.path else None
    assert "not those of its checkpoint" in (await street.look()).sentence
    log.broken = lambda request: httpx.Response(200, content=b"x") if "/tile/" in request.url.path else None
    assert not (await street.look()).well
    log.broken = lambda request: None
    assert (await street.look()).well
    assert list(street.folder.glob("fork-*")) == []


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(503),
        httpx.Response(200, text="scribble"),
        httpx.Response(200, content=b"\xff\xfe"),
        httpx.Response(200, content=b"x" * 70_000),
        httpx.Response(200, text=str(sign(Checkpoint("other.example/log", 1, bytes(32)), SEED))),
    ],
)
async def test_whatever_the_log_answers_the_witness_lives_on(
    street: Street, log: PaperLog, answer: httpx.Response
) -> None:
    log.broken = lambda request: answer if request.url.path.endswith("/checkpoint") else None
    assert not (await street.look()).well
    log.broken = lambda request: None
    assert (await street.look()).well


async def test_what_cannot_be_handed_in_waits_in_order_and_stops_nothing(street: Street, log: PaperLog) -> None:
    log.broken = lambda request: httpx.Response(503) if request.method == "POST" else None
    for _ in range(3):
        log.leaves.append(leaf_hash(b"more"))
        outcome = await street.look()
        assert (outcome.well, "waits" in outcome.sentence) == (True, True)

    log.broken = lambda request: None
    street = Street(street.folder, log)
    assert (await street.look()).well

    assert [int(each["size"]) for each in log.taken] == [301, 302, 303]
    assert street.memory.known.logs[ORIGIN].waiting == ()


async def test_without_a_token_nothing_is_handed_in_and_the_cosignature_is_kept(tmp_path: Path, log: PaperLog) -> None:
    street = Street(tmp_path, log, token=None)
    assert (await street.look()).well
    (waiting,) = street.memory.known.logs[ORIGIN].waiting
    (line,) = read_signatures(waiting.line)
    assert is_cosigned(street.memory.key, line, read_note(log.checkpoint()).text)
    assert log.taken == []


def test_a_witness_keeps_its_name_and_its_key(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    assert memory.key.name.startswith("witness.invalid/")
    assert Memory(tmp_path).key == memory.key
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path, *tmp_path.iterdir()))
    with pytest.raises(MemoryDamaged, match="known as"):
        Memory(tmp_path, "other.example/w")
    (tmp_path / "key").unlink()
    with pytest.raises(MemoryDamaged, match="is gone"):
        Memory(tmp_path)
    (tmp_path / "key").write_text("ab")
    with pytest.raises(MemoryDamaged, match="no key"):
        Memory(tmp_path)


def test_the_command_looks_once_and_says_by_its_exit_whether_all_is_well(
    tmp_path: Path, log: PaperLog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = httpx.AsyncClient
    monkeypatch.setattr(witness_command.httpx, "AsyncClient", lambda **_: made(transport=log.transport))
    monkeypatch.setattr(witness_command, "signals", lambda _: None)
    asked = ["witness", PREFIX, "--key", str(public_key(ORIGIN, SEED)), "--folder", str(tmp_path), "--once"]

    assert command(asked) == 0
    first, said = capsys.readouterr().out.splitlines()
    assert read_key(first.split()[-1]).name.startswith("witness.invalid/")
    assert said == f"{ORIGIN} has only grown, up to 300."
    log.leaves = REWRITTEN["one changed and more told"](log.leaves)
    assert command(asked) == 1
    assert "TWO HISTORIES" in capsys.readouterr().out
    assert command([*asked[:3], "no key", *asked[4:]]) == 2
