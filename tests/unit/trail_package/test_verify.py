"""The verifier finds whatever was altered, added or left out, also where all that nobody signs was made anew."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as some

from shared.merkle import inclusion_path, leaf_hash, root, stored_nodes
from shared.tlog.checkpoints import Checkpoint, sign
from shared.tlog.notes import Note, public_key, read_note
from shared.tlog.proofs import Proof
from shared.trail_package import verify
from shared.trail_package.layout import zipped
from shared.trail_package.verify import Files, Package, is_signed, main, roots_over
from tests.unit.trail_package.small import (
    CASE,
    CONTENT,
    FIRST,
    NEXT_SEED,
    OFFICER,
    PLACE,
    SEED,
    WITHHELD,
    anew,
    checkpoint,
    entries,
    keys,
    package,
    witness_key,
)

WHOLE = package()
COVERED = sorted(name for name in WHOLE if name not in ("verify.py", "README.txt"))


def found(files: Files, *, given: tuple[str, ...] = (), known: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return Package(files, given, known).findings


def test_a_whole_package_holds_and_tells_who_did_what_in_which_role() -> None:
    whole = Package(WHOLE, [*keys(), witness_key()], [str(checkpoint("review", 1)), str(checkpoint("web", 5))])

    assert whole.findings == []
    assert whole.case == str(CASE)
    made = next(line for line in whole.story if "decision.made" in line)
    assert f"by {OFFICER} (officer)" in made
    assert "granted_ore 100" in made
    assert any(WITHHELD in note and "not for this reader" in note for note in whole.notes)


@settings(max_examples=150)
@given(name=some.sampled_from(COVERED), place=some.integers(0), put=some.binary(min_size=1, max_size=1))
def test_every_byte_counts(name: str, place: int, put: bytes) -> None:
    at = place % len(WHOLE[name])
    altered = WHOLE[name][:at] + put + WHOLE[name][at + 1 :]
    files = {**WHOLE, name: altered}
    if altered == WHOLE[name]:
        return
    assert found(files)
    if name != "manifest.txt" and not (name.startswith("stamps/") and altered.endswith(WHOLE[name][5:])):
        assert found(anew(files)), (name, at, put)


@pytest.mark.parametrize("name", COVERED)
def test_every_file_counts(name: str) -> None:
    without = {each: content for each, content in WHOLE.items() if each != name}
    is_optional = "/earlier/" in name or name.startswith("stamps/")

    assert found(without)
    assert found({**WHOLE, name: b""})
    if name != "manifest.txt":
        assert found(anew({**WHOLE, name: b""}))
        assert found(anew({**WHOLE, name: WHOLE[name] + b"\n"})) or name.startswith("stamps/")
        assert bool(found(anew(without))) != is_optional


@pytest.mark.parametrize(
    "added",
    [
        "events/review/9.json",
        "extra.txt",
        "content/x",
        "logs/review/first.json",
        "logs/review/first.tlog-proof",
        "logs/review/rotations/3.txt",
        "logs/web/rotations/2.txt",
        "a/b.html",
    ],
)
def test_nothing_may_be_added(added: str) -> None:
    assert found({**WHOLE, added: b"{}"})
    assert found(anew({**WHOLE, added: b"{}"}))


def test_an_event_that_is_left_out_is_found_and_named() -> None:
    """Not the last of its subject in a source, where nothing followed from it: that is what a package cannot show."""
    undetected = []
    for source, told in entries().items():
        for position, entry in enumerate(told, 1):
            without = package((source, position))
            if len(without) < len(WHOLE) and not found(without):
                undetected.append(json.loads(entry)["type"])

    assert undetected == ["role.granted", "role.granted", "application.decided", "grant.final"]
    assert ("events/review", f"of {CASE} there are [1, 3], not [1, 2]") in found(package(("review", 2)))
    assert any("what it followed from" in sentence for _, sentence in found(package(("review", 3))))


def test_another_case_s_events_are_found_to_be_no_part_of_it() -> None:
    assert any("no application that began" in sentence for _, sentence in found(_of_case(OFFICER)))


def _of_case(case: object) -> Files:
    return {**WHOLE, "manifest.txt": WHOLE["manifest.txt"].replace(str(CASE).encode(), str(case).encode())}


def test_that_a_log_began_anew_cannot_be_hidden_by_counting_otherwise() -> None:
    """Nobody signs what a file is called: without the first leaf every entry would stand one place further on."""
    files = {name: content for name, content in WHOLE.items() if "/first." not in name}
    for position in (2, 1):
        for name in (f"events/payouts-2/{position}.json", f"proofs/payouts-2/{position}.tlog-proof"):
            files[name.replace(f"/{position}.", f"/{position + 1}.")] = files.pop(name)

    assert any(place == "logs/payouts-2" for place, _ in found(anew(files)))
    moved = {"first.json": "events/payouts-2/1.json", "first.tlog-proof": "proofs/payouts-2/1.tlog-proof"}
    other = {f"logs/payouts-2/{name}": WHOLE[path] for name, path in moved.items()}
    assert ("logs/payouts-2", "it began otherwise") in found(anew({**WHOLE, **other}))


def test_a_source_has_one_log() -> None:
    """Whoever may choose between an old log and the one that followed it could show what was lost for what is."""
    origin = f"{PLACE}/web-3"
    note = sign(Checkpoint(origin, 1, root([leaf_hash(FIRST.encode())])), SEED)
    other = {
        "key.txt": f"{public_key(origin, SEED)}\n",
        "checkpoint.txt": str(note),
        "first.json": FIRST,
        "first.tlog-proof": str(Proof(0, (), note)),
    }
    two = anew({**WHOLE, **{f"logs/web-3/{name}": content.encode() for name, content in other.items()}})

    assert found(two) == [("events", "there are two logs of one source")]


@pytest.mark.parametrize("between", ["x", "\t", "_", "  "])
def test_what_is_withheld_is_said_in_one_way(between: str) -> None:
    withheld = WHOLE["withheld.txt"].decode()
    one, other = withheld.splitlines()

    assert found(anew({**WHOLE, "withheld.txt": withheld.replace(" ", between).encode()}))
    twice = "\n".join(sorted([one, other, one[:64] + " a"])) + "\n"
    assert found(anew({**WHOLE, "withheld.txt": twice.encode()}))


def test_content_is_the_one_the_event_speaks_of() -> None:
    salt, content = WHOLE[f"content/{CONTENT}.salt"], WHOLE[f"content/{CONTENT}.bin"]
    moved = {f"content/{CONTENT}.salt": salt + content[:1], f"content/{CONTENT}.bin": content[1:]}

    assert found(anew({**WHOLE, **moved})), "the border between salt and content was moved"
    assert found(package(why="disposed")), "nothing was disposed of"
    assert found(package(why="plain_digest"))
    assert found(package(why="because"))


def test_what_was_disposed_of_has_an_event_that_says_so() -> None:
    """The entries and their proofs are what they were; only what they speak of is gone."""
    whole = Package(package(why="disposed", is_disposed=True))

    assert whole.findings == []
    assert any("number EX-G 2034:1" in line for line in whole.story)
    assert any(WITHHELD in note and "disposed" in note for note in whole.notes)
    assert found(package(why="missing", is_disposed=True))


def test_a_key_from_outside_decides_whose_log_it_is() -> None:
    assert found(WHOLE, given=tuple(keys()[:3])), "the fourth log has no key that was given"
    assert found(WHOLE, given=(*keys(), "fund.example/log/other+00000000+AQ=="))
    rotated = str(read_note(WHOLE["logs/review/rotations/1.txt"].decode()).text.split("\n")[2])
    newer = tuple(key if "review" not in key else rotated for key in keys())
    assert found(WHOLE, given=newer) == [], "the newer key of a log is the log's as well"


def test_a_key_that_was_followed_signs_nothing_later() -> None:
    """Whoever holds the old key of review's log signs its newest checkpoint with that."""
    stolen = {**WHOLE, "logs/review/checkpoint.txt": str(checkpoint("review", 3)).encode()}
    for name in [name for name in stolen if name.startswith("proofs/review/")]:
        head, _, _ = stolen[name].decode().partition("\n\n")
        stolen[name] = f"{head}\n\n{checkpoint('review', 3)}".encode()

    assert ("logs/review", "it is not signed by the log's key of that time") in found(anew(stolen))


def test_an_earlier_checkpoint_from_outside_shows_another_history() -> None:
    other = _rewritten("review", 2)

    assert any("two histories" in sentence for _, sentence in found(WHOLE, known=(str(other),)))
    assert any("not proven" in sentence for _, sentence in found(WHOLE, known=(str(_grown("review")),)))
    assert found(WHOLE, known=(str(checkpoint("review", 2, NEXT_SEED)),)) == [], "the newer key may sign earlier sizes"
    assert found(WHOLE, known=("no checkpoint\n",))
    dropped = {name: content for name, content in WHOLE.items() if "/earlier/" not in name}
    assert any("not proven" in sentence for _, sentence in found(anew(dropped), known=(str(checkpoint("web", 2)),)))


def _rewritten(source: str, size: int) -> Note:
    return _signed(source, [b"{}", *entries()[source][1:size]], SEED)


def _grown(source: str) -> Note:
    return _signed(source, [*entries()[source], b"{}"], NEXT_SEED)


def _signed(source: str, told: list[bytes], seed: bytes) -> Note:
    return sign(Checkpoint(f"{PLACE}/{source}", len(told), root(map(leaf_hash, told))), seed)


# ------------------------------------------------------------------------------------------------ its own arithmetic


@given(seed=some.binary(min_size=32, max_size=32), message=some.binary(max_size=200), bit=some.integers(0, 64 * 8 - 1))
@settings(max_examples=40)
def test_its_signatures_are_those_of_everybody_else(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    turned = bytearray(signature)
    turned[bit // 8] ^= 1 << bit % 8

    assert is_signed(public, signature, message)
    assert not is_signed(public, bytes(turned), message)
    assert not is_signed(public, signature, message + b"\0")
    higher = int.from_bytes(signature[32:], "little") + verify.ORDER
    assert not is_signed(public, signature[:32] + higher.to_bytes(32, "little"), message), "there is one right form"


def test_its_trees_are_those_of_rfc_9162() -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(40)]
    for size in range(1, len(leaves) + 1):
        node_at = stored_nodes({(0, at): leaf for at, leaf in enumerate(leaves[:size])})
        for index in range(size):
            path = inclusion_path(index, size, node_at)
            assert roots_over(leaves[index], index, size, path) == (root(leaves[: index + 1]), root(leaves[:size]))
            with pytest.raises(ValueError, match="does not fit"):
                roots_over(leaves[index], index, size, [*path, leaves[0]])


def test_it_ends_with_0_1_or_2_and_names_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "whole.zip").write_bytes(zipped(WHOLE))
    (tmp_path / "keys.txt").write_text("\n".join(keys()))
    (tmp_path / "altered.zip").write_bytes(zipped({**WHOLE, "withheld.txt": b"\n"}))
    (tmp_path / "earlier.txt").write_text(str(checkpoint("web", 2)))

    assert main([str(tmp_path / "whole.zip")]) == 0
    told = capsys.readouterr().out
    assert "came with the package" in told
    assert "Proven by nothing, whatever they say: README.txt, manifest.txt, verify.py" in told
    assert "review: the last here about the case is 3 of 3\n" in told
    assert "Whether more came after these no package shows" in told
    assert f"Case {CASE} EX-2026-00001: 15 events, no findings." in told
    pinned = ["--key", str(tmp_path / "keys.txt"), "--checkpoint", str(tmp_path / "earlier.txt")]
    assert main([str(tmp_path / "whole.zip"), *pinned]) == 0
    assert "came with the package" not in capsys.readouterr().out
    assert main([str(tmp_path / "altered.zip")]) == 1
    assert "FOUND  withheld.txt" in capsys.readouterr().out
    (tmp_path / "loud.zip").write_bytes(zipped({**WHOLE, "logs/x/\x1b[2J": b""}))
    assert main([str(tmp_path / "loud.zip")]) == 2
    loud = anew({**WHOLE, "logs/web/key.txt": b"\x1b[2J+1+2\n"})
    (tmp_path / "loud.zip").write_bytes(zipped(loud))
    assert main([str(tmp_path / "loud.zip")]) == 1
    assert "\x1b" not in capsys.readouterr().out
    assert main([str(tmp_path / "keys.txt")]) == 2
    assert main([str(tmp_path / "nothing.zip")]) == 2


def test_whoever_is_to_trust_it_can_read_it_first() -> None:
    """One file of under four hundred lines, that imports nothing but what comes with Python, from 3.9 on."""
    written = Path(verify.__file__).read_text()
    ast.parse(written, feature_version=(3, 9))
    imported = {line.split()[1].split(".")[0] for line in written.splitlines() if line.startswith(("import ", "from "))}

    assert len(written.splitlines()) < 400
    assert imported <= {*sys.stdlib_module_names}
