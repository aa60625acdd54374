"""Where somebody stands in what is kept: their own fields come out, and of a longer text only the place."""

from __future__ import annotations

import msgspec

from shared.held import as_text, digests, places

ROBIN = ["robin sjö", "robin@example.se"]


def found(value: object, words: list[str] = ROBIN) -> dict[str, str | None]:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return dict(places(text, words))


def test_a_field_that_is_theirs_comes_out_with_the_fields_beside_it() -> None:
    form = {"answers": {"contact_name": "Robin Sjö", "contact_phone": "070-1", "title": "Kör", "other_name": "Kim Ek"}}
    assert found(form) == {"/answers/contact_name": "Robin Sjö", "/answers/contact_phone": "070-1"}


def test_a_person_in_a_list_comes_out_whole_and_the_others_do_not() -> None:
    form = {
        "people": [{"name": "Robin Sjö", "phone": "070-1"}, {"name": "Kim Ek", "phone": "070-2"}],
        "names": ["ROBIN SJÖ ", "Kim Ek"],
    }
    assert found(form) == {"/people/0/name": "Robin Sjö", "/people/0/phone": "070-1", "/names/0": "ROBIN SJÖ "}


def test_of_a_longer_text_only_the_place_comes_out() -> None:
    assert found({"letter": "Robin Sjö och Kim Ek har hörts."}) == {"/letter": None}
    assert found("Ring robin@example.se.") == {"": None}


def test_nobody_is_found_where_they_do_not_stand() -> None:
    assert found({"contact_name": "Kim Ek", "list": [1, None, True]}) == {}
    assert found("", []) == {}
    assert found({"contact_name": "Robin Sjö"}, []) == {}


def test_a_file_is_no_text() -> None:
    assert as_text("Hej då".encode()) == "Hej då"
    assert as_text(b"%PDF-1.7 made up") is None
    assert as_text(b"\x89PNG\r\n") is None
    assert as_text(b"a\x00b") is None


def test_every_digest_in_a_fact_is_found_once_and_nothing_else_is() -> None:
    one, two = "a" * 64, "0123456789abcdef" * 4
    data = {"content": one, "attachments": [{"digest": two, "again": one}], "id": "a" * 63, "upper": "A" * 64, "n": 1}
    assert digests(data) == [one, two]
