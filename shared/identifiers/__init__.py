"""The numbers that Swedish associations and their money are known by: read as people write them, and checked.

Every parser takes any text and answers with a frozen struct or with `InvalidIdentifier`, which carries a kind sentence;
nothing else comes out, whatever comes in. A right check digit says that the number is well formed.
It never says whose it is.
"""

from __future__ import annotations

from shared.identifiers.account import BankAccount, Certainty, parse_account, parse_association_account
from shared.identifiers.bankgiro import Bankgiro, parse_bankgiro
from shared.identifiers.clearing import CLEARING_RANGES, ClearingRange, ClearingRanges, read_clearing_ranges
from shared.identifiers.iban import Iban, parse_iban
from shared.identifiers.invalid import InvalidIdentifier, Reason
from shared.identifiers.ocr import OcrReference, ocr_reference, parse_ocr
from shared.identifiers.orgnr import ALL_GROUPS, APPLICANT_GROUPS, OrganisationNumber, parse_orgnr
from shared.identifiers.personal_number import LOOKS_PERSONAL, Span, find_personal_numbers
from shared.identifiers.plusgiro import Plusgiro, parse_plusgiro

__all__ = [
    "ALL_GROUPS",
    "APPLICANT_GROUPS",
    "CLEARING_RANGES",
    "LOOKS_PERSONAL",
    "BankAccount",
    "Bankgiro",
    "Certainty",
    "ClearingRange",
    "ClearingRanges",
    "Iban",
    "InvalidIdentifier",
    "OcrReference",
    "OrganisationNumber",
    "Plusgiro",
    "Reason",
    "Span",
    "find_personal_numbers",
    "ocr_reference",
    "parse_account",
    "parse_association_account",
    "parse_bankgiro",
    "parse_iban",
    "parse_ocr",
    "parse_orgnr",
    "parse_plusgiro",
    "read_clearing_ranges",
]
