"""Signed notes are those of c2sp.org/signed-note: its own examples hold, and whatever was changed does not."""

from __future__ import annotations

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.tlog import ed25519, notes
from shared.tlog.notes import Key, Kind, Malformed, Note, NotSigned, Signature, public_key, read_key, read_note, signed

SPECIFIED_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPECIFIED = """This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""
"""The example of c2sp.org/signed-note."""

PETER_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SEED = b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
PETER = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
"""The example of golang.org/x/mod/sumdb/note, where notes come from."""

SEEDS = [bytes([number]) * 32 for number in range(4)]
LOG = public_key("fund.example/log", SEEDS[0])
OTHER = public_key("other.example/log", SEEDS[1])


@pytest.mark.parametrize(("vkey", "written"), [(SPECIFIED_KEY, SPECIFIED), (PETER_KEY, PETER)])
def test_the_published_examples_hold(vkey: str, written: str) -> None:
    key = read_key(vkey)
    note = read_note(written)

    assert (str(key), str(note)) == (vkey, written)
    assert notes.verified(note, [key]) == [key]


def test_what_we_sign_is_what_another_implementation_signs() -> None:
    assert str(signed(read_note(PETER).text, ("PeterNeumann", PETER_SEED))) == PETER


@pytest.mark.parametrize("written", [SPECIFIED, PETER])
def test_no_letter_of_a_note_can_be_changed(written: str) -> None:
    keys = [read_key(SPECIFIED_KEY), read_key(PETER_KEY)]
    for at, letter in enumerate(written):
        for other in "aA ÅÅ\n+=" if letter not in "aA" else "b\n":
            changed = written[:at] + other + written[at + 1 :]
            if changed == written:
                continue
            with pytest.raises((Malformed, NotSigned)):
                notes.verified(read_note(changed), keys)


def test_lines_of_strangers_are_passed_over_but_a_false_line_of_a_known_key_spoils_the_note() -> None:
    text = "a text\n"
    both = signed(text, ("other.example/log", SEEDS[1]), ("fund.example/log", SEEDS[0]))
    assert notes.verified(both, [LOG]) == [LOG]
    assert notes.verified(both, [LOG, OTHER]) == [OTHER, LOG]

    false = Signature(OTHER.name, OTHER.id, bytes(64))
    spoilt = Note(text, (false, both.signatures[1]))
    assert notes.verified(spoilt, [LOG]) == [LOG], "the control: whom nobody trusts may say what they like"
    with pytest.raises(NotSigned, match="of other"):
        notes.verified(spoilt, [LOG, OTHER])


def test_a_note_without_a_trusted_signature_is_refused() -> None:
    note = signed("a text\n", ("other.example/log", SEEDS[1]))
    for trusted in ([], [LOG], [Key(OTHER.name, Kind.COSIGNATURE, OTHER.public)]):
        with pytest.raises(NotSigned, match="Nobody"):
            notes.verified(note, trusted)


def test_a_key_of_the_same_name_and_id_but_other_content_believes_nothing() -> None:
    note = signed("a text\n", ("other.example/log", SEEDS[1]))
    forged = Signature(LOG.name, LOG.id, note.signatures[0].value)
    with pytest.raises(NotSigned, match="of fund"):
        notes.verified(Note(note.text, (forged,)), [LOG])


def test_the_id_of_a_key_is_that_of_its_name_kind_and_content() -> None:
    ids = {key.id for key in (LOG, OTHER, Key(LOG.name, Kind.COSIGNATURE, LOG.public), Key("x", Kind.NOTE, LOG.public))}
    assert len(ids) == 4


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "example.com/foo",
        SPECIFIED_KEY.replace("530d903a", "530d903b"),
        SPECIFIED_KEY.replace("foo", "bar"),
        SPECIFIED_KEY.replace("530d903a", "530D903A"),
        SPECIFIED_KEY + "=",
        SPECIFIED_KEY[:-4],
        SPECIFIED_KEY.replace("+Ae", "+Ce"),
        "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
    ],
)
def test_what_is_no_key_is_refused(vkey: str) -> None:
    with pytest.raises(Malformed):
        read_key(vkey)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "\n",
        "text only\n",
        "text\n\n",
        "text\n— name AAAAAAA=\n",
        "text\n\n— name AAAAAA==",
        "text\n\n— name AAAAAAB=\n",  # not as base64 is written
        "text\n\n— name AAAA\n",  # no signature after the id
        "text\n\n— na+me AAAAAAA=\n",
        "text\n\n—  AAAAAAA=\n",
        "text\n\n- name AAAAAAA=\n",
        "text\t\n\n— name AAAAAAA=\n",
        "text\r\n\n— name AAAAAAA=\n",
        "text\n\n— name AAAAAAA=\n\n",
        "text\n\n" + "— name AAAAAAA=\n" * (notes.SIGNATURES_MAX + 1),
        "t" * notes.NOTE_BYTES_MAX + "\n\n— name AAAAAAA=\n",
    ],
)
def test_what_is_no_note_is_refused(written: str) -> None:
    with pytest.raises(Malformed):
        read_note(written)


def test_sixteen_signatures_and_more_are_read() -> None:
    many = signed("a text\n", *((f"n{number}", SEEDS[2]) for number in range(notes.SIGNATURES_MAX)))
    assert read_note(str(many)) == many


@pytest.mark.parametrize("text", ["no line feed at the end", "tab\there\n", ""])
def test_what_could_not_be_read_again_is_not_signed(text: str) -> None:
    with pytest.raises(Malformed):
        signed(text, ("fund.example/log", SEEDS[0]))


def test_a_text_may_have_empty_lines_and_even_look_like_a_note() -> None:
    inner = str(signed("a text\n", ("other.example/log", SEEDS[1])))
    outer = signed(inner, ("fund.example/log", SEEDS[0]))
    assert read_note(str(outer)).text == inner
    assert notes.verified(outer, [LOG]) == [LOG]


@given(st.text(alphabet="ab\n—+ =é", max_size=80))
def test_whatever_is_read_is_written_back_the_same(written: str) -> None:
    try:
        note = read_note(written)
    except Malformed:
        return
    assert str(note) == written


def test_more_lines_are_added_once() -> None:
    note = signed("a text\n", ("fund.example/log", SEEDS[0]))
    line = signed("a text\n", ("other.example/log", SEEDS[1])).signatures[0]
    assert note.with_lines([line]).with_lines([line]).signatures == (*note.signatures, line)


def test_ed25519_refuses_what_is_no_key_or_signature() -> None:
    seed = ed25519.new_seed()
    value = ed25519.sign(seed, b"message")
    assert ed25519.is_signed(ed25519.public_of(seed), value, b"message")
    for public, signature in ((b"", value), (ed25519.public_of(seed), b""), (ed25519.public_of(seed), value[:-1])):
        assert not ed25519.is_signed(public, signature, b"message")
