"""The case as it stood at any moment: what those who decided then had before them, from each service's own facts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from services.command.demo import applying, deciding, fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from tests.service.house import URL, Person, TestedHouse
from tests.service.web.browsing import browse

APPLIED = Applied("Föreningen Då (påhittad)", "8027000077", 20_000, "bifall", "Minneskvällar", 15_000)


class Told:
    """A case that was completed, assessed and proposed, its facts in order, and an auditor who asks."""

    def __init__(self, case: str, facts: list[dict[str, Any]], auditor: Person) -> None:
        self.case = case
        self.facts = facts
        self.auditor = auditor

    def when(self, kind: str) -> datetime:
        return next(datetime.fromisoformat(one["told_at"]) for one in self.facts if one["type"] == kind)

    async def then(self, path: str, at: datetime) -> Any:
        answer = await self.auditor.get(f"/api/{path.format(case=self.case)}?at={at:%Y-%m-%dT%H:%M:%S.%fZ}")
        assert answer.status_code in (200, 404), answer.text
        assert answer.headers.get("bifall-may", "") == "", "nobody does anything in the past"
        return answer.json() if answer.status_code == 200 else None


@pytest.fixture(scope="module")
async def told(house: TestedHouse) -> Told:
    people = People(URL, house.transport)
    own = await fund.found(people, Round((APPLIED,)))
    case = await applying.apply(own, APPLIED, 0)
    await fund.close_call(own)
    await deciding.check(own, case, is_first=True)
    await deciding.assess(own, case, is_first=True)
    await people.close()
    auditor = await house.person("auditor")
    facts: list[dict[str, Any]] = []
    while not any(one["type"] == "statement.given" for one in facts):
        facts = (await auditor.get(f"/api/audit/cases/{case.id}/trail?limit=100")).json()["items"]
    return Told(str(case.id), facts, auditor)


async def test_what_was_written_is_shown_as_it_was_written_then(told: Told) -> None:
    completed = told.when("completion.received")
    before = await told.then("applications/cases/{case}/application", completed - timedelta(microseconds=1))
    after = await told.then("applications/cases/{case}/application", completed)
    now = (await told.auditor.get(f"/api/applications/cases/{told.case}/application")).json()

    assert before["completions"] == []
    assert before["answers"] == before["sent_in"] == now["sent_in"]
    assert after["answers"] == now["answers"] != before["answers"]
    assert [file["digest"] for file in before["attachments"]] == [file["digest"] for file in now["attachments"]]
    assert (
        await told.then("applications/cases/{case}", told.when("application.submitted") - timedelta(seconds=1)) is None
    )


async def test_the_case_is_folded_from_what_had_been_told_and_no_more(told: Told) -> None:
    now = (await told.auditor.get(f"/api/review/cases/{told.case}")).json()
    seen = []
    for kind in ("case.received", "check.started", "assessment.opened", "decision.proposed", "statement.given"):
        then = await told.then("review/cases/{case}", told.when(kind))
        seen.append((then["status"], then["scored"], then["proposal"] is not None, then["statement"] is not None))
    assert [status for status, *_ in seen] == ["received", "checking", "assessing", "proposed", now["status"]]
    assert [each[1:] for each in seen] == [
        (0, False, False),
        (0, False, False),
        (0, False, False),
        (now["scored"], True, False),
        (now["scored"], True, True),
    ]
    closed = await told.then("review/cases/{case}", told.when("assessment.closed") - timedelta(microseconds=1))
    assert closed["scores"] == [], "before it was closed, nobody had seen the others' points"


async def test_h7_whoever_is_conflicted_now_sees_nothing_of_what_was_before(told: Told, house: TestedHouse) -> None:
    at = told.when("case.received").strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    barred, free = await house.person("panel-5"), await house.person("panel-1")

    assert (await barred.get(f"/api/review/cases/{told.case}?at={at}")).status_code == 404
    assert (await free.get(f"/api/review/cases/{told.case}?at={at}")).status_code == 200
    assert (await told.auditor.get(f"/api/review/cases/{told.case}?at=2027-03-03T14:32:00")).status_code == 422
    assert (await told.auditor.get(f"/api/review/cases/{told.case}?at=yesterday")).status_code in (400, 422)


async def test_the_page_shows_the_moment_and_the_way_to_the_next(told: Told, house: TestedHouse) -> None:
    browser = await browse(house, "auditor")
    proposed = told.when("decision.proposed")

    shown = await browser.open(_page(told, proposed - timedelta(microseconds=1)))
    assert "Panelens bedömning talar för" not in shown.text
    after = await browser.open(_page(told, proposed))
    assert "Panelens bedömning talar för" in after.text
    assert "One thing has happened since" in after.text
    nothing = await browser.open(f"/cases/{told.case}/as-it-stood?day=2019-01-01&clock=12:00")
    assert "There was no case yet" in nothing.text


def _page(told: Told, at: datetime) -> str:
    return f"/cases/{told.case}/as-it-stood?at={at:%Y-%m-%dT%H:%M:%S.%fZ}"
