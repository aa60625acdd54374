"""`Bifall-After`: how far the caller has seen each journal, so that whoever answers has heard of at least that much."""

from __future__ import annotations

from shared.refused import FieldError, Refused
from shared.words import Text

AFTER_TIMEOUT_S = 2.0
SOURCES_MAX = 16
DIGITS_MAX = 18


class MalformedHeader(Refused):
    status = 400

    def __init__(self, name: str) -> None:
        super().__init__(
            f"Huvudet {name} är fel uppbyggt.",
            f"The header {name} is malformed.",
            (FieldError(name, Text("Värdet är inte giltigt.", "The value is not valid.")),),
        )


class NotHeardYet(Refused):
    """The caller wants to be sure that this service has heard of something, and it has not yet."""

    status = 503
    title = Text("Ett ögonblick", "One moment")

    def __init__(self) -> None:
        super().__init__(
            "Det senaste har inte kommit fram än. Försök igen.", "The latest has not arrived yet. Try again."
        )


def positions(after: str) -> list[tuple[str, int]]:
    """`applications=17,review=4` as pairs, each source once. Raises MalformedHeader."""
    pairs = [one.partition("=") for one in after.split(",", SOURCES_MAX)]
    known = {source.strip(): position.strip() for source, _, position in pairs}
    if len(known) < len(pairs) or not all(map(_is_a_position, known.values())):
        raise MalformedHeader("Bifall-After")
    return [(source, int(position)) for source, position in known.items()]


def _is_a_position(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX
