"""A running house in which the round of 2019 has been played, and one browser, for all tests of pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser

from tests.pages import street
from tests.pages.pictures import PLAYED
from tests.system.running import PLAYED_WITHIN_S, RunningHouse


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """`bifall up --demo` on a new folder, when the round has been played."""
    with RunningHouse(tmp_path_factory.mktemp("pages") / "data", "--demo") as running:
        running.wait_for_line(PLAYED, PLAYED_WITHIN_S)
        yield running


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with street.browser() as opened:
        yield opened
