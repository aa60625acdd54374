"""The pages of letters, as people with a browser meet them: a letter, those of a case, the outbox, the print queue."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.command.demo import applying, fund
from services.command.demo.applying import Case
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from services.web.site.words import words
from tests.service.house import URL, TestedHouse
from tests.service.test_letters import the_letter
from tests.service.web.browsing import Browser, browse
from tests.service.whole_fund import Everything

APPLIED = Applied("Föreningen Sidan (påhittad)", "8027000069", 20_000, "bifall", "Läsecirkel", 15_000)


@pytest.fixture
async def people(house: TestedHouse) -> AsyncIterator[People]:
    people = People(URL, house.transport)
    yield people
    await people.close()


@pytest.fixture
async def officer(house: TestedHouse) -> AsyncIterator[Browser]:
    browser = await browse(house, "officer")
    yield browser
    await browser.close()


async def on_paper(people: People, monkeypatch: pytest.MonkeyPatch) -> tuple[Case, dict[str, Any]]:
    """Somebody who chose paper has applied: their receipt is to be printed."""
    answers = applying._answers
    monkeypatch.setattr(applying, "_answers", lambda *given: {**answers(*given), "contact_channel": ["letter"]})
    case = await applying.apply(await fund.found(people, Round((APPLIED,))), APPLIED, 0)
    return case, await the_letter(people, case.id, "to_print")


async def test_everything_written_in_a_case_is_listed_there_and_opens(
    house: TestedHouse, everything: Everything, officer: Browser
) -> None:
    page = await officer.open(f"/cases/{everything['case']}/letters")
    assert page.heading == "Letters"
    letter = await page.follow("Decision")

    assert letter.heading == "Decision"
    assert "Ni får 25\N{NO-BREAK SPACE}000 kronor".replace("\N{NO-BREAK SPACE}", " ") in letter.text
    assert "would have been sent" in letter.text.lower()
    paper = await officer.client.get(f"{letter.path}/pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-1.7")


async def test_the_association_reads_its_own_letters_and_another_does_not(
    house: TestedHouse, everything: Everything
) -> None:
    applicant = await browse(house, "applicant", language="sv")
    page = await applicant.open(f"/cases/{everything['case']}/letters")
    letter = await page.follow("Kvitto på ansökan")
    assert "Ni behöver inte göra något nu." in letter.text
    assert not [form for form in letter.forms if "/letters/" in form.action]
    await applicant.close()

    panel = await browse(house, "panel-5")
    assert (await panel.open(letter.path)).status in (403, 404)
    assert (await panel.open(f"/cases/{everything['case']}/letters")).status in (403, 404)
    await panel.close()


async def test_the_outbox_says_plainly_that_nothing_is_sent_without_a_mail_server(
    everything: Everything, officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await officer.open("/letters")
    assert "No mail server is set here." in page.text
    assert "Föreningen" in page.text, "a letter is looked for by whom it went to"
    kept = await page.follow("Would have been sent")
    assert kept.path == "/letters?status=kept"
    monkeypatch.setenv("BIFALL_SMTP_URL", "smtp://127.0.0.1:1")
    assert "No mail server is set here." not in (await officer.open("/letters?status=sent")).text


async def test_a_letter_is_printed_from_the_queue_and_leaves_it(
    people: People, officer: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, letter = await on_paper(people, monkeypatch)
    queue = await officer.open("/letters?status=to_print")
    assert case.number in queue.text
    found = await queue.send("/letters", q=case.number)
    assert f"1 found for “{case.number}”." in found.text
    assert f"/letters/{letter['id']}" in found.links
    nothing = await queue.send("/letters", q="Havssegling")
    assert "Nothing was found for “Havssegling”." in nothing.text
    assert f"/letters/{letter['id']}" not in nothing.links
    done = await queue.send(f"/letters/{letter['id']}/printed")

    assert done.path == "/letters?status=to_print"
    assert "The letter is marked as printed and posted." in done.text
    assert case.number not in done.text
    assert (await the_letter(people, case.id, "printed"))["id"] == letter["id"]


async def test_a_letter_is_put_in_the_print_queue_and_printed_from_its_own_page(
    house: TestedHouse, everything: Everything, officer: Browser
) -> None:
    page = await officer.open(f"/cases/{everything['other_case']}/letters")
    letter = await page.follow("Decision")
    queued = await letter.send(f"{letter.path}/queue")
    assert "The letter is in the print queue." in queued.text
    printed = await queued.send(f"{letter.path}/printed")
    assert "The letter is marked as printed and posted." in printed.text


async def test_an_officer_sees_a_request_as_it_will_be_before_sending_it(
    people: People, everything: Everything, officer: Browser
) -> None:
    page = await officer.open(f"/letters/{everything['letter']}")
    form = {name: value for name, value in page.forms[0].fields() if name in ("csrf", "key")}
    case = await applying.apply(await fund.found(people, Round((APPLIED,))), APPLIED, 0)
    before = await people.get("officer", f"/api/web/cases/{case.id}/letters")
    answer = await officer.client.post(
        f"/cases/{case.id}/letters/preview",
        data={**form, "kind": "completion_request", "words": "<b>Stadgar</b>, tack.", "missing": ["statutes"]},
        headers={"Origin": URL, "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 200, answer.text
    assert "&lt;b&gt;Stadgar&lt;/b&gt;, tack." in answer.text
    assert "Vi behöver mer från er senast" in answer.text, "in the association's language, not in the officer's"
    assert "Stadgar" in answer.text
    after = await people.get("officer", f"/api/web/cases/{case.id}/letters")
    assert {one["id"] for one in before["items"]} <= {one["id"] for one in after["items"]}
    assert "completion_request" not in {one["kind"] for one in after["items"]}


@pytest.mark.parametrize(("written", "shown"), [("12.500 kr", "12 500 kronor"), ("12 500,50", "12 500,50 kronor")])
async def test_a_preview_reads_an_amount_as_the_form_that_it_previews_does(
    everything: Everything, officer: Browser, written: str, shown: str
) -> None:
    page = await officer.open(f"/letters/{everything['letter']}")
    form = {name: value for name, value in page.forms[0].fields() if name in ("csrf", "key")}
    answer = await officer.client.post(
        f"/cases/{everything['case']}/letters/preview",
        data={**form, "kind": "decision", "outcome": "approved", "granted_ore": written, "words": "Ja."},
        headers={"Origin": URL, "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 200, answer.text
    assert shown in answer.text.replace("\N{NO-BREAK SPACE}", " "), answer.text


async def test_a_preview_that_cannot_be_made_says_why(everything: Everything, officer: Browser) -> None:
    page = await officer.open(f"/letters/{everything['letter']}")
    form = {name: value for name, value in page.forms[0].fields() if name in ("csrf", "key")}
    answer = await officer.client.post(
        f"/cases/{everything['case']}/letters/preview",
        data={**form, "kind": "receipt"},
        headers={"Origin": URL, "Sec-Fetch-Site": "same-origin"},
    )

    assert answer.status_code == 422
    assert "That letter writes itself." in answer.text


def test_the_pages_of_letters_are_there_in_swedish() -> None:
    assert words("sv").gettext("Letters") == "Brev"
