"""Swedish IBANs: SE and twenty-two digits, checked modulo 97 (ISO 13616).

Never derived from clearing and account number: the banks differ.
"""

from __future__ import annotations

import re

import msgspec
from stdnum import iban

from shared.identifiers.digits import without_separators
from shared.identifiers.invalid import InvalidIdentifier, Reason
from shared.words import Text

_SHAPE = re.compile(r"[Ss][Ee][0-9]{22}\Z")

_FORMAT = Text(
    "Ett svenskt IBAN börjar med SE och har sedan tjugotvå siffror, till exempel SE45 5000 0000 0583 9825 7466.",
    "A Swedish IBAN begins with SE and goes on with twenty-two digits, for example SE45 5000 0000 0583 9825 7466.",
)
_SENTENCES = {
    Reason.FORMAT: _FORMAT,
    Reason.LENGTH: _FORMAT,
    Reason.CHECKSUM: Text(
        "Någon siffra i IBAN-numret är fel. Jämför med internetbanken eller ett kontoutdrag.",
        "A digit in the IBAN is wrong. Compare it with your online bank or a statement.",
    ),
}


class Iban(msgspec.Struct, frozen=True):
    """Twenty-four characters that passed `parse_iban`: SE and twenty-two digits."""

    compact: str

    @property
    def written(self) -> str:
        return " ".join(self.compact[at : at + 4] for at in range(0, len(self.compact), 4))


def parse_iban(text: str) -> Iban:
    """The Swedish IBAN in the text. InvalidIdentifier: format, checksum; length only for text nobody would type."""
    compact = without_separators(text, _SENTENCES)
    if not _SHAPE.match(compact):
        raise InvalidIdentifier(Reason.FORMAT, _SENTENCES[Reason.FORMAT])
    compact = compact.upper()
    if not iban.is_valid(compact):
        raise InvalidIdentifier(Reason.CHECKSUM, _SENTENCES[Reason.CHECKSUM])
    return Iban(compact)
