"""OCR references: what money that comes back is recognised by. Two to twenty-five digits, the last Luhn's.

The payee's agreement with the bank may also ask for a length digit, second last: the whole length modulo ten.
"""

from __future__ import annotations

import msgspec

from shared.identifiers.digits import luhn_digit, luhn_holds, only_digits
from shared.identifiers.invalid import InvalidIdentifier, Reason
from shared.words import Text

SHORTEST_DIGITS = 2
LONGEST_DIGITS = 25

_SENTENCES = {
    Reason.FORMAT: Text("Ett OCR-nummer består bara av siffror.", "An OCR number consists of digits only."),
    Reason.LENGTH: Text(
        "Ett OCR-nummer har två till tjugofem siffror. Räkna gärna siffrorna en gång till.",
        "An OCR number has two to twenty-five digits. Please count the digits once more.",
    ),
    Reason.CHECKSUM: Text(
        "Någon siffra i OCR-numret är fel. Jämför med brevet eller fakturan.",
        "A digit in the OCR number is wrong. Compare it with the letter or the invoice.",
    ),
    Reason.LENGTH_DIGIT: Text(
        "OCR-numret har för många eller för få siffror. Jämför med brevet eller fakturan.",
        "The OCR number has too many or too few digits. Compare it with the letter or the invoice.",
    ),
}


class OcrReference(msgspec.Struct, frozen=True):
    """Two to twenty-five digits that passed `parse_ocr` or were made by `ocr_reference`."""

    digits: str

    @property
    def written(self) -> str:
        return self.digits


def ocr_reference(body: str, length_digit: bool) -> OcrReference:
    """The reference that carries these digits. InvalidIdentifier: format, length."""
    digits = only_digits(body, _SENTENCES)
    length = len(digits) + (2 if length_digit else 1)
    if not digits or length > LONGEST_DIGITS:
        raise InvalidIdentifier(Reason.LENGTH, _SENTENCES[Reason.LENGTH])
    if length_digit:
        digits += str(length % 10)
    return OcrReference(digits + luhn_digit(digits))


def parse_ocr(text: str, length_digit: bool = False) -> OcrReference:
    """The OCR reference in the text. InvalidIdentifier: format, length, checksum, length_digit."""
    digits = only_digits(text, _SENTENCES)
    if not SHORTEST_DIGITS <= len(digits) <= LONGEST_DIGITS:
        raise InvalidIdentifier(Reason.LENGTH, _SENTENCES[Reason.LENGTH])
    if not luhn_holds(digits):
        raise InvalidIdentifier(Reason.CHECKSUM, _SENTENCES[Reason.CHECKSUM])
    if length_digit and digits[-2] != str(len(digits) % 10):
        raise InvalidIdentifier(Reason.LENGTH_DIGIT, _SENTENCES[Reason.LENGTH_DIGIT])
    return OcrReference(digits)
