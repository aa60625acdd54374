"""Names in the order of the reader's alphabet: in Swedish å, ä and ö come last, in English they are a and o.

The language's own libraries are not at hand on every machine, and sort by the machine's settings where they are.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

from shared.words import Language

AFTER_Z = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}"})
"""The three characters that follow z."""


def place_of(name: str, language: Language) -> str:
    """What to sort a name by: neither case nor accents part names that are spelt alike."""
    folded = unicodedata.normalize("NFC", name).casefold()
    if language == "sv":
        folded = folded.translate(AFTER_Z)
    return "".join(one for one in unicodedata.normalize("NFD", folded) if not unicodedata.combining(one))


def in_order(rows: Iterable[dict[str, Any]], by: str, language: Language) -> list[dict[str, Any]]:
    """Rows by the name that each has under `by`; those without one come last."""
    return sorted(rows, key=lambda row: (not row.get(by), place_of(str(row.get(by) or ""), language)))
