"""Organisation numbers: ten digits, written NNNNNN-NNNN. A personal number is never one, and is refused as such.

The first digit is the group (2 state, region or municipality, 5 limited company, 7 economic association, 8 association
or foundation …); the third is 2 or more, which tells an organisation from a person; the last is Luhn's.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec

from shared.identifiers.digits import luhn_holds, only_digits
from shared.identifiers.invalid import InvalidIdentifier, Reason
from shared.words import Text

ALL_GROUPS = ("1", "2", "3", "5", "6", "7", "8", "9")
APPLICANT_GROUPS = ("7", "8")
"""Who may apply: economic associations, and associations and foundations."""

KEPT_MAX = 256
"""A form asks about its number several times over. Only organisations' numbers are remembered: a refusal never is."""

_DIGITS = 10
_ORGANISATION_CENTURY = "16"
_PERSON_CENTURIES = ("18", "19", "20")
_SMALLEST_THIRD_DIGIT = "2"

_SENTENCES = {
    Reason.FORMAT: Text(
        "Skriv organisationsnumret med bara siffror och bindestreck, till exempel 802999-0002.",
        "Write the organisation number with digits and a hyphen only, for example 802999-0002.",
    ),
    Reason.LENGTH: Text(
        "Ett organisationsnummer har tio siffror, till exempel 802999-0002. Räkna gärna siffrorna en gång till.",
        "An organisation number has ten digits, for example 802999-0002. Please count the digits once more.",
    ),
    Reason.CHECKSUM: Text(
        "Någon siffra i organisationsnumret är fel. Jämför med beskedet från Skatteverket eller med stadgarna.",
        "A digit in the organisation number is wrong. Compare it with the Tax Agency's letter or the statutes.",
    ),
    Reason.GROUP: Text(
        "Numret tillhör en annan sorts organisation än den vi frågar efter. En förenings nummer börjar oftast med 8.",
        "The number is for another kind of organisation. An association's number mostly begins with 8.",
    ),
    Reason.PERSONAL_NUMBER: Text(
        "Det ser ut som ett personnummer. Ta bort det och skriv föreningens organisationsnummer.",
        "It looks like a personal number. Remove it and write the association's organisation number.",
    ),
}


class OrganisationNumber(msgspec.Struct, frozen=True):
    """Ten digits that passed `parse_orgnr`."""

    digits: str

    @property
    def written(self) -> str:
        return f"{self.digits[:6]}-{self.digits[6:]}"

    @property
    def group(self) -> str:
        return self.digits[0]


@lru_cache(maxsize=KEPT_MAX)
def parse_orgnr(text: str, groups: tuple[str, ...] = ALL_GROUPS) -> OrganisationNumber:
    """The organisation number in the text, with or without hyphen and the prefix 16.

    `groups` are the first digits allowed here: APPLICANT_GROUPS for an applicant.
    InvalidIdentifier: format, length, personal_number, checksum, group.
    """
    digits = _ten_digits(only_digits(text, _SENTENCES))
    if digits[2] < _SMALLEST_THIRD_DIGIT:
        raise _invalid(Reason.PERSONAL_NUMBER)
    if digits[0] not in ALL_GROUPS:
        raise _invalid(Reason.GROUP)
    if not luhn_holds(digits):
        raise _invalid(Reason.CHECKSUM)
    if digits[0] not in groups:
        raise _invalid(Reason.GROUP)
    return OrganisationNumber(digits)


def _ten_digits(digits: str) -> str:
    """Without the century that twelve-digit registers put first: 16 is an organisation, 18, 19 and 20 are a person."""
    if len(digits) == _DIGITS + 2:
        if digits.startswith(_PERSON_CENTURIES):
            raise _invalid(Reason.PERSONAL_NUMBER)
        if digits.startswith(_ORGANISATION_CENTURY):
            return digits[2:]
    if len(digits) != _DIGITS:
        raise _invalid(Reason.LENGTH)
    return digits


def _invalid(reason: Reason) -> InvalidIdentifier:
    return InvalidIdentifier(reason, _SENTENCES[reason])
