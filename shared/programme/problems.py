"""How judgement of rules reports: a path and a sentence for each thing to put right, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from shared.refused import FieldError
from shared.words import Text

Problems = Iterator[FieldError]


def problem(path: str, sv: str, en: str) -> FieldError:
    return FieldError(path, Text(sv, en))


def repeated(path: str, keys: Iterable[str]) -> Problems:
    """One problem for each key that more than one thing in a list has."""
    for key, times in Counter(keys).items():
        if times > 1:
            yield problem(path, f"”{key}” finns {times} gånger.", f"“{key}” is there {times} times.")


def empty(path: str, several: Iterable[object]) -> Problems:
    if not list(several):
        yield problem(path, "Listan är tom.", "The list is empty.")
