"""The account an association is paid to, as typed and as the bank wants it. A person's account is never one (H11)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from shared.identifiers import (
    LOOKS_PERSONAL,
    InvalidIdentifier,
    find_personal_numbers,
    parse_association_account,
    parse_bankgiro,
    parse_plusgiro,
)
from shared.refused import FieldError, Refused
from shared.words import Line, Text

COUNTRY = "SE"
Country = Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{2}\Z")]


class Scheme(StrEnum):
    BANKGIRO = "bankgiro"
    PLUSGIRO = "plusgiro"
    BANK_ACCOUNT = "bank_account"


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Digits as transfers carry them, and the holder's name, town and country: banks refuse lines without (H13)."""

    scheme: Scheme
    number: str
    clearing: str | None = None
    name: Line
    town: Line
    country: Country = COUNTRY


WRONG = Text(
    "Kontot går inte att använda. Rätta det som står nedan.", "The account cannot be used. Correct what is listed."
)
NO_CLEARING = Text("Skriv bankkontots clearingnummer.", "Write the clearing number of the bank account.")
NEEDED = Text("Det här behövs för att banken ska ta emot betalningen.", "Banks do not take a payment without this.")


def read_account(
    scheme: Scheme, number: str, clearing: str | None, name: str, town: str, country: str = COUNTRY
) -> Account:
    """Raises Refused with every problem at once."""
    errors = [*_people("name", name), *_people("town", town)]
    digits: tuple[str, str | None] = ("", None)
    try:
        digits = _digits(scheme, number, clearing)
    except InvalidIdentifier as invalid:
        errors.append(FieldError("number", invalid.sentence))
    if scheme is Scheme.BANK_ACCOUNT and not clearing:
        errors = [error for error in errors if error.field != "number"] + [FieldError("clearing", NO_CLEARING)]
    if errors:
        raise Refused(WRONG.sv, WRONG.en, tuple(errors))
    return Account(
        scheme=scheme, number=digits[0], clearing=digits[1], name=name.strip(), town=town.strip(), country=country
    )


def _digits(scheme: Scheme, number: str, clearing: str | None) -> tuple[str, str | None]:
    match scheme:
        case Scheme.BANKGIRO:
            return parse_bankgiro(number).digits, None
        case Scheme.PLUSGIRO:
            return parse_plusgiro(number).digits, None
        case Scheme.BANK_ACCOUNT:
            account = parse_association_account(clearing or "", number)
            return account.account, account.clearing


def _people(field: str, text: str) -> list[FieldError]:
    if not text.strip():
        return [FieldError(field, NEEDED)]
    return [FieldError(field, LOOKS_PERSONAL)] if find_personal_numbers(text) else []
