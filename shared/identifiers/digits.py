"""From what a person typed or pasted to plain digits, and the arithmetic of check digits.

People write spaces and hyphens, and word processors turn hyphens into dashes: those are taken away.
Everything else that is not one of the ten ASCII digits is refused, digits of other scripts too: they look like a number
and are another text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from stdnum import luhn

from shared.identifiers.invalid import InvalidIdentifier, Reason
from shared.words import Text

TYPED_MAX = 64
"""Characters that anyone needs to write any of these numbers with spaces; longer text is not read at all."""

SPACES = " \t\u00a0\u2007\u2009\u202f"
"""Space, tab, and the four spaces that keep a number together on one line."""
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"

_SEPARATORS = dict.fromkeys(map(ord, SPACES + DASHES))
_ASCII_DIGITS = re.compile(r"[0-9]*\Z")


def without_separators(typed: str, sentences: Mapping[Reason, Text]) -> str:
    """The text without spaces and dashes; InvalidIdentifier(length) if nobody would write so much."""
    if len(typed) > TYPED_MAX:
        raise InvalidIdentifier(Reason.LENGTH, sentences[Reason.LENGTH])
    return typed.strip(SPACES + "\r\n").translate(_SEPARATORS)


def only_digits(typed: str, sentences: Mapping[Reason, Text]) -> str:
    """The ASCII digits of the text; InvalidIdentifier(format) if it holds anything but digits, spaces and dashes."""
    digits = without_separators(typed, sentences)
    if not _ASCII_DIGITS.match(digits):
        raise InvalidIdentifier(Reason.FORMAT, sentences[Reason.FORMAT])
    return digits


def luhn_holds(digits: str) -> bool:
    """Luhn's check (ISO/IEC 7812-1, modulus 10) over all digits, the last being the check digit."""
    return luhn.is_valid(digits)


def luhn_digit(digits: str) -> str:
    """The check digit to write after these digits."""
    return luhn.calc_check_digit(digits)


def mod_11_holds(digits: str) -> bool:
    """The banks' modulus 11: weights 1, 2 … 10, 1 from the right. Some bodies have no valid check digit."""
    return sum((place % 10 + 1) * int(digit) for place, digit in enumerate(reversed(digits))) % 11 == 0
