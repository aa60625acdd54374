"""Proof files: written and read as c2sp.org/tlog-proof says, and proving one entry and nothing else."""

from __future__ import annotations

from base64 import b64encode

import msgspec
import pytest

from shared.merkle import EMPTY_FRONTIER, inclusion_path, leaf_hash, node_hash
from shared.tlog.checkpoints import Checkpoint, cosign, sign
from shared.tlog.notes import Malformed, NotSigned, public_key
from shared.tlog.proofs import HEADER, NotIncluded, Proof, proven, read_proof

SEED, OTHER = bytes(range(32)), bytes(32)
ORIGIN = "fund.example/log/review"
KEY = public_key(ORIGIN, SEED)
ENTRIES = [f'{{"fact":{number}}}'.encode() for number in range(7)]


def node_at(level: int, index: int) -> bytes:
    if level == 0:
        return leaf_hash(ENTRIES[index])
    return node_hash(node_at(level - 1, 2 * index), node_at(level - 1, 2 * index + 1))


def proof_of(index: int, size: int = len(ENTRIES)) -> Proof:
    root = EMPTY_FRONTIER.extended(map(leaf_hash, ENTRIES[:size]))[0].root()
    note = sign(Checkpoint(ORIGIN, size, root), SEED)
    return Proof(index, tuple(inclusion_path(index, size, node_at)), note, ENTRIES[index])


@pytest.mark.parametrize("size", range(1, len(ENTRIES) + 1))
def test_every_entry_is_proven_at_every_size_from_the_file_and_the_key_alone(size: int) -> None:
    for index in range(size):
        read = read_proof(str(proof_of(index, size)))

        assert read == proof_of(index, size)
        assert proven(read, [KEY]).size == size


def test_the_file_is_written_as_the_specification_writes_it() -> None:
    """c2sp.org/tlog-proof, Format: header, extra, index, the path a hash a line, a blank line, the checkpoint."""
    proof = proof_of(2, 4)
    lines = str(proof).split("\n")

    assert lines[0] == HEADER == "c2sp.org/tlog-proof@v1"
    assert lines[1] == f"extra {b64encode(ENTRIES[2]).decode()}"
    assert lines[2] == "index 2"
    assert lines[3:5] == [b64encode(leaf_hash(ENTRIES[3])).decode(), b64encode(node_at(1, 0)).decode()]
    assert lines[5] == ""
    assert "\n".join(lines[6:]) == str(proof.note)


def test_without_the_entry_it_proves_what_somebody_else_has() -> None:
    bare = msgspec.structs.replace(proof_of(3), entry=None)
    read = read_proof(str(bare))

    assert "extra" not in str(bare)
    assert proven(read, [KEY], ENTRIES[3]).origin == ORIGIN
    with pytest.raises(NotIncluded):
        proven(read, [KEY], ENTRIES[4])
    with pytest.raises(Malformed):
        proven(read, [KEY])


def test_cosignatures_stand_with_the_checkpoint() -> None:
    proof = proof_of(1)
    line = cosign(proof.note, "auditor.example/w1", OTHER, 1_700_000_000)
    cosigned = msgspec.structs.replace(proof, note=proof.note.with_lines([line]))

    assert read_proof(str(cosigned)).note.signatures == (*proof.note.signatures, line)
    assert proven(read_proof(str(cosigned)), [KEY])


def test_whatever_is_altered_in_it_it_proves_nothing_any_more() -> None:
    """Every character of a true proof, one at a time, made another."""
    written = str(proof_of(5))

    for place, was in enumerate(written):
        altered = f"{written[:place]}{'B' if was == 'A' else 'A'}{written[place + 1 :]}"
        with pytest.raises((Malformed, NotSigned, NotIncluded)):
            proven(read_proof(altered), [KEY])
    assert proven(read_proof(written), [KEY]), "the control"


def test_another_key_or_another_log_s_proves_nothing() -> None:
    for stranger in (public_key(ORIGIN, OTHER), public_key("fund.example/log/web", SEED)):
        with pytest.raises(NotSigned):
            proven(proof_of(0), [stranger])


@pytest.mark.parametrize(
    "wrong",
    [
        lambda text: text.removeprefix("c2sp.org/"),
        lambda text: text.replace("\n\n", "\n", 1),
        lambda text: text.replace("index 5", "index 05"),
        lambda text: text.replace("index 5", "index -5"),
        lambda text: text.replace("index 5", "index 9223372036854775807"),
        lambda text: text.replace("index 5\n", ""),
        lambda text: text.replace("extra ", "extra  "),
        lambda text: text.replace("index 5\n", "index 5\nAAAA\n"),
        lambda text: text.replace("index 5\n", "index 5\n" + f"{b64encode(bytes(32)).decode()}\n" * 64),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.partition("\n\n")[0],
        lambda text: "",
    ],
)
def test_what_is_no_proof_is_not_read_as_one(wrong) -> None:
    with pytest.raises(Malformed):
        read_proof(wrong(str(proof_of(5))))
