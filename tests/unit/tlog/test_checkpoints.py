"""Checkpoints, cosignatures and changes of keys: as specified, and believed only from whom they must come."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from shared.merkle import EMPTY_ROOT, SIZE_MAX, leaf_hash
from shared.tlog import checkpoints, rotation
from shared.tlog.checkpoints import Checkpoint, cosign, is_cosigned, opened, read_checkpoint, sign, time_of, witnesses
from shared.tlog.notes import Kind, Malformed, Note, NotSigned, Signature, public_key, read_note, signed
from shared.tlog.rotation import handed_on, in_office, rotate, tenures

SPECIFIED = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""  # noqa: E501 - as it is specified
"""The example of c2sp.org/tlog-cosignature."""

ORIGIN = "fund.example/log/review"
SEED, NEXT, WITNESS, STRANGER = (bytes([number]) * 32 for number in range(4))
KEY = public_key(ORIGIN, SEED)
WITNESS_KEY = public_key("auditor.example/w", WITNESS, Kind.COSIGNATURE)
CHECKPOINT = Checkpoint(ORIGIN, 7, leaf_hash(b"something"))
NOON = 1_792_670_400


def test_the_specified_example_is_read() -> None:
    note = read_note(SPECIFIED)
    checkpoint = read_checkpoint(note.text)

    assert (checkpoint.origin, checkpoint.size) == ("example.com/behind-the-sofa", 20_852_163)
    assert checkpoint.text == note.text
    assert time_of(note.signatures[1]) == 1_679_315_147, "the time the specification gives for it"
    with pytest.raises(Malformed):
        time_of(note.signatures[0])


def test_a_checkpoint_is_opened_with_the_logs_own_key_alone() -> None:
    note = sign(CHECKPOINT, SEED)

    assert opened(note, [KEY]) == CHECKPOINT
    with pytest.raises(NotSigned):
        opened(note, [public_key(ORIGIN, STRANGER)])
    with pytest.raises(Malformed, match="another log"):
        opened(signed(CHECKPOINT.text, ("fund.example/log/web", SEED)), [public_key("fund.example/log/web", SEED)])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n1\n",
        CHECKPOINT.text.replace("\n7\n", "\n07\n"),
        CHECKPOINT.text.replace("\n7\n", "\n-7\n"),
        CHECKPOINT.text.replace("\n7\n", "\n٧\n"),
        CHECKPOINT.text.replace("\n7\n", f"\n{SIZE_MAX + 1}\n"),
        CHECKPOINT.text.replace("\n7\n", f"\n{'9' * 5_000}\n"),
        CHECKPOINT.text.replace("\n7\n", "\n0\n"),
        CHECKPOINT.text.replace("=\n", "\n"),
        CHECKPOINT.text + "extension\n",
        CHECKPOINT.text[:-1],
        "\n" + CHECKPOINT.text,
        "two words\n7\n" + CHECKPOINT.text.split("\n")[2] + "\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    assert read_checkpoint(CHECKPOINT.text) == CHECKPOINT, "the control"
    with pytest.raises(Malformed):
        read_checkpoint(text)


def test_an_empty_log_has_a_checkpoint_too() -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    assert read_checkpoint(empty.text) == empty


def test_a_witness_signs_the_checkpoint_and_the_time() -> None:
    note = sign(CHECKPOINT, SEED)
    line = cosign(note, WITNESS_KEY.name, WITNESS, NOON)
    both = read_note(str(note.with_lines([line])))

    assert opened(both, [KEY]) == CHECKPOINT
    assert witnesses(both, [WITNESS_KEY]) == [WITNESS_KEY]
    assert time_of(line) == NOON
    with pytest.raises(NotSigned):
        witnesses(note, [WITNESS_KEY])
    with pytest.raises(NotSigned):
        opened(Note(note.text, (line,)), [KEY, WITNESS_KEY])  # a witness does not sign for the log


FALSE_LINES: dict[str, Callable[[Signature], Signature]] = {
    "another time": lambda line: line._replace(value=(NOON + 1).to_bytes(8) + line.value[8:]),
    "another signature": lambda line: line._replace(value=line.value[:8] + bytes(64)),
    "too short": lambda line: line._replace(value=line.value[:-1]),
    "a time beyond all time": lambda line: line._replace(value=b"\xff" * 8 + line.value[8:]),
    "another name": lambda line: line._replace(name="nobody.example"),
    "another id": lambda line: line._replace(key_id=bytes(4)),
}


@pytest.mark.parametrize("change", FALSE_LINES)
def test_a_cosignature_that_was_changed_is_none(change: str) -> None:
    line = cosign(sign(CHECKPOINT, SEED), WITNESS_KEY.name, WITNESS, NOON)

    assert is_cosigned(WITNESS_KEY, line, CHECKPOINT.text), "the control"
    assert not is_cosigned(WITNESS_KEY, FALSE_LINES[change](line), CHECKPOINT.text)
    assert not is_cosigned(WITNESS_KEY, line, Checkpoint(ORIGIN, 8, CHECKPOINT.root).text)


def test_a_logs_signature_is_no_cosignature_and_no_witness_signs_what_is_no_checkpoint() -> None:
    (line,) = sign(CHECKPOINT, SEED).signatures
    assert not is_cosigned(KEY, line, CHECKPOINT.text)
    with pytest.raises(Malformed):
        cosign(signed("anything\n", (ORIGIN, SEED)), WITNESS_KEY.name, WITNESS, NOON)


# ------------------------------------------------------------------------------------------------- change of keys


def test_old_keys_stay_good_and_lead_to_new_ones() -> None:
    first = rotate(ORIGIN, SEED, NEXT, 7)
    second = rotate(ORIGIN, NEXT, STRANGER, 9)
    terms = tenures(KEY, [read_note(str(first)), second])
    keys = [each.key for each in terms]

    assert [each.until for each in terms] == [7, 9, None]
    assert [len(in_office(terms, size)) for size in (1, 7, 8, 9, 10)] == [3, 3, 2, 2, 1]
    assert [key.public for key in keys] == [public_key(ORIGIN, seed).public for seed in (SEED, NEXT, STRANGER)]
    for seed in (SEED, NEXT, STRANGER):
        assert opened(sign(CHECKPOINT, seed), keys) == CHECKPOINT
    assert opened(sign(CHECKPOINT, SEED, NEXT), [KEY]) == CHECKPOINT, "both at once, for those who know the old one"
    assert handed_on(KEY, first).size == 7


def test_nobody_takes_over_a_log_without_the_key_that_was() -> None:
    stolen = signed(rotation.Rotation(ORIGIN, public_key(ORIGIN, STRANGER), 7).text, (ORIGIN, STRANGER))
    with pytest.raises(NotSigned):
        handed_on(KEY, stolen)
    unwilling = signed(rotation.Rotation(ORIGIN, public_key(ORIGIN, STRANGER), 7).text, (ORIGIN, SEED))
    with pytest.raises(NotSigned, match="both"):
        handed_on(KEY, unwilling)
    with pytest.raises(NotSigned):
        tenures(KEY, [rotate(ORIGIN, NEXT, STRANGER, 9), rotate(ORIGIN, SEED, NEXT, 7)])
    with pytest.raises(Malformed):
        handed_on(KEY, rotate("fund.example/log/web", SEED, NEXT, 7))


@pytest.mark.parametrize("change", [("v1", "v2"), ("\n7\n", "\n07\n"), ("\n7\n", "\n7\n\n"), ("+", "-")])
def test_what_is_no_change_of_keys_is_refused(change: tuple[str, str]) -> None:
    text = rotate(ORIGIN, SEED, NEXT, 7).text
    assert rotation.read_rotation(text).size == 7, "the control"
    with pytest.raises(Malformed):
        rotation.read_rotation(text.replace(*change))


def test_a_change_of_keys_is_no_checkpoint() -> None:
    with pytest.raises(Malformed):
        read_checkpoint(rotate(ORIGIN, SEED, NEXT, 7).text)
    assert checkpoints.SIZE_DIGITS_MAX == 19
