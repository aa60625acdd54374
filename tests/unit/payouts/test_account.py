"""Only an association's own account is taken down, with what every bank asks for; never anything that is a person's."""

from __future__ import annotations

import pytest

from services.payouts.domain.account import Scheme, read_account
from services.payouts.domain.reference import REFERENCE_MAX, end_to_end_id, message_id
from shared.refused import Refused
from shared.uuid7 import uuid7

NAME, TOWN = "Föreningen Ljuspunkten (påhittad)", "Borlänge"

GOOD = [
    (Scheme.BANKGIRO, "5050-1055", None, "50501055", None),
    (Scheme.BANKGIRO, "297-3675", None, "2973675", None),
    (Scheme.PLUSGIRO, "28 65 43-4", None, "2865434", None),
    (Scheme.PLUSGIRO, "1-8", None, "18", None),
    (Scheme.BANK_ACCOUNT, "417 23 83", "9071", "4172383", "9071"),
    (Scheme.BANK_ACCOUNT, "123456789", "6789", "123456789", "6789"),
    (Scheme.BANK_ACCOUNT, "983 189 224-6", "8424-4", "9831892246", "8424"),
    (Scheme.BANK_ACCOUNT, "0000019", "5000", "0000019", "5000"),
]


@pytest.mark.parametrize(("scheme", "typed", "clearing", "number", "four"), GOOD)
def test_an_account_is_kept_as_transfers_carry_it(scheme, typed, clearing, number, four):
    account = read_account(scheme, typed, clearing, NAME, TOWN)
    assert (account.number, account.clearing, account.country) == (number, four, "SE")


@pytest.mark.parametrize(
    ("clearing", "number"),
    [("3300", "000620-5124"), ("3300", "0006205124"), ("3782", "8803200016"), ("33 00", "191212121212")],
)
def test_h11_a_personal_account_is_refused(clearing, number):
    with pytest.raises(Refused) as refused:
        read_account(Scheme.BANK_ACCOUNT, number, clearing, NAME, TOWN)
    (error,) = refused.value.errors
    assert error.field == "number"
    assert "association itself owns" in error.message.en


@pytest.mark.parametrize("field", ["name", "town"])
@pytest.mark.parametrize("number", ["19121212-1212", "880320-0016", "701063-2391", "191212121212"])
def test_h11_a_personal_number_is_refused_wherever_it_is_typed(field, number):
    words = {"name": NAME, "town": TOWN} | {field: f"Anna {number}"}
    with pytest.raises(Refused) as refused:
        read_account(Scheme.BANKGIRO, "5050-1055", None, **words)
    assert [error.field for error in refused.value.errors] == [field]


@pytest.mark.parametrize("number", ["19121212-1212", "880320-0016", "701063-2391"])
@pytest.mark.parametrize("scheme", [Scheme.BANKGIRO, Scheme.PLUSGIRO])
def test_h11_a_personal_number_is_no_giro(scheme, number):
    with pytest.raises(Refused):
        read_account(scheme, number, None, NAME, TOWN)


@pytest.mark.parametrize(
    ("scheme", "number", "clearing", "field"),
    [
        (Scheme.BANKGIRO, "5050-1056", None, "number"),
        (Scheme.BANKGIRO, "", None, "number"),
        (Scheme.PLUSGIRO, "1-9", None, "number"),
        (Scheme.BANK_ACCOUNT, "123456788", "6789", "number"),
        (Scheme.BANK_ACCOUNT, "123456789", None, "clearing"),
        (Scheme.BANK_ACCOUNT, "0000009", "1000", "number"),
    ],
)
def test_a_mistyped_account_is_told_where_it_is_wrong(scheme, number, clearing, field):
    with pytest.raises(Refused) as refused:
        read_account(scheme, number, clearing, NAME, TOWN)
    assert [error.field for error in refused.value.errors] == [field]


def test_h13_name_and_town_are_needed_and_every_problem_is_told_at_once():
    with pytest.raises(Refused) as refused:
        read_account(Scheme.BANKGIRO, "1", None, "  ", "")
    assert [error.field for error in refused.value.errors] == ["name", "town", "number"]


@pytest.mark.parametrize(
    ("number", "no", "attempt", "reference"),
    [
        ("EX 2026/00017", 1, 1, "EX-2026-00017-1"),
        ("EX 2026/00017", 2, 1, "EX-2026-00017-2"),
        ("EX 2026/00017", 1, 2, "EX-2026-00017-1R2"),
        ("RD19/00123", 1, 1, "RD19-00123-1"),
        ("ÅÄÖÅÄÖÅÄ-2026/000000017", 99, 99, "AAOAAOAA-2026-000000017-99R99"),
    ],
)
def test_the_reference_comes_from_the_registration_number(number, no, attempt, reference):
    assert end_to_end_id(number, no, attempt) == reference
    assert len(reference) <= REFERENCE_MAX


def test_a_reference_too_long_for_the_bank_is_refused_rather_than_cut():
    with pytest.raises(Refused, match="too long"):
        end_to_end_id("ABCDEFGH 2026/0000000000000000000000017", 1, 1)


def test_a_message_id_fits_and_is_the_batchs_own():
    ids = {message_id(uuid7()) for _ in range(1_000)}
    assert len(ids) == 1_000
    assert all(len(one) <= REFERENCE_MAX - len("-9") for one in ids)
