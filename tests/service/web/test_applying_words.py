"""A9: what an association reads is easy Swedish, however far its case has come; and every page of a case opens."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from babel import Locale

from tests.lix import lix
from tests.service.house import TestedHouse
from tests.service.own_house import addresses, everything, house  # noqa: F401 - what others call things is not ours
from tests.service.web.browsing import SPACE, Browser, Page, browse

EASY = 40
BLOCKS = frozenset(
    f"{SPACE}{tag}" for tag in ("p", "li", "h1", "h2", "h3", "dt", "dd", "td", "th", "label", "legend", "button", "div")
)
MONTHS = re.compile(rf"\b({'|'.join(Locale('sv').months['format']['wide'].values())})\b")
WEEKDAYS = re.compile(rf"\b({'|'.join(Locale('sv').days['format']['wide'].values())})\b")
LONGEST_MONTH, LONGEST_WEEKDAY = "september", "torsdag"
LEFT_OUT = frozenset(f"{SPACE}{tag}" for tag in ("option", "script", "code"))


def readable(page: Page) -> str:
    """What stands in the page's middle, with a line for each block: a heading or a button is a sentence of its own.
    Every date falls on the weekday and in the month with the longest names, so that the day of the run decides
    nothing."""
    parts: list[str] = []

    def walk(element: Any) -> None:
        if element.tag in LEFT_OUT:
            return
        if element.tag in BLOCKS:
            parts.append("\n")
        parts.append(element.text or "")
        for child in element:
            walk(child)
            parts.append(child.tail or "")
        if element.tag in BLOCKS:
            parts.append("\n")

    middle = page.tree.find(f".//{SPACE}main")
    assert middle is not None
    walk(middle)
    return WEEKDAYS.sub(LONGEST_WEEKDAY, MONTHS.sub(LONGEST_MONTH, "".join(parts)))


@pytest.fixture
async def applicant(house: TestedHouse) -> AsyncIterator[Browser]:
    browser = await browse(house, "applicant", language="sv")
    yield browser
    await browser.close()


async def test_the_applicants_swedish_is_easy_to_read(applicant: Browser, everything: Any) -> None:
    draft, case = f"/drafts/{everything['draft']}", f"/my/cases/{everything['case']}"
    completing = f"/my/cases/{everything.instead['complete']['case']}"
    paths = [
        "/my",
        "/my/associations/new",
        f"/apply/{everything['call']}",
        draft,
        *(f"{draft}/{part}" for part in ("organisation", "people", "activity", "money", "declarations", "files")),
        f"{draft}/check",
        f"{draft}/helpers",
        f"{draft}/discard",
        case,
        f"{case}/application",
        f"{case}/proof",
        f"{case}/account",
        completing,
        f"{completing}/completion",
        f"{completing}/withdrawal",
        f"/my/cases/{everything['other_case']}",
    ]
    hard = {}
    for path in paths:
        page = await applicant.open(path)
        assert page.status == 200, path
        assert page.path == path, f"{path} is not to be opened now"
        measured = lix(readable(page))
        if measured > EASY:
            hard[path] = round(measured, 1)
    assert hard == {}
