"""Plusgiro numbers: two to eight digits, the last Luhn's, in pairs from the right before the hyphen: 4 10 54 68-5."""

from __future__ import annotations

import msgspec

from shared.identifiers.digits import luhn_holds, only_digits
from shared.identifiers.invalid import InvalidIdentifier, Reason
from shared.words import Text

SHORTEST_DIGITS = 2
LONGEST_DIGITS = 8

_SENTENCES = {
    Reason.FORMAT: Text(
        "Skriv plusgironumret med bara siffror, till exempel 28 65 43-4. Det börjar aldrig med noll.",
        "Write the plusgiro number with digits only, for example 28 65 43-4. It never begins with zero.",
    ),
    Reason.LENGTH: Text(
        "Ett plusgironummer har två till åtta siffror, till exempel 28 65 43-4. Räkna gärna siffrorna en gång till.",
        "A plusgiro number has two to eight digits, for example 28 65 43-4. Please count the digits once more.",
    ),
    Reason.CHECKSUM: Text(
        "Någon siffra i plusgironumret är fel. Jämför med en faktura eller med internetbanken.",
        "A digit in the plusgiro number is wrong. Compare it with an invoice or with your online bank.",
    ),
}


class Plusgiro(msgspec.Struct, frozen=True):
    """Two to eight digits that passed `parse_plusgiro`."""

    digits: str

    @property
    def written(self) -> str:
        body, check = self.digits[:-1], self.digits[-1]
        odd = len(body) % 2
        pairs = ([body[:odd]] if odd else []) + [body[at : at + 2] for at in range(odd, len(body), 2)]
        return f"{' '.join(pairs)}-{check}"


def parse_plusgiro(text: str) -> Plusgiro:
    """The plusgiro number in the text. InvalidIdentifier: format, length, checksum."""
    digits = only_digits(text, _SENTENCES)
    if not SHORTEST_DIGITS <= len(digits) <= LONGEST_DIGITS:
        raise InvalidIdentifier(Reason.LENGTH, _SENTENCES[Reason.LENGTH])
    if digits.startswith("0"):
        raise InvalidIdentifier(Reason.FORMAT, _SENTENCES[Reason.FORMAT])
    if not luhn_holds(digits):
        raise InvalidIdentifier(Reason.CHECKSUM, _SENTENCES[Reason.CHECKSUM])
    return Plusgiro(digits)
