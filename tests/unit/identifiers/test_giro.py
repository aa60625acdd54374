"""Bankgiro, plusgiro, IBAN and OCR: what is taken, how it is written back, and why the rest is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban as the_library
from stdnum import luhn

from shared.identifiers import (
    Bankgiro,
    Iban,
    InvalidIdentifier,
    OcrReference,
    Plusgiro,
    Reason,
    ocr_reference,
    parse_bankgiro,
    parse_iban,
    parse_ocr,
    parse_plusgiro,
)
from tests.unit.identifiers.vectors import HOSTILE, VECTORS, anything, outcome

Parsed = Bankgiro | Plusgiro | Iban | OcrReference
PARSERS: list[Callable[[str], Parsed]] = [parse_bankgiro, parse_plusgiro, parse_iban, parse_ocr]


@pytest.mark.parametrize(("typed", "digits", "written"), VECTORS["bankgiro_valid"])
def test_a_bankgiro_number_is_read_and_written_as_on_an_invoice(typed: str, digits: str, written: str) -> None:
    number = parse_bankgiro(typed)
    assert (number.digits, number.written) == (digits, written)
    assert parse_bankgiro(digits) == number


@pytest.mark.parametrize(("typed", "digits", "written"), VECTORS["plusgiro_valid"])
def test_a_plusgiro_number_is_read_and_written_as_on_an_invoice(typed: str, digits: str, written: str) -> None:
    number = parse_plusgiro(typed)
    assert (number.digits, number.written) == (digits, written)
    assert parse_plusgiro(digits) == number


@pytest.mark.parametrize("typed", VECTORS["iban_valid"])
def test_a_swedish_iban_is_read_with_and_without_spaces(typed: str) -> None:
    number = parse_iban(typed)
    assert number.compact == typed.replace(" ", "")
    assert parse_iban(number.written.lower()) == number


@pytest.mark.parametrize(("body", "length_digit", "digits"), VECTORS["ocr"])
def test_an_ocr_reference_carries_its_check_digits(body: str, length_digit: bool, digits: str) -> None:
    reference = ocr_reference(body, length_digit)
    assert reference.digits == reference.written == digits
    assert parse_ocr(digits, length_digit) == reference


@pytest.mark.parametrize("typed", VECTORS["ocr_invalid"])
def test_what_is_no_ocr_reference_is_refused(typed: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        parse_ocr(typed)
    assert refused.value.reason == ("checksum" if typed == "1231" else "length")


@pytest.mark.parametrize(
    ("parse", "typed", "reason"),
    [
        *((parse_bankgiro, *vector) for vector in VECTORS["bankgiro_invalid"]),
        *((parse_plusgiro, *vector) for vector in VECTORS["plusgiro_invalid"]),
        *((parse_iban, *vector) for vector in VECTORS["iban_invalid"]),
        (parse_bankgiro, "0297-3675", "format"),
        (parse_plusgiro, "01-8", "format"),
        (parse_plusgiro, "00", "format"),
        (parse_plusgiro, "12345678-2", "length"),
        (parse_iban, "SE45 5000 0000 0583 9825 746O", "format"),
        (parse_ocr, "12A4", "format"),
    ],
)
def test_what_is_no_such_number_is_refused_for_its_reason(
    parse: Callable[[str], Parsed], typed: str, reason: str
) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        parse(typed)
    assert refused.value.reason == reason
    assert refused.value.sentence.sv != refused.value.sentence.en
    assert len(typed) == 1 or typed not in str(refused.value), "a refusal does not repeat what was typed"


@pytest.mark.parametrize(("typed", "watched"), [("900-8004", True), ("904-0003", True), ("991-2346", False)])
def test_a_ninety_account_is_known_as_one(typed: str, watched: bool) -> None:
    body = typed.replace("-", "")[:-1]
    assert parse_bankgiro(body + luhn.calc_check_digit(body)).is_fundraising is watched


@given(st.integers(100_000, 9_999_999))
def test_every_bankgiro_body_has_one_right_check_digit(body: int) -> None:
    tried = [outcome(parse_bankgiro, f"{body}{check}") for check in range(10)]
    assert tried.count(Reason.CHECKSUM) == 9
    taken = next(each for each in tried if each is not Reason.CHECKSUM)
    assert parse_bankgiro(taken.written) == taken


@given(st.integers(1, 9_999_999))
def test_every_plusgiro_body_has_one_right_check_digit_and_is_written_in_pairs(body: int) -> None:
    number = parse_plusgiro(f"{body}{luhn.calc_check_digit(str(body))}")
    assert parse_plusgiro(number.written) == number
    pairs, check = number.written.split("-")
    assert len(check) == 1
    assert all(len(pair) == 2 for pair in pairs.split(" ")[1:])
    assert len(pairs.split(" ")[0]) in (1, 2)


@given(st.from_regex(r"[0-9]{20}", fullmatch=True))
def test_every_bank_part_has_a_right_iban(bban: str) -> None:
    compact = f"SE{the_library.calc_check_digits('SE00' + bban)}{bban}"
    assert parse_iban(compact).compact == compact


@pytest.mark.parametrize("typed", VECTORS["iban_valid"])
@pytest.mark.parametrize("place", range(2, 24))
def test_one_mistyped_digit_in_an_iban_is_always_noticed(typed: str, place: int) -> None:
    compact = typed.replace(" ", "")
    for digit in set("0123456789") - {compact[place]}:
        with pytest.raises(InvalidIdentifier) as refused:
            parse_iban(compact[:place] + digit + compact[place + 1 :])
        assert refused.value.reason is Reason.CHECKSUM


@given(st.from_regex(r"[0-9]{1,23}", fullmatch=True), st.booleans())
def test_every_reference_that_is_made_is_taken_back(body: str, length_digit: bool) -> None:
    reference = ocr_reference(body, length_digit)
    assert parse_ocr(reference.digits, length_digit) == reference
    assert reference.digits.startswith(body)


@given(st.from_regex(r"[0-9]{2,22}", fullmatch=True), st.integers(0, 9))
def test_a_lost_digit_shows_in_the_length_digit(body: str, extra: int) -> None:
    right = ocr_reference(body, length_digit=True).digits
    inner = f"{extra}{right[:-1]}"
    wrong = inner + luhn.calc_check_digit(inner)  # the check digit fits, the length does not
    with pytest.raises(InvalidIdentifier) as refused:
        parse_ocr(wrong, length_digit=True)
    assert refused.value.reason is Reason.LENGTH_DIGIT
    assert parse_ocr(wrong).digits == wrong, "without the length digit nobody could tell"


@pytest.mark.parametrize(
    ("body", "length_digit", "reason"),
    [("", False, "length"), ("1" * 24, True, "length"), ("1" * 25, False, "length"), ("12x", False, "format")],
)
def test_a_reference_that_would_not_fit_is_not_made(body: str, length_digit: bool, reason: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        ocr_reference(body, length_digit)
    assert refused.value.reason == reason


def test_the_longest_reference_has_twenty_five_digits() -> None:
    assert len(ocr_reference("1" * 24, length_digit=False).digits) == 25
    assert len(ocr_reference("1" * 23, length_digit=True).digits) == 25


@pytest.mark.parametrize("parse", PARSERS)
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused_and_nothing_else_happens(parse: Callable[[str], Parsed], text: str) -> None:
    with pytest.raises(InvalidIdentifier):
        parse(text)


@pytest.mark.parametrize("parse", PARSERS)
@given(text=anything)
def test_any_text_is_a_number_or_refused(parse: Callable[[str], Parsed], text: str) -> None:
    number = outcome(parse, text)
    assert isinstance(number, Reason) or parse(number.written) == number
