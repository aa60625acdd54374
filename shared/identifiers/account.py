"""Bank accounts: a clearing number that names the bank, and an account number that the bank's own rule checks.

How the check goes (Bankgirot, "Bankernas kontonummer"):
  type 1 comment 1   modulus 11 over the last three clearing digits and the account, seven digits
  type 1 comment 2   modulus 11 over all four clearing digits and the account, seven digits
  type 2 comment 1   Luhn over an account of ten digits
  type 2 comment 2   modulus 11 over an account of nine digits
  type 2 comment 3   Luhn over an account whose length varies
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from shared.identifiers import plusgiro
from shared.identifiers.clearing import CLEARING_RANGES, ClearingRange, ClearingRanges
from shared.identifiers.digits import luhn_holds, mod_11_holds, only_digits
from shared.identifiers.invalid import InvalidIdentifier, Reason
from shared.words import Text

_LENGTHS = {(1, 1): (7, 7), (1, 2): (7, 7), (2, 1): (10, 10), (2, 2): (9, 9)}
_SWEDBANK_LENGTHS = (6, 10)
_PLUSGIRO_LENGTHS = (plusgiro.SHORTEST_DIGITS, plusgiro.LONGEST_DIGITS)

_SENTENCES = {
    Reason.FORMAT: Text(
        "Skriv clearingnummer och kontonummer med bara siffror, mellanslag och bindestreck.",
        "Write the clearing number and the account number with digits, spaces and hyphens only.",
    ),
    Reason.LENGTH: Text(
        "Kontonumret är för långt eller för kort. Räkna gärna siffrorna en gång till.",
        "The account number is too long or too short. Please count the digits once more.",
    ),
    Reason.CHECKSUM: Text(
        "Någon siffra i clearingnumret eller kontonumret är fel. Jämför med internetbanken eller ett kontoutdrag.",
        "A digit in the clearing or account number is wrong. Compare them with your online bank or a statement.",
    ),
    Reason.CLEARING: Text(
        "Clearingnumret är fel. Det har fyra siffror, hos Swedbank och sparbankerna ibland fem.",
        "The clearing number is wrong. It has four digits, at Swedbank and the savings banks sometimes five.",
    ),
    Reason.UNKNOWN_CLEARING: Text(
        "Vi hittar ingen bank med det clearingnumret. Jämför med internetbanken, eller fråga oss om banken är ny.",
        "We find no bank with that clearing number. Compare it with your online bank, or ask us if the bank is new.",
    ),
    Reason.PERSONAL_ACCOUNT: Text(
        "Det är ett personkonto, där kontonumret är ett personnummer. Ange ett konto som föreningen själv äger.",
        "It is a personal account, numbered by a personal number. Give an account that the association itself owns.",
    ),
}


class Certainty(StrEnum):
    """What the check digit could tell."""

    OK = "ok"
    UNVERIFIABLE = "unverifiable"  # may be an old account that fails its own check: ask for the bank's proof


class BankAccount(msgspec.Struct, frozen=True):
    """A clearing number of four digits and an account number as transfers carry it, that passed `parse_account`."""

    clearing: str
    account: str
    bank: str
    certainty: Certainty

    @property
    def written(self) -> str:
        return f"{self.clearing} {self.account}"


def parse_account(clearing: str, account: str, ranges: ClearingRanges = CLEARING_RANGES) -> BankAccount:
    """The bank account in the two texts.

    InvalidIdentifier: format, length, checksum, clearing, unknown_clearing. An account that may be real although its
    check digit does not fit is not refused: its certainty is `unverifiable`.
    """
    return _account(_range(clearing, ranges), clearing, account)


def parse_association_account(clearing: str, account: str, ranges: ClearingRanges = CLEARING_RANGES) -> BankAccount:
    """As `parse_account`, and InvalidIdentifier(personal_account) where the account could only be a person's."""
    bank = _range(clearing, ranges)
    if bank.is_personal:
        raise _invalid(Reason.PERSONAL_ACCOUNT)
    return _account(bank, clearing, account)


def _range(clearing: str, ranges: ClearingRanges) -> ClearingRange:
    digits = only_digits(clearing, _SENTENCES)
    if len(digits) not in (4, 5):
        raise _invalid(Reason.CLEARING)
    bank = ranges.of(digits[:4])
    if bank is None:
        raise _invalid(Reason.UNKNOWN_CLEARING)
    if len(digits) == 5 and not (bank.is_swedbank and luhn_holds(digits)):
        raise _invalid(Reason.CLEARING)
    return bank


def _account(bank: ClearingRange, clearing_text: str, account_text: str) -> BankAccount:
    clearing = only_digits(clearing_text, _SENTENCES)[:4]
    account = only_digits(account_text, _SENTENCES)
    shortest, longest = _lengths(bank)
    if not shortest <= len(account) <= longest:
        raise InvalidIdentifier(Reason.LENGTH, _length_sentence(bank, shortest, longest))
    if not account.strip("0"):
        raise _invalid(Reason.FORMAT)
    if bank.is_swedbank:
        account = account.zfill(longest)  # as transfers write it, so that one account has one spelling
    if _check_holds(bank, clearing, account):
        return BankAccount(clearing, account, bank.bank, Certainty.OK)
    if bank.is_swedbank:
        return BankAccount(clearing, account, bank.bank, Certainty.UNVERIFIABLE)
    raise _invalid(Reason.CHECKSUM)


def _lengths(bank: ClearingRange) -> tuple[int, int]:
    if bank.is_swedbank:
        return _SWEDBANK_LENGTHS
    return _LENGTHS.get((bank.account_type, bank.comment), _PLUSGIRO_LENGTHS)


def _check_holds(bank: ClearingRange, clearing: str, account: str) -> bool:
    match bank.account_type, bank.comment:
        case 1, 1:
            return mod_11_holds(clearing[1:] + account)
        case 1, 2:
            return mod_11_holds(clearing + account)
        case 2, 2:
            return mod_11_holds(account)
        case _:
            return luhn_holds(account)


def _length_sentence(bank: ClearingRange, shortest: int, longest: int) -> Text:
    if shortest == longest:
        return Text(
            f"Ett kontonummer hos {bank.bank} har {longest} siffror. Är ert kortare, skriv nollor först.",
            f"An account number at {bank.bank} has {longest} digits. If yours is shorter, write zeros first.",
        )
    return Text(
        f"Ett kontonummer hos {bank.bank} har {shortest} till {longest} siffror.",
        f"An account number at {bank.bank} has {shortest} to {longest} digits.",
    )


def _invalid(reason: Reason) -> InvalidIdentifier:
    return InvalidIdentifier(reason, _SENTENCES[reason])
