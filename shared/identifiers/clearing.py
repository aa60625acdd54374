"""Which bank a clearing number belongs to, and how that bank's account numbers are checked.

The ranges change several times a year, so they are data: a file with a date, shipped beside this module, that an
administrator may replace.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from datetime import date
from importlib.resources import files
from itertools import pairwise

import msgspec

RANGES_MAX = 500
"""Rows in a file of clearing ranges; Sweden has some sixty."""

_AS_OF = "# as of "
_COLUMNS = ["from", "to", "bank", "account_type", "comment"]
_CHECKS = {(1, 1), (1, 2), (2, 1), (2, 2), (2, 3)}
_SWEDBANK = ("8000", "8999")
_PERSONAL_ACCOUNTS = ("3300", "3782")


class ClearingRange(msgspec.Struct, frozen=True):
    """Clearing numbers `first` to `last`, of four digits, both in the range, and how accounts there are checked.

    `account_type` and `comment` are the banks' own terms; `shared.identifiers.account` says what they mean.
    """

    first: str
    last: str
    bank: str
    account_type: int
    comment: int

    @property
    def is_swedbank(self) -> bool:
        """Where clearing numbers have a fifth digit, and where old accounts exist that fail their own check."""
        return _SWEDBANK[0] <= self.first <= _SWEDBANK[1]

    @property
    def is_personal(self) -> bool:
        """Nordea personkonto: the account number is the holder's personal number, so no association can own one."""
        return self.first in _PERSONAL_ACCOUNTS and self.first == self.last


class ClearingRanges(msgspec.Struct, frozen=True):
    """Every range known on the day `as_of`, in order."""

    as_of: date
    ranges: tuple[ClearingRange, ...]

    def of(self, clearing: str) -> ClearingRange | None:
        """The range that holds the four digits, if any does."""
        after = bisect_right(self.ranges, clearing, key=lambda each: each.first)
        found = self.ranges[after - 1] if after else None
        return found if found and clearing <= found.last else None


def read_clearing_ranges(text: str) -> ClearingRanges:
    """The ranges in a file: `# as of YYYY-MM-DD`, the columns, one range to a row. ValueError says what is wrong."""
    first_line, _, table = text.partition("\n")
    if not first_line.startswith(_AS_OF):
        raise ValueError(f"The first line must be {_AS_OF!r} and a date.")
    rows = list(csv.reader(table.splitlines()))
    if not rows or rows[0] != _COLUMNS:
        raise ValueError(f"The second line must name the columns {','.join(_COLUMNS)}.")
    if not 1 < len(rows) <= RANGES_MAX + 1:
        raise ValueError(f"There must be between 1 and {RANGES_MAX} ranges.")
    ranges = tuple(_range(number, row) for number, row in enumerate(rows[1:], start=3))
    for before, after in pairwise(ranges):
        if after.first <= before.last:
            raise ValueError(f"The range from {after.first} begins before the one before it ends.")
    return ClearingRanges(date.fromisoformat(first_line.removeprefix(_AS_OF).strip()), ranges)


def _range(number: int, row: list[str]) -> ClearingRange:
    if len(row) != len(_COLUMNS) or not all(cell.isascii() and cell.isdigit() for cell in (*row[:2], *row[3:])):
        raise ValueError(f"Line {number} is not a range: two clearing numbers, a bank, an account type and a comment.")
    first, last, bank, account_type, comment = row
    if not (len(first) == len(last) == 4 and first <= last and bank.strip()):
        raise ValueError(f"Line {number}: the clearing numbers need four digits and an order, and the bank a name.")
    if (int(account_type), int(comment)) not in _CHECKS:
        raise ValueError(f"Line {number}: there is no account type {account_type} with comment {comment}.")
    return ClearingRange(first, last, bank.strip(), int(account_type), int(comment))


CLEARING_RANGES = read_clearing_ranges(files(__package__).joinpath("clearing-ranges.csv").read_text(encoding="utf-8"))
"""The ranges this release was shipped with."""
