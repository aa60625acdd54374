"""A6: what was sent in can be taken back and changed until the call closes, and nobody writes it all once more."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from services.command.demo import applying, fund
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from tests.service.house import URL, TestedHouse
from tests.service.web.browsing import Browser

APPLIED = Applied("Vi som ändrar (påhittad)", "8027001653", 20_000, "bifall", "Körläger i Falun", 20_000)


@pytest.fixture
async def call(house: TestedHouse) -> AsyncIterator[Fund]:
    people = People(URL, house.transport)
    yield await fund.found(people, Round((APPLIED,)))
    await people.close()


async def test_a6_an_application_that_was_withdrawn_is_changed_and_sent_in_anew_until_the_call_closes(
    call: Fund, applicant: Browser
) -> None:
    case = await applying.apply(call, APPLIED, 0)
    changed = {"name": "Ett annat namn", "town": "Mora", "email": "ny@exempel.se"}
    await call.people.act("applicant", f"/api/applications/associations/{case.association}", "particulars", changed)
    await call.people.act("applicant", f"/api/applications/cases/{case.id}", "withdrawal")

    page = await applicant.open(f"/my/cases/{case.id}")
    assert "What you wrote is filled in." in page.text
    assert f"/apply/{call.call}" in page.links
    assert re.search(r"anew until \w+ \d+\N{NO-BREAK SPACE}\w+", page.html), "no line ends between a day and its month"
    draft = await (await applicant.open(f"/apply/{call.call}")).send(
        f"/apply/{call.call}", association=str(case.association)
    )
    answers = (await call.people.get("applicant", f"/api/applications{draft.path}"))["answers"]
    sent = (await call.people.get("applicant", f"/api/applications/cases/{case.id}/application"))["answers"]
    declared = {key for key in sent if key.startswith("declaration.")}
    assert declared, "the control"
    assert answers == {key: answer for key, answer in sent.items() if key not in declared}

    another = await fund.found(call.people, Round((APPLIED,)))
    new = await (await applicant.open(f"/apply/{another.call}")).send(
        f"/apply/{another.call}", association=str(case.association)
    )
    begun = (await call.people.get("applicant", f"/api/applications{new.path}"))["answers"]
    assert "title" not in begun, "what was to be done in another call is not what is to be done in this"

    await call.advance_to((datetime.fromisoformat(call.call_rules["closes_at"]) + timedelta(days=2)).date())
    page = await applicant.open(f"/my/cases/{case.id}")
    assert "Nothing more happens." in page.text
    assert f"/apply/{call.call}" not in page.links
