"""The characters a payment may be written with, and the nearest to those it may not."""

from __future__ import annotations

import re
import unicodedata

NAME_MAX = 70
TOWN_MAX = 35

_ALLOWED = re.compile(r"[0-9A-Za-zåäöÅÄÖ/\-?:().,'+ ]")
_SPELLED = {
    "&": "+", "ß": "ss", "æ": "ä", "Æ": "Ä", "ø": "ö", "Ø": "Ö", "đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ð": "d",
    "þ": "th", "œ": "oe", "–": "-", "—": "-", "’": "'", "‘": "'", "´": "'", "`": "'", "@": "(at)", "_": "-",
    "[": "(", "]": ")", "{": "(", "}": ")", ";": ",", "\t": " ", "\n": " ",
}  # fmt: skip


def as_payment_text(text: str, longest: int) -> str:
    """The text in the banks' characters, at most so long; empty if nothing of it can be written with them.

    A slash may neither begin nor end it, nor stand beside another: banks read codes between slashes.
    """
    written = "".join(_written(one) for one in unicodedata.normalize("NFC", text))
    return re.sub(r"/{2,}", "/", re.sub(r" +", " ", written)).strip(" /")[:longest].strip(" /")


def _written(one: str) -> str:
    if _ALLOWED.fullmatch(one):
        return one
    if one in _SPELLED:
        return _SPELLED[one]
    plain = "".join(part for part in unicodedata.normalize("NFKD", one) if not unicodedata.combining(part))
    return plain if plain and all(_ALLOWED.fullmatch(part) for part in plain) else ""
