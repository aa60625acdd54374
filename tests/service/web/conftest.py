"""Who comes to the pages in most of these tests."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.service.house import TestedHouse
from tests.service.web.browsing import Browser, browse


@pytest.fixture
async def applicant(house: TestedHouse) -> AsyncIterator[Browser]:
    browser = await browse(house, "applicant")
    yield browser
    await browser.close()
