"""Bankgiro numbers: seven or eight digits, the last Luhn's, written NNN-NNNN or NNNN-NNNN."""

from __future__ import annotations

import msgspec

from shared.identifiers.digits import luhn_holds, only_digits
from shared.identifiers.invalid import InvalidIdentifier, Reason
from shared.words import Text

_LENGTHS = (7, 8)
_FUNDRAISING = ("900", "901", "902", "903", "904")

_SENTENCES = {
    Reason.FORMAT: Text(
        "Skriv bankgironumret med bara siffror och bindestreck, till exempel 5050-1055. Det börjar aldrig med noll.",
        "Write the bankgiro number with digits and a hyphen only, for example 5050-1055. It never begins with zero.",
    ),
    Reason.LENGTH: Text(
        "Ett bankgironummer har sju eller åtta siffror, till exempel 5050-1055. Räkna gärna siffrorna en gång till.",
        "A bankgiro number has seven or eight digits, for example 5050-1055. Please count the digits once more.",
    ),
    Reason.CHECKSUM: Text(
        "Någon siffra i bankgironumret är fel. Jämför med en faktura eller med internetbanken.",
        "A digit in the bankgiro number is wrong. Compare it with an invoice or with your online bank.",
    ),
}


class Bankgiro(msgspec.Struct, frozen=True):
    """Seven or eight digits that passed `parse_bankgiro`."""

    digits: str

    @property
    def written(self) -> str:
        return f"{self.digits[:-4]}-{self.digits[-4:]}"

    @property
    def is_fundraising(self) -> bool:
        """A 90 account, watched by Svensk Insamlingskontroll."""
        return self.digits.startswith(_FUNDRAISING)


def parse_bankgiro(text: str) -> Bankgiro:
    """The bankgiro number in the text. InvalidIdentifier: format, length, checksum."""
    digits = only_digits(text, _SENTENCES)
    if len(digits) not in _LENGTHS:
        raise InvalidIdentifier(Reason.LENGTH, _SENTENCES[Reason.LENGTH])
    if digits.startswith("0"):  # padding from a bank file: the same account would have two spellings
        raise InvalidIdentifier(Reason.FORMAT, _SENTENCES[Reason.FORMAT])
    if not luhn_holds(digits):
        raise InvalidIdentifier(Reason.CHECKSUM, _SENTENCES[Reason.CHECKSUM])
    return Bankgiro(digits)
