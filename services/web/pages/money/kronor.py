"""Amounts as people write them: "12 000", "12 000,50"."""

import re

ORE_PER_KRONA = 100
WRITTEN = re.compile(r"^(\d{1,12})(?:[,.](\d{1,2}))?\Z")
SPACES = re.compile(r"[\s\u00a0\u202f]|kr$", re.IGNORECASE)


def ore_of(written: str) -> int | None:
    """Öre, or None for what is no amount."""
    found = WRITTEN.match(SPACES.sub("", written.strip()))
    if found is None:
        return None
    return int(found[1]) * ORE_PER_KRONA + int((found[2] or "0").ljust(2, "0"))
