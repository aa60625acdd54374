"""The pages for everybody: no account is needed, and what is not published is not on them."""

from __future__ import annotations

import asyncio

import pytest

from services.web.pages.public import feedback
from services.web.site.about import DEMO_PHONE
from tests.service.house import TestedHouse
from tests.service.web.browsing import browse
from tests.service.whole_fund import Everything

PAGES = (
    "/",
    "/calls",
    "/how-it-works",
    "/help",
    "/words",
    "/privacy",
    "/about",
    "/source",
    "/accessibility",
    "/past-grants",
)


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_for_everybody_opens_for_a_stranger_and_for_staff(
    house: TestedHouse, everything: Everything, path: str
) -> None:
    for person in (None, "officer", "applicant"):
        browser = await browse(house, person)
        page = await browser.open(path)
        assert page.status == 200, page.text
        assert page.heading
        await browser.close()


async def test_a_stranger_reads_what_can_be_applied_for_and_begins(house: TestedHouse, everything: Everything) -> None:
    stranger = await browse(house)
    page = await stranger.open(f"/calls/{everything['call']}")
    assert page.status == 200
    assert "Who can apply" in page.text
    assert "inflytande@example.se" in page.links.values()
    assert (await stranger.open(f"/calls/{everything['programme']}")).status == 404


@pytest.mark.parametrize("person", [None, "applicant", "officer", "panel-1", "auditor"])
async def test_a10_every_page_says_where_to_call(
    house: TestedHouse, everything: Everything, person: str | None
) -> None:
    browser = await browse(house, person)
    for path in ("/", "/help", f"/calls/{everything['call']}", "/my", "/today", "/me", "/nowhere"):
        page = await browser.open(path)
        assert DEMO_PHONE in page.links.values(), f"{path}: {page.text}"
    await browser.close()


@pytest.mark.parametrize("person", [None, "applicant", "officer"])
async def test_a15_every_page_leads_to_interpreters_and_sign_language(
    house: TestedHouse, everything: Everything, person: str | None
) -> None:
    browser = await browse(house, person, language="sv")
    for path in ("/", f"/calls/{everything['call']}", "/my", "/today", "/me", "/nowhere"):
        page = await browser.open(path)
        assert page.links.get("/help#languages") == "Teckenspråk och andra språk", f"{path}: {page.links}"
    told = await browser.open("/help")
    assert 'id="languages"' in told.html
    assert "Använder du teckenspråk, eller är ett annat språk än svenska lättare?" in told.text
    await browser.close()


async def test_a10_the_form_on_paper_asks_all_that_the_form_on_the_screen_asks(
    house: TestedHouse, everything: Everything
) -> None:
    call = (await house.stranger().get(f"/api/applications/calls/{everything['call']}")).json()
    programme = (await house.stranger().get(f"/api/applications/programmes/{call['programme']}")).json()
    page = await (await browse(house, language="sv")).open(f"/calls/{everything['call']}/form")

    fields = [field for section in programme["rules"]["forms"]["application"] for field in section["fields"]]
    assert len(fields) > 30
    missing = [field["label"]["sv"] for field in fields if " ".join(field["label"]["sv"].split()) not in page.text]
    assert not missing


async def test_past_grants_show_who_got_what_and_nobody_who_did_not(house: TestedHouse, everything: Everything) -> None:
    page = await (await browse(house)).open("/past-grants")

    assert "Föreningen Ettan (påhittad)" in page.text
    assert "25,000" in page.text
    assert "Tvåan" not in page.text, "rejected"
    assert "Trean" not in page.text, "still being completed"
    assert (await (await browse(house)).open("/past-grants?year=1999&after=x")).status == 422
    assert str(everything["case"]) not in page.html


async def test_a_call_that_is_still_thought_about_is_on_no_public_page(
    house: TestedHouse, everything: Everything
) -> None:
    officer = await house.person("officer")
    call = (await officer.get(f"/api/applications/calls/{everything['call']}")).json()
    rules = {**call["rules"], "title": {"sv": "Hemlig omgång", "en": "Secret call"}}
    drafted = "6d2a5f0e-7a53-4d4b-9b70-0f62a8f5a001"
    put = await officer.put(f"/api/applications/calls/{drafted}", {"programme": call["programme"], "rules": rules})
    assert put.status_code == 200, put.text

    for person in (None, "officer"):
        browser = await browse(house, person)
        assert (await browser.open(f"/calls/{drafted}")).status == 404
        for path in ("/", "/calls"):
            assert "Secret call" not in (await browser.open(path)).text


async def test_feedback_comes_in_and_is_erased_when_it_has_been_dealt_with(house: TestedHouse) -> None:
    stranger, office = await browse(house), house.office("web")
    page = await stranger.open("/accessibility")
    wrong = await page.send("/accessibility", words="", contact="ada@example.se")
    assert wrong.status == 422
    assert "Write what did not work." in wrong.text
    assert dict(wrong.form("/accessibility").fields())["contact"] == "ada@example.se", "nothing written is lost"

    sent = await wrong.send("/accessibility", words="<b>Knappen</b> syns inte")
    assert "Thank you" in sent.text

    (one,) = await feedback.waiting(office, 10)
    assert (one.feedback.words, one.feedback.contact) == ("<b>Knappen</b> syns inte", "ada@example.se")
    kept = await office.pool.fetchval("select content from store where owner = $1", one.id)
    assert b"Knappen" not in kept
    await feedback.erase(office, one.id)
    assert await feedback.waiting(office, 10) == []
    assert await office.pool.fetchval("select count(*) from store where owner = $1", one.id) == 0


async def test_feedback_written_before_one_was_signed_out_comes_in_all_the_same(house: TestedHouse) -> None:
    """A page that is for everybody asks nobody to sign in first."""
    applicant, office = await browse(house, "applicant"), house.office("web")
    written = await applicant.open("/accessibility")
    await written.send("/sign-out")

    sent = await written.send("/accessibility", words="Knappen syns inte")

    assert "Thank you" in sent.text
    (one,) = await feedback.waiting(office, 10)
    await feedback.erase(office, one.id)


async def test_feedback_sent_twice_is_one_message(house: TestedHouse) -> None:
    stranger, office = await browse(house), house.office("web")
    form = (await stranger.open("/accessibility")).form("/accessibility")
    words = {"words": "Jag tryckte två gånger"}
    answers = await asyncio.gather(*(stranger.send(form, words) for _ in range(2)))
    assert all("Thank you" in one.text or one.status == 200 for one in answers)
    (one,) = await feedback.waiting(office, 10)
    assert one.feedback.words == words["words"]
    await feedback.erase(office, one.id)


async def test_nobody_fills_the_store_with_messages(house: TestedHouse) -> None:
    stranger, office = await browse(house), house.office("web")
    answers = []
    for number in range(12):
        form = (await stranger.open("/accessibility")).form("/accessibility")
        answers.append((await stranger.send(form, {"words": f"Nummer {number}"})).status)
    assert answers[0] == 200
    assert answers[-1] == 422
    for one in await feedback.waiting(office, 100):
        await feedback.erase(office, one.id)


async def test_what_programs_look_for_first_is_there(house: TestedHouse) -> None:
    stranger = await browse(house)
    robots = await stranger.open("/robots.txt")
    assert (robots.status, "Disallow: /\n" in robots.html) == (200, True)
    assert (await stranger.open("/favicon.ico")).answer.headers["content-type"].startswith("image/svg+xml")
