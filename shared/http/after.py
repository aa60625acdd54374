"""`Bifall-After`: how far the caller has seen each journal, so that whoever answers has heard of at least that much."""

from __future__ import annotations

from shared.refused import FieldError, Refused
from shared.words import Text

AFTER_TIMEOUT_S = 2.0


class MalformedHeader(Refused):
    status = 400

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Huvudet {name} är fel uppbyggt.",
            f"The header {name} is malformed.",
            (FieldError(name, Text("Värdet är inte giltigt.", "The value is not valid.")),),
        )


def positions(after: str) -> list[tuple[str, int]]:
    """`applications=17,review=4` as pairs. Raises MalformedHeader."""
    try:
        pairs = (one.partition("=") for one in after.split(","))
        return [(source.strip(), int(position)) for source, _, position in pairs]
    except ValueError:
        raise MalformedHeader("Bifall-After") from None
