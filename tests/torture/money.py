"""Money after the run, from the journals: nothing granted beyond the budget, nothing paid beyond the grant or twice."""

from __future__ import annotations

from collections.abc import Mapping

from tests.torture.books import Book


def check_money(books: Mapping[str, Book]) -> list[str]:
    return []
