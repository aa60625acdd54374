"""Organisation numbers: whose they are, how they are written, and that a person's number is never taken for one."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.se import orgnr as the_library

from shared.identifiers import ALL_GROUPS, APPLICANT_GROUPS, InvalidIdentifier, OrganisationNumber, Reason, parse_orgnr
from tests.unit.identifiers.vectors import HOSTILE, VECTORS, anything, outcome


@pytest.mark.parametrize(("written", "digits"), VECTORS["orgnr_valid"])
def test_an_organisation_number_is_read_as_people_write_it(written: str, digits: str) -> None:
    assert parse_orgnr(written).digits == digits


@pytest.mark.parametrize(("written", "reason"), VECTORS["orgnr_invalid"])
def test_what_is_no_organisation_number_is_refused_for_its_reason(written: str, reason: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        parse_orgnr(written)
    assert refused.value.reason == reason
    assert refused.value.sentence.sv
    assert refused.value.sentence.en
    assert written not in str(refused.value), "a refusal must not repeat what may be somebody's number"


@pytest.mark.parametrize("written", ["880320-0016", "701063-2391", "0000000000"])
def test_h11_the_library_alone_would_have_taken_a_personal_number(written: str) -> None:
    assert the_library.is_valid(written), "the reason for our own rule is gone: look at it again"
    with pytest.raises(InvalidIdentifier) as refused:
        parse_orgnr(written)
    assert refused.value.reason is Reason.PERSONAL_NUMBER


@st.composite
def personal_numbers(draw: st.DrawFn) -> tuple[str, str, str]:
    """Century, date (sixty days on for a co-ordination number) and the last four digits with a right check digit."""
    born = draw(st.dates(min_value=date(1890, 1, 1), max_value=date(2099, 12, 31)))
    day = born.day + draw(st.sampled_from([0, 60]))
    body = f"{born:%y%m}{day:02}{draw(st.integers(0, 999)):03}"
    return f"{born.year // 100}", body[:6], body[6:] + luhn.calc_check_digit(body)


@given(personal_numbers(), st.sampled_from(["", "-", " ", "–", " - "]), st.booleans())
def test_h11_a_personal_number_is_refused_where_an_organisation_number_is_asked(
    number: tuple[str, str, str], between: str, with_century: bool
) -> None:
    century, born, last_four = number
    with pytest.raises(InvalidIdentifier) as refused:
        parse_orgnr((century if with_century else "") + born + between + last_four)
    if not with_century or century in ("18", "19", "20"):
        assert refused.value.reason is Reason.PERSONAL_NUMBER


@given(st.integers(0, 99), st.integers(2, 9), st.integers(0, 999_999))
def test_every_other_number_with_a_right_check_digit_is_one_if_its_group_is(
    first_two: int, third: int, rest: int
) -> None:
    body = f"{first_two:02}{third}{rest:06}"
    digits = body + luhn.calc_check_digit(body)
    if digits[0] in ALL_GROUPS:
        number = parse_orgnr(digits)
        assert number == OrganisationNumber(digits)
        assert number.group == digits[0]
        assert parse_orgnr(number.written) == number == parse_orgnr("16" + digits)
    else:
        with pytest.raises(InvalidIdentifier) as refused:
            parse_orgnr(digits)
        assert refused.value.reason is Reason.GROUP


@pytest.mark.parametrize("number", [digits for _, digits in VECTORS["orgnr_valid"]])
@pytest.mark.parametrize("place", range(10))
def test_one_mistyped_digit_is_always_noticed(number: str, place: int) -> None:
    for digit in set("0123456789") - {number[place]}:
        with pytest.raises(InvalidIdentifier):
            parse_orgnr(number[:place] + digit + number[place + 1 :])


@pytest.mark.parametrize(
    ("written", "welcome"),
    [
        ("802999-0002", True),
        ("802439-9993", True),
        ("769000-0000", True),
        ("556036-0793", False),
        ("212000-1355", False),
        ("232100-0180", False),
    ],
)
def test_only_associations_and_foundations_apply(written: str, welcome: bool) -> None:
    if welcome:
        assert parse_orgnr(written, groups=APPLICANT_GROUPS).written == written
    else:
        with pytest.raises(InvalidIdentifier) as refused:
            parse_orgnr(written, groups=APPLICANT_GROUPS)
        assert refused.value.reason is Reason.GROUP


@pytest.mark.parametrize(
    "written", ["8029990002", " 802999-0002 ", "802999–0002", "802999 0002", "80 29 99-00 02", "802999-0002\r\n"]
)
def test_spaces_and_dashes_do_not_matter(written: str) -> None:
    assert parse_orgnr(written).written == "802999-0002"


@pytest.mark.parametrize(
    ("written", "reason"),
    [("802999-00021", "length"), ("15802999-0002", "length"), ("", "length"), ("802999+0002", "format")],
)
def test_a_number_of_another_shape_is_refused(written: str, reason: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        parse_orgnr(written)
    assert refused.value.reason == reason


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused_and_nothing_else_happens(text: str) -> None:
    with pytest.raises(InvalidIdentifier):
        parse_orgnr(text)


@given(anything)
def test_any_text_is_a_number_or_refused(text: str) -> None:
    number = outcome(parse_orgnr, text)
    assert isinstance(number, Reason) or parse_orgnr(number.written) == number
