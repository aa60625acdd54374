"""The references money travels with: out by EndToEndId, home by OCR. Both are made from the registration number."""

from __future__ import annotations

import re
from uuid import UUID

from shared.identifiers import ocr_reference
from shared.refused import Refused

REFERENCE_MAX = 35
"""Characters in an ISO 20022 identification (Max35Text)."""
OCR_BODY_MAX = 23
"""Digits before the length digit and the check digit."""

_FOLDED = str.maketrans("ÅÄÖåäö", "AAOaao")
_OTHER = re.compile(r"[^A-Za-z0-9]+")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ"


def end_to_end_id(number: str, no: int, attempt: int) -> str:
    """`EX-2026-00017-1` for the first instalment; asked for anew after a refusal, `EX-2026-00017-1R2`.

    A bank that has refused or returned a reference once takes the same again for a duplicate, and we would not know
    which of the two it answers for.
    """
    words = _OTHER.sub("-", number.translate(_FOLDED)).strip("-")
    again = f"R{attempt}" if attempt > 1 else ""
    reference = f"{words}-{no}{again}"
    if len(reference) > REFERENCE_MAX:
        raise Refused(
            f"Diarienumret {number} är för långt för bankens referens på {REFERENCE_MAX} tecken.",
            f"The registration number {number} is too long for the bank's reference of {REFERENCE_MAX} characters.",
        )
    return reference


def message_id(batch: UUID) -> str:
    """Unique to the file, and the same when the file is made again: the bank's own guard against paying twice."""
    return batch.hex


def recovery_ocr(number: str) -> str:
    """The reference to pay back with. Letters count too: two series may have the same year and number."""
    digits = "".join(
        one if one.isdigit() else f"{_LETTERS.index(one.upper()) + 11}"
        for one in number
        if one.isdecimal() or one.upper() in _LETTERS
    )
    return ocr_reference(digits[-OCR_BODY_MAX:], length_digit=True).digits
