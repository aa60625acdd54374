"""Personal numbers and co-ordination numbers in free text: found so that they can be refused, never to be kept.

A match has one of the layouts people write, a date of birth that exists (plus sixty days in a co-ordination number) and
Luhn's check digit. Digits of every script count here: what a reader would take for a personal number is one.
A telephone number written 070-123 45 67 is not found; written without spaces, one in twenty that begin with 070 is.
"""

from __future__ import annotations

import re
from datetime import date

import msgspec

from shared.identifiers.digits import DASHES, SPACES, luhn_holds
from shared.words import Text

LOOKS_PERSONAL = Text(
    "Det ser ut som ett personnummer. Ta bort det. Är det ett telefonnummer, skriv det med mellanslag: 070-123 45 67.",
    "It looks like a personal number. Remove it. If it is a telephone number, write it with spaces: 070-123 45 67.",
)

_CO_ORDINATION_DAYS = 60
_CENTURIES = ("18", "19", "20")
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060"
_DASH = f"[{re.escape(DASHES + '+')}]"
_GAP = f"[{re.escape(SPACES + DASHES + _INVISIBLE)}+]{{0,3}}"

# After a date without separators may stand spaces or dashes; after one with, only a dash or nothing:
# "2026-05-03 1830" is an evening and not a person.
# The whole is a look-ahead, so that a number may begin inside digits that turned out to be something else.
_LAYOUTS = re.compile(
    rf"(?<!\d)(?=(?P<whole>"
    rf"(?P<century>\d\d)?(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d){_GAP}(?P<number>\d{{4}})"
    rf"|(?P<century_>\d\d)?(?P<year_>\d\d)(?P<between>[-/. ])(?P<month_>\d\d)(?P=between)(?P<day_>\d\d)"
    rf"{_DASH}?(?P<number_>\d{{4}})"
    rf")(?!\d))"
)
_DIGIT = re.compile(r"\d")
_DIGITS_MIN = 10
_PARTS = ("century", "year", "month", "day", "number")


class Span(msgspec.Struct, frozen=True):
    """Where in the text: `text[start:end]`."""

    start: int
    end: int


def find_personal_numbers(text: str) -> list[Span]:
    """Every place in the text that looks like a personal number or a co-ordination number, from left to right."""
    if len(_DIGIT.findall(text)) < _DIGITS_MIN:  # most texts have few digits, and the layouts are slow to rule out
        return []
    return [Span(*match.span("whole")) for match in _LAYOUTS.finditer(text) if _is_plausible(match)]


def _is_plausible(match: re.Match[str]) -> bool:
    century, year, month, day, number = (_ascii(match[name] or match[f"{name}_"]) for name in _PARTS)
    if century and century not in _CENTURIES:
        return False
    return luhn_holds(year + month + day + number) and _was_born(century, year, month, day)


def _ascii(digits: str | None) -> str:
    return "".join(str(int(digit)) for digit in digits or "")


def _was_born(century: str, year: str, month: str, day: str) -> bool:
    day_of_birth = int(day) - _CO_ORDINATION_DAYS if int(day) > _CO_ORDINATION_DAYS else int(day)
    return any(_exists(int(each + year), int(month), day_of_birth) for each in ([century] if century else _CENTURIES))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:  # a date that no calendar has is an answer, not a fault
        return False
    return True
