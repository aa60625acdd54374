"""What day it is for a row of a list: by its programme's clock, which a call of that programme tells as well."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest

from services.web.pages.cases.desk import days_of
from services.web.site.asking import Answered

REAL, PRACTICE, UNTOLD = "real", "practice", "untold"
CALLS = [
    {"id": "1", "programme": REAL, "now": "2026-11-22T12:00:00Z"},
    {"id": "2", "programme": PRACTICE, "now": "2027-05-01T12:00:00Z"},
    {"id": "3", "programme": PRACTICE, "now": "2027-05-01T12:00:00Z"},
]
PROGRAMMES = [{"id": UNTOLD, "now": "2028-02-29T12:00:00Z"}, {"id": REAL, "now": "2026-11-22T12:00:00Z"}]


class Asking:
    """Takes down what a page asks for, and tells the programmes."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def ask(self, service: str, path: str, **_: Any) -> Answered:
        self.asked.append((service, path))
        return Answered(200, {}, msgspec.json.encode({"items": PROGRAMMES}))


async def looked_up(*programmes: str | None) -> tuple[Any, list[tuple[str, str]]]:
    page: Any = Asking()
    return await days_of(page, [{"programme": one} for one in programmes], CALLS), page.asked


@pytest.mark.parametrize("rows", [(), (REAL,), (PRACTICE, REAL, PRACTICE), (None,)])
async def test_where_the_calls_tell_every_clock_nobody_is_asked(rows: tuple[str | None, ...]) -> None:
    days, asked = await looked_up(*rows)
    assert asked == []
    assert days.of(PRACTICE) == date(2027, 5, 1)
    assert days.of(REAL) == date(2026, 11, 22)


async def test_a_programme_without_a_call_is_asked_for_its_clock() -> None:
    days, asked = await looked_up(REAL, UNTOLD)
    assert asked == [("applications", "/programmes")]
    assert days.of(UNTOLD) == date(2028, 2, 29)
