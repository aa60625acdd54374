"""A whole case lived through on the staff's pages, as they would: each sees what waits for them, and does it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from services.command.demo import closing, deciding
from tests.service.house import TestedHouse
from tests.service.web.browsing import Browser, Page, browse
from tests.service.web.desk_rounds import registered

WORDS = "Deltagarna bestämmer, och planen är tydlig."
CONDITIONS = 11


async def declare(house: TestedHouse, person: str, case: object) -> Browser:
    browser = await browse(house, person)
    page = await browser.open(f"/cases/{case}/interest")
    page = await page.send(f"/cases/{case}/interest", conflict="none")
    assert page.status == 200, page.text
    return browser


async def score(browser: Browser, case: object) -> Page:
    page = await browser.open(f"/assessing/{case}")
    fields = {name: "3" for name, _ in _named(page, case, "scores.")}
    fields |= {name: WORDS for name, _ in page.form(f"/assessing/{case}").fields() if name.startswith("reasons.")}
    return await page.send(f"/assessing/{case}", **{**fields, **{f"scores.C{at}": "3" for at in range(1, 7)}})


def _named(page: Page, case: object, prefix: str) -> list[tuple[str, str]]:
    return [one for one in page.form(f"/assessing/{case}").fields() if one[0].startswith(prefix)]


async def test_a_round_is_lived_through_on_the_staffs_pages(house: TestedHouse) -> None:
    async with registered(house) as (own, (first, second)):
        officer = await browse(house, "officer")
        for case in (first, second):
            await _check(officer, case.id)
        for person in ("panel-1", "panel-2", "panel-3"):
            for case in (first, second):
                scored = await score(await declare(house, person, case.id), case.id)
                assert scored.path == "/assessing", scored.text
        for case, kronor in ((first, "25 000"), (second, "20 000")):
            await _close_and_propose(officer, case.id, kronor)
        for case in (first, second):
            page = await (await browse(house, "panel-1")).open(f"/cases/{case.id}/statement")
            page = await page.send(f"/cases/{case.id}/statement", opinion="approves", words=WORDS)
            assert "statement is kept" in page.text

        allocation = await officer.open(f"/deciding/{own.call}")
        assert "SEK 45,000 of SEK 40,000" in allocation.heading
        assert "Does not fit" in allocation.text

        early = await officer.open(f"/cases/{second.id}/appeal")
        assert "There is no decision to appeal against" in early.text
        meeting = await _call_meeting(house, own.call, str(own.today))
        chair = await declare(house, "chair", first.id)
        await declare(house, "chair", second.id)
        page = await (await chair.open(meeting)).send(f"{meeting}/open")
        assert "The meeting is open" in page.text
        listed = await chair.open(f"/deciding/{own.call}")
        assert any(address.endswith(f"/decision?through={own.call}") for address in listed.links), "one by one"
        page = await _decide(chair, first.id, outcome="approved", granted_ore="25000")
        assert "The decision is made" in page.text

        page = await _decide(chair, second.id, outcome="approved", granted_ore="20000")
        assert "The money does not reach" in page.text  # refused by the ceiling, calmly
        assert "15,000 is left" in page.text
        assert "This needs to be put right" not in page.text
        page = await page.send("/decision", outcome="partially_approved", granted_ore="15 000", words=WORDS)
        assert page.heading == "This is what you decide"
        assert "data-unsent" in page.html, "the browser keeps the reasons until the decision is made"
        page = await page.send("/decision", confirmed="yes")
        assert "The decision is made" in page.text

        for step, person in (("end", chair), ("adjust", chair), ("post", await browse(house, "secretary"))):
            page = await (await person.open(meeting)).send(f"{meeting}/{step}")
            assert page.status == 200, page.text
        page = await officer.open(f"/cases/{second.id}")
        assert "Partial approval" in page.text
        assert "Last day to appeal" in page.text
        assert "Whole and verified" in (await page.follow("Everything that has happened")).text
        await _appeal(page, str(own.today))


async def test_a14_the_panel_is_told_before_it_reads_what_can_be_hard_to_read(house: TestedHouse) -> None:
    async with registered(house) as (_, (noted, plain)):
        officer = await browse(house, "officer")
        await _check(officer, noted.id, content_notes=["suicide", "death"])
        await _check(officer, plain.id)
        for case, is_told in ((noted, True), (plain, False)):
            page = await (await declare(house, "panel-1", case.id)).open(f"/assessing/{case.id}")
            assert ("suicide or self-harm, death or grief" in page.text) is is_told
            if is_told:
                assert page.text.index("Before you read") < page.text.index("The application")


async def test_an_appeal_of_a_case_that_is_closed_is_for_the_court(house: TestedHouse) -> None:
    async with registered(house) as (own, (case, _)):
        case.applied = replace(case.applied, outcome="avslag", granted=0, reason="R03")
        await deciding.check(own, case, is_first=False)
        await deciding.assess(own, case, is_first=False)
        meeting = await deciding.open_meeting(own, [case])
        await deciding.decide(own, case, meeting)
        await deciding.publish(own, meeting)
        await deciding.let_the_appeal_time_pass(own, meeting)
        await closing.close(own, case)
        page = await (await browse(house, "officer")).open(f"/cases/{case.id}/appeal")
        assert "The case is closed" in page.text
        assert not [one for one in page.forms if one.action.endswith("/appeal")]


async def _check(officer: Browser, case: object, **noted: object) -> None:
    page = await officer.open(f"/cases/{case}")
    page = await page.send(f"/cases/{case}/start")
    assert page.heading == "Check the conditions"
    page = await page.send(
        f"/cases/{case}/check", **{f"condition-E{at}": "yes" for at in range(1, CONDITIONS + 1)}, **noted
    )
    assert "Every condition is met" in page.text
    page = await page.send(f"/cases/{case}/assessment")
    assert "The panel can begin" in page.text


async def _close_and_propose(officer: Browser, case: object, kronor: str) -> None:
    page = await officer.open(f"/cases/{case}")
    page = await page.send(f"/cases/{case}/assessment/closing")
    assert "Make a proposal" in page.text
    page = await officer.open(f"/cases/{case}/proposal")
    outcome = "partially_approved" if kronor == "25 000" else "approved"
    page = await page.send(f"/cases/{case}/proposal", outcome=outcome, granted_ore=kronor, reason="", words=WORDS)
    assert "The proposal is made" in page.text


async def _appeal(case: Page, today: str) -> None:
    page = await case.follow("Register an appeal")
    path = page.path
    page = await page.send(path, received_on="", words=WORDS)
    assert "Write the day it came in." in page.text
    assert WORDS in page.text, "nothing written is lost"
    page = await page.send(path, received_on=today)
    assert "The appeal is registered." in page.text
    page = await page.send("/forwarding")
    assert "the appeal went to the court" in page.text
    page = await page.send("/judgment", quashed="no", judged_on=today)
    assert page.status == 200, page.text


async def _call_meeting(house: TestedHouse, call: object, today: str) -> str:
    secretary = await browse(house, "secretary")
    page = await secretary.open(f"/meetings/call?call={call}")
    page = await page.send("/meetings/call", held_on=today)
    assert page.heading.startswith("Meeting on")
    return page.path


async def _decide(chair: Browser, case: object, **fields: str) -> Page:
    page = await chair.open(f"/cases/{case}/decision")
    if fields["granted_ore"] == "25000":
        fields["outcome"] = "partially_approved"
    page = await page.send("/decision", reason="", words=WORDS, **fields)
    assert page.heading == "This is what you decide", page.text
    return await page.send("/decision", confirmed="yes")


@pytest.mark.parametrize("path", ["/cases/{case}/check", "/cases/{case}/completion"])
async def test_what_the_officer_has_written_is_still_there_when_something_is_missing(
    house: TestedHouse, path: str
) -> None:
    async with registered(house) as (_, (case, _)):
        officer = await browse(house, "officer")
        await (await officer.open(f"/cases/{case.id}")).send(f"/cases/{case.id}/start")
        address = path.format(case=case.id)
        page = await officer.open(address)
        if path.endswith("check"):
            page = await page.send(address, **{"condition-E1": "no", "condition-E9": None})
            assert dict(page.form(address).fields())["condition-E1"] == "no"
        else:
            page = await page.send(address, letter=WORDS, missing=None)
            assert dict(page.form(address).fields())["letter"] == WORDS
        assert page.status == 422
        assert "This needs to be put right" in page.text


async def test_a_completion_request_begins_with_what_was_found_missing_and_tells_the_association(
    house: TestedHouse,
) -> None:
    async with registered(house) as (_, (case, _)):
        officer = await browse(house, "officer")
        await (await officer.open(f"/cases/{case.id}")).send(f"/cases/{case.id}/start")
        page = await officer.open(f"/cases/{case.id}/completion")
        page = await page.send(f"/cases/{case.id}/completion", missing=["statutes", "partial_ok"], letter=WORDS)
        assert "has been asked for what is missing" in page.text
        assert WORDS in page.text
        page = await officer.open("/today")
        assert "the last day to complete" in page.text


async def test_h1_what_the_system_found_is_never_shown_as_the_officer_s_answer(house: TestedHouse) -> None:
    """It is filled in where an answer is about to be given, and nowhere else."""
    async with registered(house) as (_, (case, _)):
        officer = await browse(house, "officer")
        await (await officer.open(f"/cases/{case.id}")).send(f"/cases/{case.id}/start")
        check = f"/cases/{case.id}/check"
        assert "Not answered" not in (await officer.open(check)).text
        page = await officer.open(f"/cases/{case.id}/completion")
        assert "amount_applied_ore" not in page.html, "no answer to a completion may change it"
        await page.send(f"/cases/{case.id}/completion", missing=["years_active"], letter=WORDS)
        assert (await officer.open(check)).text.count("Not answered") == CONDITIONS


async def test_nothing_is_offered_to_the_panel_where_a_condition_that_has_to_be_met_is_not(house: TestedHouse) -> None:
    async with registered(house) as (_, (case, other)):
        officer = await browse(house, "officer")
        for one, unmet, panel_may in ((case, "E6", False), (other, "E3", True)):
            await (await officer.open(f"/cases/{one.id}")).send(f"/cases/{one.id}/start")
            page = await officer.open(f"/cases/{one.id}/check")
            answers = {f"condition-E{at}": "yes" for at in range(1, CONDITIONS + 1)} | {f"condition-{unmet}": "no"}
            page = await page.send(f"/cases/{one.id}/check", **answers)
            offered = [form.action for form in page.forms]
            assert (f"/cases/{one.id}/assessment" in offered) == panel_may, unmet
            assert ("has to be met is not" in page.text) != panel_may
            assert f"/cases/{one.id}/proposal" in page.links
