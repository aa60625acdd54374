"""What the auditor's page says of a log is checked on the page: each way a log can be wrong is seen, and a true log is
found true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.web.pages.audit.signed import Judged, judged
from shared.merkle import consistency_path, leaf_hash, root_at, stored_nodes
from shared.tlog.checkpoints import Checkpoint, cosign, sign
from shared.tlog.notes import Kind, public_key
from shared.tlog.rotation import rotate

ORIGIN, WITNESS = "fund.example/log/review", "auditor.example/w1"
SEED, NEXT, EYES = bytes(range(32)), bytes(range(1, 33)), bytes(range(2, 34))
SIZES = (3, 7, 12, 20)
TIME_S = 1_800_000_000


def tree(entries: list[bytes]) -> Any:
    return stored_nodes({(0, at): leaf_hash(entry) for at, entry in enumerate(entries)})


def told(entries: list[bytes] | None = None, kept: list[bytes] | None = None) -> dict[str, Any]:
    """As audit tells it of a log that was signed at each of SIZES, the last two with its second key, and cosigned.

    `entries` is what was signed, `kept` what the paths and the tree as it now stands are made of.
    """
    signed_over = tree(entries or ENTRIES)
    node_at, size = tree(kept or ENTRIES), len(kept or ENTRIES)

    def path(old: int, new: int) -> list[str]:
        return [each.hex() for each in consistency_path(old, new, node_at)]

    def one(at: int) -> dict[str, Any]:
        note = sign(Checkpoint(ORIGIN, SIZES[at], root_at(SIZES[at], signed_over)), SEED if SIZES[at] <= 7 else NEXT)
        line = cosign(note, WITNESS, EYES, TIME_S).line()
        return {
            "size": SIZES[at],
            "note": str(note),
            "taken_at": "2026-11-22T08:00:00Z",
            "former": SIZES[at - 1] if at else None,
            "path": path(SIZES[at - 1], SIZES[at]) if at else None,
            "cosignatures": [{"key": str(public_key(WITNESS, EYES, Kind.COSIGNATURE)), "line": line}],
            "stamp": None,
        }

    return {
        "name": "review",
        "source": "review",
        "origin": ORIGIN,
        "number": 1,
        "first": None,
        "keys": [
            {"key": str(public_key(ORIGIN, SEED)), "note": None},
            {"key": str(public_key(ORIGIN, NEXT)), "note": str(rotate(ORIGIN, SEED, NEXT, 7))},
        ],
        "size": size,
        "root": root_at(size, node_at).hex(),
        "path": path(SIZES[-1], size),
        "checkpoints": [one(at) for at in reversed(range(len(SIZES)))],
    }


ENTRIES = [f"entry {number}".encode() for number in range(23)]


def test_a_log_that_only_grew_is_found_to_hold() -> None:
    found = judged(told())

    assert found.holds
    assert (found.newest and found.newest.size, found.unsigned, found.broken) == (20, 3, [])
    assert [one.follows for one in found.signed] == [True, True, True, None]
    assert [len({one.key}) for one in found.signed] == [1, 1, 1, 1]
    assert found.signed[0].key != found.signed[-1].key, "the second key signed the last two"
    assert {seen.name for one in found.signed for seen in one.seen} == {WITNESS}


def _wrong() -> Iterator[tuple[str, dict[str, Any]]]:
    other = [b"altered", *ENTRIES[1:]]
    yield "what is kept was altered after it was signed", told(kept=other)
    yield "another history was signed", told(entries=other)
    late = told()
    late["checkpoints"][0]["note"] = str(sign(Checkpoint(ORIGIN, 20, root_at(20, tree(ENTRIES))), SEED))
    yield "a key signed after it was followed by another", late
    strange = told()
    strange["checkpoints"][1]["note"] = str(sign(Checkpoint(ORIGIN, 12, root_at(12, tree(ENTRIES))), bytes(32)))
    yield "a key of nobody's signed", strange
    moved = told()
    moved["checkpoints"][0] |= {"note": moved["checkpoints"][1]["note"]}
    yield "a checkpoint of another size lies in its place", moved
    false = told()
    false["checkpoints"][0]["cosignatures"] = told()["checkpoints"][1]["cosignatures"]
    yield "a cosignature of another checkpoint", false
    gone = told()
    gone["checkpoints"][0]["path"] = None
    yield "the tree has lost what the proof needs", gone
    short = told()
    short["path"] = None
    yield "the tail was cut off", short
    keys = told()
    keys["keys"][1] = {"key": str(public_key(ORIGIN, bytes(32))), "note": str(rotate(ORIGIN, bytes(32), NEXT, 7))}
    yield "a key was put in that nobody handed on to", keys


@pytest.mark.parametrize(("why", "said"), list(_wrong()), ids=lambda one: one if isinstance(one, str) else "")
def test_a_log_that_does_not_hold_is_never_shown_as_one_that_does(why: str, said: dict[str, Any]) -> None:
    found: Judged = judged(said)

    assert not found.holds, why


def test_the_place_where_a_history_was_broken_is_named() -> None:
    kept = [*ENTRIES[:9], b"altered", *ENTRIES[10:]]
    assert judged(told(kept=kept)).broken == [20, 12, 7], "what was signed of the first seven lines still stands"
