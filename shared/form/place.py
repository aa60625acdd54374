"""Where an answer stands: its path, its question, and what is known around it; and how a problem there is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import msgspec

from shared.programme import Field, Option
from shared.refused import FieldError
from shared.words import Text

Problems = Iterator[FieldError]


class Place(msgspec.Struct, frozen=True):
    """`path` is the field's key, or `signatories.0.name` inside an answer of several parts."""

    path: str
    field: Field
    options: tuple[Option, ...]
    facts: Mapping[str, object]

    def inside(self, name: str | int) -> Place:
        return msgspec.structs.replace(self, path=f"{self.path}.{name}")

    def problem(self, sv: str, en: str) -> FieldError:
        return FieldError(self.path, Text(sv, en))


Check = Callable[[Place, object], Problems]


def is_blank(answer: object) -> bool:
    """Not answered: nothing, or only white space."""
    return answer is None or (isinstance(answer, str) and not answer.strip()) or answer in ([], {})
