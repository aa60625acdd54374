"""The desk's pages by role: what each finds, what nobody finds who may not, and how many cases are looked through."""

from __future__ import annotations

import re
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from services.web.demo_people import NAMES
from services.web.pages.cases.desk import today_in
from services.web.site.asking import Answered
from services.web.site.money_and_time import as_day
from tests.service.house import TestedHouse
from tests.service.web.browsing import Page, browse
from tests.service.web.desk_rounds import APPLICATIONS, registered
from tests.service.whole_fund import Everything

STAFF = ("officer", "coordinator", "panel-1", "chair", "secretary", "finance", "attester-1", "auditor", "administrator")


@pytest.mark.parametrize("person", [*STAFF, "archivist"])
async def test_everybody_who_works_here_has_a_today(house: TestedHouse, everything: Everything, person: str) -> None:
    page = await (await browse(house, person)).open("/today")
    assert page.status == 200
    assert page.heading == "Today"


@pytest.mark.parametrize("path", ["/today", "/cases", "/cases/{case}", "/deciding/{call}", "/meetings", "/events"])
async def test_the_desk_is_closed_to_associations_and_to_nobody(
    house: TestedHouse, everything: Everything, path: str
) -> None:
    address = path.format(**everything.ids)
    assert (await (await browse(house, "applicant")).open(address)).status == 403
    assert (await (await browse(house)).open(address)).path.startswith("/sign-in")


@pytest.mark.parametrize("person", ["officer", "coordinator", "panel-1", "chair", "secretary", "auditor", "archivist"])
@pytest.mark.parametrize("query", ["", "?view=board", "?q=Teckningsgrupp", "?sort=points", "?waits_for=officer"])
async def test_all_cases_are_shown_in_every_way(
    house: TestedHouse, everything: Everything, person: str, query: str
) -> None:
    if person == "archivist" and "view" in query:
        pytest.skip("whoever keeps the archive sees applications only")
    page = await (await browse(house, person)).open(f"/cases{query}")
    assert page.status == 200, page.text
    assert page.heading == "Cases"
    if "Teckningsgrupp" in query:
        assert f"/cases/{everything['case']}" in page.links


async def test_a_case_has_everything_in_one_place(house: TestedHouse, everything: Everything) -> None:
    page = await (await browse(house, "officer")).open(f"/cases/{everything['case']}")
    assert page.heading == "Teckningsgrupp"
    for words in ("Decision: Approval", "Assessment:", "Money", "Letters", "What has happened"):
        assert words in page.text, words
    happened = await page.follow("Everything that has happened")
    assert "Whole and verified" in happened.text
    assert "Decision: Approval" in happened.text
    assert "Decided by" in page.text
    for who in ("(signatory)", "(decision maker)", "(panel member)"):
        assert who in happened.text, f"who did it stands there by name and role: {who}"
    for name in NAMES.values():
        assert await _facts_with(house, name) == 0, "H11: no fact holds a name"
    assert "The application" in page.text
    assert any("/files/" in address for address in page.links)


async def _facts_with(house: TestedHouse, words: str) -> int:
    found = [
        await house.office(service).pool.fetchval(
            "select count(*) from journal where event::text like '%' || $1 || '%'", words
        )
        for service in ("applications", "review", "payouts", "web")
    ]
    return sum(found)


async def test_a_case_is_looked_at_on_the_day_its_programmes_clock_shows(
    house: TestedHouse, everything: Everything
) -> None:
    officer, asked = await house.person("officer"), []

    async def ask(service: str, path: str, **_: object) -> Answered:
        asked.append((service, path))
        return Answered(200, {}, b'{"items": []}')

    async def clocks() -> dict[str, Any]:
        return {one["id"]: one for one in (await officer.get("/api/applications/programmes")).json()["items"]}

    page: Any = SimpleNamespace(site=SimpleNamespace(office=house.office("web")), ask=ask)
    before = await clocks()
    days = {programme: await today_in(page, programme) for programme in before}
    after = await clocks()
    assert any(one["offset_s"] for one in before.values()), "no clock was moved"
    for programme, day in days.items():
        assert day in (as_day(before[programme]["now"]), as_day(after[programme]["now"]))
    assert asked == [], "web follows every programme"
    await today_in(page, str(uuid4()))
    assert asked == [("applications", "/programmes")]


async def test_h7_a_case_does_not_exist_for_whoever_has_a_conflict_of_interest(
    house: TestedHouse, everything: Everything
) -> None:
    barred = await browse(house, everything.conflicted)
    for path in ("/cases/{case}", "/cases/{case}/interest", "/assessing/{case}", "/cases/{case}/decision"):
        assert (await barred.open(path.format(**everything.ids))).status == 404
    listed = await barred.open("/cases?q=Teckningsgrupp")
    assert f"/cases/{everything['case']}" not in listed.links
    agenda = await barred.open(f"/meetings/{everything['meeting']}")
    assert f"/cases/{everything['case']}" not in agenda.links


async def test_h7_whoever_has_not_declared_is_asked_to_before_they_read(
    house: TestedHouse, everything: Everything
) -> None:
    page = await (await browse(house, "panel-4")).open(f"/cases/{everything['case']}")
    assert "Say first whether you have a conflict of interest" in page.text
    assert "Why, in a few sentences" not in page.text
    assert "25,000" not in page.text  # neither what was applied for nor what was granted
    assert "30,000" not in page.text


async def test_an_answer_about_conflicts_has_to_be_given(house: TestedHouse, everything: Everything) -> None:
    page = await (await browse(house, "panel-4")).open(f"/cases/{everything['case']}/interest")
    page = await page.send(f"/cases/{everything['case']}/interest")
    assert page.status == 422
    assert "Answer whether you have a conflict of interest" in page.text


async def test_a_paper_is_fetched_as_a_file_and_never_shown_in_the_page(
    house: TestedHouse, everything: Everything
) -> None:
    officer = await browse(house, "officer")
    case = await officer.open(f"/cases/{everything['case']}")
    answer = await officer.open(next(address for address in case.links if "/files/" in address))
    assert answer.answer.headers["content-disposition"].startswith("attachment")
    assert answer.answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/calls/manage", "/calls/manage/{call}", "/programmes/{programme}"])
@pytest.mark.parametrize("person", ["officer", "coordinator", "chair", "administrator"])
async def test_calls_and_programmes_are_read_by_those_who_handle_them(
    house: TestedHouse, everything: Everything, person: str, path: str
) -> None:
    assert (await (await browse(house, person)).open(path.format(**everything.ids))).status == 200


async def test_a_call_is_drafted_from_the_last_one_decided_and_published(
    house: TestedHouse, everything: Everything
) -> None:
    officer = await browse(house, "officer")
    page = await officer.open(f"/calls/manage/draft?programme={everything['programme']}")
    refused = await page.send("/calls/manage/draft", title_sv="Hösten", title_en="Autumn", budget_ore="mycket")
    assert refused.status == 422
    assert dict(refused.form("/calls/manage/draft").fields())["title_en"] == "Autumn"
    page = await refused.send("/calls/manage/draft", budget_ore="90 000")
    assert page.heading == "Autumn", page.text
    chair = await browse(house, "chair")
    page = await (await chair.open(page.path)).send(f"{page.path}/decide")
    assert "The call is decided" in page.text
    page = await (await officer.open(page.path)).send(f"{page.path}/publish")
    assert "The call is published" in page.text
    page = await page.send(f"{page.path}/cancel") if "Cancel the call" in page.text else page
    assert page.status == 200


async def test_a_programme_file_is_read_in_plain_words_before_it_is_published(house: TestedHouse) -> None:
    from services.command.example import PROGRAMME_FILE

    officer = await browse(house, "officer")
    page = await officer.open("/programmes/new")
    wrong = await page.send("/programmes/new", files={"file": ("p.json", b"{", "application/json")})
    assert wrong.status == 422
    file = {"file": ("p.json", PROGRAMME_FILE.read_bytes(), "application/json")}
    page = await page.send("/programmes/new", files=file, for_practice="yes")
    assert "This is what the file says" in page.text
    page = await page.send("/programmes/new", confirmed="yes")
    assert "The programme is published" in page.text
    clock = await (await browse(house, "administrator")).open(page.path)
    clock = await clock.send(f"{page.path}/clock", days="10")
    assert "clock has been moved forward" in clock.text


async def test_a_panel_member_goes_from_the_reading_list_by_the_declaration_to_the_application(
    house: TestedHouse,
) -> None:
    async with registered(house) as (own, (case, _)):
        officer = await browse(house, "officer")
        await (await officer.open(f"/cases/{case.id}")).send(f"/cases/{case.id}/start")
        page = await officer.open(f"/cases/{case.id}/check")
        codes = [condition["code"] for condition in own.rules["eligibility"]]
        yes = {f"condition-{code}": "yes" for code in codes}
        mistaken = await page.send(f"/cases/{case.id}/check", **yes | {f"condition-{codes[0]}": "no"})
        assert "Not every condition is met" in mistaken.text
        page = await mistaken.send(f"/cases/{case.id}/check-reopening")
        assert "Answer the conditions anew" in page.text
        given = dict(page.form(f"/cases/{case.id}/check").fields())
        assert (given[f"condition-{codes[0]}"], given[f"condition-{codes[1]}"]) == ("no", "yes"), (
            "as they were answered"
        )
        await page.send(f"/cases/{case.id}/check", **yes)
        await (await officer.open(f"/cases/{case.id}")).send(f"/cases/{case.id}/assessment")

        panel = await browse(house, "panel-4")
        page = await panel.open(f"/cases/{case.id}/interest?then=assessing")
        page = await page.send(f"/cases/{case.id}/interest", conflict="none")
        assert page.path == f"/assessing/{case.id}"
        kept = f'data-stored="/assessing/{case.id}?{house.account("panel-4")}"'
        assert kept in page.html, "what an assessor writes is kept in the browser, and put back for nobody else"
        refused = await page.send(f"/assessing/{case.id}", **{"scores.C1": "4", "reasons.C2": "Så tänkte jag."})
        assert refused.status == 422
        assert dict(refused.form(f"/assessing/{case.id}").fields())["reasons.C2"] == "Så tänkte jag."


def _undecided(page: Page) -> int:
    """How many applications the page says were to be decided, and wait for whoever looks."""
    found = re.search(r"(One|\d+) applications? (?:was|were) to be decided\s?Waits for you", page.text)
    return 0 if found is None else 1 if found[1] == "One" else int(found[1])


async def test_late_counts_decisions_past_the_programmes_date_and_says_whom_they_wait_for(house: TestedHouse) -> None:
    officer = await browse(house, "officer")
    async with registered(house) as (own, cases):
        for case in cases:  # once review has heard of them
            await own.people.get("officer", f"/api/review/cases/{case.id}")
        before = await officer.open("/today")
        await own.advance_to(date.fromisoformat(own.call_rules["decision_planned_by"]) + timedelta(days=1))
        after = await officer.open("/today")
        assert _undecided(after) - _undecided(before) == len(APPLICATIONS)
        assert "Late (" in after.text
        chair = await (await browse(house, "chair")).open("/today")
        assert re.search(r"to be decided\s?Waits for the officer", chair.text)
    await officer.close()


async def test_whoever_answers_about_conflicts_comes_back_to_where_they_were_and_to_nowhere_else(
    house: TestedHouse,
) -> None:
    async with registered(house) as (own, cases):
        chair = await browse(house, "chair")
        onward = {"deciding": f"/deciding/{own.call}", "https://elsewhere.example": f"/cases/{cases[1].id}"}
        for case, (then, comes_to) in zip(cases, onward.items(), strict=True):
            page = await chair.open(f"/cases/{case.id}/interest?then={then}")
            page = await page.send(f"/cases/{case.id}/interest", conflict="none")
            assert page.path == comes_to
