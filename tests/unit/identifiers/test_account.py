"""Bank accounts: which bank, whether the number can be right, and never somebody's personal account."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from shared.identifiers import (
    CLEARING_RANGES,
    BankAccount,
    Certainty,
    ClearingRange,
    InvalidIdentifier,
    Reason,
    parse_account,
    parse_association_account,
    read_clearing_ranges,
)
from tests.unit.identifiers.vectors import HOSTILE, VECTORS, anything, outcome

SHIPPED = files("shared.identifiers").joinpath("clearing-ranges.csv").read_text(encoding="utf-8")
HEAD = "# as of 2027-01-15\nfrom,to,bank,account_type,comment\n"


@pytest.mark.parametrize(("clearing", "account", "bank", "certainty"), VECTORS["bank_account_valid"])
def test_an_account_is_read_with_its_bank(clearing: str, account: str, bank: str, certainty: str) -> None:
    found = parse_account(clearing, account)
    assert (found.bank, found.certainty) == (bank, certainty)
    assert found.clearing == clearing[:4]
    clearing_again, account_again = found.written.split(" ")
    assert parse_account(clearing_again, account_again) == found


@pytest.mark.parametrize(("clearing", "account", "reason"), VECTORS["bank_account_invalid"])
def test_what_is_no_account_is_refused_for_its_reason(clearing: str, account: str, reason: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        parse_account(clearing, account)
    assert refused.value.reason == reason
    assert account not in str(refused.value)


@pytest.mark.parametrize("clearing", ["3300", "3782"])
@pytest.mark.parametrize("account", ["000620-5124", "19000620-5124", "nonsense"])
def test_h11_a_personal_account_is_refused_for_an_association(clearing: str, account: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        parse_association_account(clearing, account)
    assert refused.value.reason is Reason.PERSONAL_ACCOUNT


@pytest.mark.parametrize(("clearing", "account", "bank", "certainty"), VECTORS["bank_account_valid"])
def test_every_other_account_may_be_an_associations(clearing: str, account: str, bank: str, certainty: str) -> None:
    if bank != "Nordea personkonto":
        assert parse_association_account(clearing, account) == parse_account(clearing, account)


def test_the_neighbours_of_a_personal_account_are_ordinary_accounts() -> None:
    assert not any(CLEARING_RANGES.of(clearing).is_personal for clearing in ("3299", "3301", "3781", "3783"))  # type: ignore[union-attr]


@pytest.mark.parametrize("account", ["9831892246", "983 189 224-6", "983189224–6"])
@pytest.mark.parametrize("clearing", ["8424", "8424-4", "84244", "8424 4"])
def test_swedbanks_fifth_clearing_digit_is_checked_and_dropped(clearing: str, account: str) -> None:
    assert parse_account(clearing, account).written == "8424 9831892246"


@pytest.mark.parametrize("fifth", "012356789")
def test_a_wrong_fifth_clearing_digit_is_refused(fifth: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        parse_account(f"8424-{fifth}", "9831892246")
    assert refused.value.reason is Reason.CLEARING


@pytest.mark.parametrize(("clearing", "reason"), [("50005", "clearing"), ("500", "clearing"), ("", "clearing")])
def test_other_banks_have_four_clearing_digits(clearing: str, reason: str) -> None:
    with pytest.raises(InvalidIdentifier) as refused:
        parse_account(clearing, "0000019")
    assert refused.value.reason == reason


def test_one_swedbank_account_has_one_spelling() -> None:
    body = "2345678"
    short = body + luhn.calc_check_digit(body)
    assert parse_account("8424", short) == parse_account("8424", "00" + short)
    assert parse_account("8424", short).account == "00" + short


def test_an_old_account_that_fails_its_own_check_is_not_blocked_but_doubted() -> None:
    assert parse_account("8424-4", "9831892247").certainty is Certainty.UNVERIFIABLE
    with pytest.raises(InvalidIdentifier):  # only the savings banks have such accounts
        parse_account("9570", "9831892247")


def ways_to_be_right(clearing: str, length: int, body: int) -> int:
    found = [outcome(parse_account, clearing, f"{body:0{length - 1}}{check}") for check in range(10)]
    assert all(each is Reason.CHECKSUM or isinstance(each, BankAccount) for each in found)
    return sum(isinstance(each, BankAccount) and each.certainty is Certainty.OK for each in found)


@given(st.integers(1, 999_999))
def test_a_body_has_at_most_one_check_digit_modulo_eleven(body: int) -> None:
    assert ways_to_be_right("5000", 7, body) <= 1
    assert ways_to_be_right("4000", 7, body) <= 1
    assert ways_to_be_right("6789", 9, body) <= 1


@given(st.integers(1, 999_999))
def test_a_body_has_exactly_one_check_digit_of_luhns(body: int) -> None:
    assert ways_to_be_right("9180", 10, body) == 1
    assert ways_to_be_right("8000", 10, body) == 1
    assert ways_to_be_right("9960", 8, body) == 1


def test_some_bodies_have_no_check_digit_at_all() -> None:
    assert ways_to_be_right("5439", 7, 102456) == 0


@pytest.mark.parametrize("bank", CLEARING_RANGES.ranges, ids=lambda bank: f"{bank.first}-{bank.last}")
def test_every_bank_has_accounts(bank: ClearingRange) -> None:
    length = {(1, 1): 7, (1, 2): 7, (2, 1): 10, (2, 2): 9, (2, 3): 8}[(bank.account_type, bank.comment)]
    for clearing in {bank.first, bank.last}:
        assert sum(ways_to_be_right(clearing, length, body) for body in range(1, 12)) >= 8


@pytest.mark.parametrize("bank", CLEARING_RANGES.ranges, ids=lambda bank: f"{bank.first}-{bank.last}")
def test_a_clearing_number_is_in_its_banks_range_and_no_other(bank: ClearingRange) -> None:
    assert CLEARING_RANGES.of(bank.first) == CLEARING_RANGES.of(bank.last) == bank
    before, after = f"{int(bank.first) - 1:04}", f"{int(bank.last) + 1:04}"
    assert bank not in (CLEARING_RANGES.of(before), CLEARING_RANGES.of(after))


@pytest.mark.parametrize("clearing", ["0000", "1000", "1099", "2100", "9999", "9970"])
def test_a_clearing_number_of_no_bank_is_unknown(clearing: str) -> None:
    assert CLEARING_RANGES.of(clearing) is None


def test_the_list_of_banks_says_how_old_it_is() -> None:
    assert CLEARING_RANGES.as_of == date(2026, 11, 21)
    assert read_clearing_ranges(SHIPPED) == CLEARING_RANGES


def test_a_newer_list_may_be_used_instead() -> None:
    newer = read_clearing_ranges(HEAD + "1000,1000,Nya banken,1,1\n")
    assert parse_account("1000", "0000019", newer).bank == "Nya banken"
    with pytest.raises(InvalidIdentifier) as refused:
        parse_account("5000", "0000019", newer)
    assert refused.value.reason is Reason.UNKNOWN_CLEARING


@pytest.mark.parametrize(
    "text",
    [
        "",
        "from,to,bank,account_type,comment\n1000,1000,Bank,1,1\n",
        HEAD,
        HEAD.replace("2027-01-15", "2027-13-15") + "1000,1000,Bank,1,1\n",
        HEAD.replace("comment", "remark") + "1000,1000,Bank,1,1\n",
        HEAD + "1000,1000,Bank,1\n",
        HEAD + "1000,1000,Bank,1,1,1\n",
        HEAD + "1000,999,Bank,1,1\n",
        HEAD + "2000,1000,Bank,1,1\n",
        HEAD + "1000,1000, ,1,1\n",
        HEAD + "1000,1000,Bank,1,3\n",
        HEAD + "1000,1000,Bank,3,1\n",
        HEAD + "1000,1000,Bank,²,1\n",
        HEAD + "1000,2000,Bank,1,1\n2000,3000,Bank,1,1\n",
        HEAD + "2000,3000,Bank,1,1\n1000,1500,Bank,1,1\n",
        HEAD + "".join(f"{clearing},{clearing},Bank,1,1\n" for clearing in range(1000, 1501)),
    ],
)
def test_a_list_of_banks_with_a_fault_is_not_used_at_all(text: str) -> None:
    with pytest.raises(ValueError):
        read_clearing_ranges(text)


@pytest.mark.parametrize("parse", [parse_account, parse_association_account])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_refused_and_nothing_else_happens(parse: object, text: str) -> None:
    assert callable(parse)
    for clearing, account in ((text, "0000019"), ("5000", text), ("8424-4", text), (text, text)):
        with pytest.raises(InvalidIdentifier):
            parse(clearing, account)


@given(st.one_of(st.from_regex(r"[1-9][0-9]{3}", fullmatch=True), anything), anything)
def test_any_text_is_an_account_or_refused(clearing: str, account: str) -> None:
    found = outcome(parse_account, clearing, account)
    assert isinstance(found, Reason) or parse_account(found.clearing, found.account) == found
