"""Amounts and numbers as people write them, read without ever losing what cannot be read."""

from __future__ import annotations

import re

ORE_PER_KRONA = 100
DIGITS_MAX = 15
"""More digits than any amount has; a longer row of digits is kept as it was written."""

_SPACE = re.compile(r"[\s\u00a0\u202f]+")
_UNIT = re.compile(r"(?:^(?:sek|kr))|(?:(?:kronor|kr|sek|:-|,-)$)", re.IGNORECASE)
_WHOLE = re.compile(r"[+-]?\d+", re.ASCII)
_AMOUNT = re.compile(r"(?P<kronor>\d{1,3}(?:[.,]\d{3})+|\d+)(?:[.,](?P<ore>\d{1,2}))?", re.ASCII)
"""Three digits after a point or comma are thousands, one or two are öre: 25.000, 25,000 and 25000,50."""


def read_number(written: str) -> int | str | None:
    """A whole number; the text itself where it is none; None where nothing is written."""
    bare = _SPACE.sub("", written)
    if not bare:
        return None
    return int(bare) if _WHOLE.fullmatch(bare) and len(bare) <= DIGITS_MAX else written


def read_ore(written: str) -> int | str | None:
    """Öre, from kronor as people write them; the text itself where it is no amount; None where nothing is written."""
    bare = _UNIT.sub("", _SPACE.sub("", written))
    found = _AMOUNT.fullmatch(bare)
    if not bare:
        return written or None
    if found is None or len(bare) > DIGITS_MAX:
        return written
    kronor = int(re.sub(r"[.,]", "", found["kronor"]))
    return kronor * ORE_PER_KRONA + int((found["ore"] or "0").ljust(2, "0"))


def ore_of(written: str) -> int | None:
    """Öre, or None for what is no amount: where nothing is kept for later."""
    amount = read_ore(written)
    return amount if isinstance(amount, int) else None


def write_number(answer: object) -> str:
    """As it is written in a field, with a space between thousands in every language."""
    return f"{answer:,}".replace(",", " ") if type(answer) is int else as_text(answer)


def write_ore(answer: object) -> str:
    if type(answer) is not int or answer < 0:
        return as_text(answer)
    kronor, ore = divmod(answer, ORE_PER_KRONA)
    return write_number(kronor) + (f",{ore:02d}" if ore else "")


def as_text(answer: object) -> str:
    """A draft may hold anything: what is no text is shown as it stands."""
    if answer is None or isinstance(answer, (list, dict)):
        return ""
    return answer if isinstance(answer, str) else str(answer)
