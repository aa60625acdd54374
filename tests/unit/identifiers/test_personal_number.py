"""Personal numbers in free text are found, so that a form can ask for them to be removed; others are left alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from shared.identifiers import LOOKS_PERSONAL, Span, find_personal_numbers
from tests.unit.identifiers.vectors import HOSTILE, VECTORS


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in find_personal_numbers(text)]


@pytest.mark.parametrize(
    "number",
    [
        "19121212-1212",
        "191212121212",
        "121212-1212",
        "1212121212",
        "121212+1212",
        "121212 1212",
        "121212 - 1212",
        "121212–1212",
        "121212\u00a01212",
        "121212\u00ad-1212",
        "121212\u200b1212",
        "1912-12-12-1212",
        "1912-12-121212",
        "1912.12.12-1212",
        "1912/12/12-1212",
        "1912 12 12-1212",
        "12 12 12-1212",
        "880320-0016",
        "701063-2391",
        "19701063-2391",
        "\u0661\u0662\u0661\u0662\u0661\u0662-\u0661\u0662\u0661\u0662",
        "\uff11\uff12\uff11\uff12\uff11\uff12-\uff11\uff12\uff11\uff12",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "Kontakt: {}.", "pnr{}x", "({})", "born\n{}\n", "A-{}-B", "555555 {} 555555", "19 {}, 20"]
)
def test_h11_a_personal_number_in_free_text_is_found(number: str, around: str) -> None:
    text = around.format(number)
    assert found(text) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Vi var 25 deltagare och fick 25 000 kronor.",
        "802999-0002",
        "16802999-0002",
        "556036-0793",
        "212000-1355",
        "121212-1213",
        "19121312-1212",
        "121232-1212",
        "070-123 45 67",
        "+46 70 123 45 67",
        "2026-05-03 1830",
        "Vi ses 2027-03-15 kl. 14.00-16.00.",
        "5050-1055",
        "SE4550000000058398257466",
        "8424-4 983 189 224-6",
        "9121212121212",
        "19121212-12123",
        "17121212-1212",
        "121212----1212",
        "2027/00123",
        "https://example.org/a/1212121",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("digits", [vector[1] for vector in VECTORS["orgnr_valid"]])
def test_an_organisation_number_is_never_taken_for_a_person(digits: str) -> None:
    assert found(digits) == found(f"{digits[:6]}-{digits[6:]}") == []


@pytest.mark.parametrize(
    ("written", "real"),
    [("000229-", True), ("010229-", False), ("20000229-", True), ("19000229-", False), ("040289-", True)],
)
def test_a_leap_day_is_a_birthday_only_in_leap_years(written: str, real: bool) -> None:
    body = written.strip("-")[-6:] + "123"
    assert bool(found(f"{written}123{luhn.calc_check_digit(body)}")) is real


@given(
    st.dates(date(1840, 1, 1), date(2099, 12, 31)),
    st.sampled_from([0, 60]),
    st.integers(0, 999),
    st.sampled_from(["", "-", "+", " ", " - "]),
    st.booleans(),
    st.text(alphabet="aåö .,\n", max_size=20),
    st.text(alphabet="aåö .,\n", max_size=20),
)
def test_h11_every_personal_number_and_co_ordination_number_is_found_where_it_stands(
    born: date, extra_days: int, serial: int, between: str, with_century: bool, before: str, after: str
) -> None:
    body = f"{born:%y%m}{born.day + extra_days:02}{serial:03}"
    number = (str(born.year // 100) if with_century else "") + body[:6] + between + body[6:]
    number += luhn.calc_check_digit(body)
    assert find_personal_numbers(before + number + after) == [Span(len(before), len(before) + len(number))]


@given(st.dates(date(1940, 1, 1), date(2026, 12, 31)), st.integers(0, 999), st.integers(1, 9))
def test_a_wrong_check_digit_is_nobody(born: date, serial: int, off_by: int) -> None:
    body = f"{born:%y%m%d}{serial:03}"
    check = (int(luhn.calc_check_digit(body)) + off_by) % 10
    assert found(f"{body[:6]}-{body[6:]}{check}") == []


def test_several_are_found_in_order() -> None:
    assert found("Anna 121212-1212, Bo 880320-0016") == ["121212-1212", "880320-0016"]


def test_a_number_that_begins_inside_another_is_found() -> None:
    assert found("555555 1988-03-20-0016") == ["1988-03-20-0016"]


def test_the_sentence_says_what_to_do() -> None:
    assert LOOKS_PERSONAL.sv.startswith("Det ser ut som ett personnummer. Ta bort det.")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_holds_nobody(text: str) -> None:
    assert found(text) == []


@given(st.text())
def test_any_text_can_be_searched(text: str) -> None:
    for span in find_personal_numbers(text):
        assert 0 <= span.start < span.end <= len(text)
