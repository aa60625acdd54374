"""A3: a draft that was never sent in is kept for its days after the call, and whoever wrote it is told until when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from services.command.demo import fund
from services.command.demo.fund import Fund
from services.command.demo.people import People, new_id
from services.command.demo.round_file import Applied, Round
from services.web.site.money_and_time import Written, last_day
from tests.service.house import URL, TestedHouse
from tests.service.web.browsing import Browser

NUMBER = "802700-1992"
TITLE = "Kören som aldrig söktes för"


@pytest.fixture
async def call(house: TestedHouse) -> AsyncIterator[Fund]:
    people = People(URL, house.transport)
    yield await fund.found(people, Round((Applied("Vi (påhittad)", NUMBER, 20_000, "bifall", "Kör", 20_000),)))
    await people.close()


async def begun(call: Fund) -> UUID:
    """A draft of the demo's applicant, with a title in it."""
    people, association, draft = call.people, new_id(), new_id()
    known = await people.get("applicant", "/api/applications/associations", organisation_number=NUMBER)
    if known["items"]:
        association = UUID(known["items"][0]["id"])
    else:
        body = {"organisation_number": NUMBER, "name": "Vi som hann för sent", "town": "Falun"}
        await people.put("applicant", f"/api/applications/associations/{association}", body)
    written = {"call": str(call.call), "association": str(association), "answers": {"title": TITLE}}
    await people.put("applicant", f"/api/applications/drafts/{draft}", written)
    return draft


async def card_of(applicant: Browser, draft: UUID) -> str:
    """What stands of the draft among what is one's own."""
    sections = (await applicant.open("/my")).html.split("<section")
    return " ".join(next(each for each in sections if f'<h2><a href="/drafts/{draft}"' in each).split())


async def test_a3_after_the_last_day_it_says_until_when_what_was_written_is_kept(
    call: Fund, applicant: Browser
) -> None:
    draft = await begun(call)
    before = await applicant.open(f"/drafts/{draft}")
    assert "Then it is erased" not in before.text, "before the last day, only that day matters"
    assert "Go on writing" in await card_of(applicant, draft)

    closes_at = datetime.fromisoformat(call.call_rules["closes_at"])
    await call.advance_to((closes_at + timedelta(days=2)).date())
    kept = closes_at + timedelta(days=call.rules["retention"]["drafts_days_after_close"])
    until = Written("en").day(last_day(kept.isoformat()))

    after = await applicant.open(f"/drafts/{draft}")
    assert f"What you have written is kept until {until}. Then it is erased." in after.text
    to_print = (await applicant.open(f"/drafts/{draft}/check")).text
    assert TITLE in to_print, "and can still be read and printed"
    assert "This is left before you can send it in" not in to_print, "nothing is: it cannot be sent in"
    card = await card_of(applicant, draft)
    assert f"is kept until {until}, in " in card
    assert "Go on writing" not in card
