"""From registering an association to a receipt, in a browser without scripts; and nothing lost on the way."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.command.demo import fund
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from services.web.site.sessions import Level, Sessions
from shared.files import FILE_MAX_BYTES
from tests.pages.findings import invalid
from tests.service.house import URL, TestedHouse
from tests.service.own_house import addresses, everything, house  # noqa: F401 - fixtures, in place of the shared
from tests.service.web.browsing import Browser, Page, browse
from tests.service.web.filled_in import PDF, answers_to, save

NUMBER = "802700-0051"
LOOK_AGAIN_S = 0.1


@pytest.fixture(scope="module")
async def call(house: TestedHouse) -> AsyncIterator[Fund]:
    """A call that is open."""
    people = People(URL, house.transport)
    yield await fund.found(people, Round((Applied("Vi (påhittad)", NUMBER, 20_000, "bifall", "Kör", 20_000),)))
    await people.close()


async def _begun(applicant: Browser, call: Fund, number: str) -> Page:
    """A new association and a draft for it; stands on the draft's page."""
    page = await applicant.open(f"/my/associations/new?next=/apply/{call.call}")
    page = await page.send("/my/associations/new", organisation_number=number, name=f"Vi {number}", town="Falun")
    assert page.path.startswith(f"/apply/{call.call}?association="), page.text
    offered = _associations(page)
    chosen = offered[0] if len(offered) == 1 else next(one for one in offered if number in one[1])
    meant = dict(page.form(f"/apply/{call.call}").fields())["association"]
    assert meant == chosen[0], "the one just registered is chosen already"
    return await page.send(f"/apply/{call.call}")


def _associations(page: Page) -> list[tuple[str, str]]:
    """(id, words) of each association that can be chosen, or the only one."""
    found = [
        (one.get("value", ""), " ".join("".join(parent.itertext()).split()))
        for parent in page.tree.iter()
        for one in parent
        if one.get("name") == "association"
    ]
    assert found, page.text
    return found


async def _helped(house: TestedHouse, applicant: Browser, draft: str) -> Browser:
    """Somebody who helps with the draft, let in by the letter that practice shows instead of sending it."""
    page = await (await applicant.open(f"{draft}/helpers")).send(f"{draft}/helpers", email="alva@example.se")
    found = re.search(r"/help-with/\S+", page.text)
    assert found is not None, page.text
    helper = await browse(house)
    opened = await helper.open(found[0])
    assert (await opened.send(found[0].partition("?")[0], name="Alva Stöd")).path == draft
    return helper


async def test_an_association_applies_from_its_first_page_to_its_receipt(
    house: TestedHouse, applicant: Browser, call: Fund
) -> None:
    """With somebody who helps it to write: who that was stands in what is signed (A11)."""
    page = await _begun(applicant, call, NUMBER)
    draft = page.path
    helper = await _helped(house, applicant, draft)
    assert "0 of 6 parts" in page.text
    for group, filled in answers_to(call).items():
        writer = await helper.open(draft) if group == "activity" else page
        page = await save(writer, group, filled)
        assert "check=yes" not in page.path, page.text
    page = await applicant.open(f"{draft}/files")
    names = ("statutes", "constituting_minutes")
    files = [(name, (f"{name}.pdf", PDF, "application/pdf")) for name in names]
    page = await page.send(f"{draft}/files", files=files, go="list")
    assert page.path == draft, page.text
    assert "6 of 6 parts" in page.text
    page = await page.follow("Read through and sign")
    assert "1,200" in page.text
    assert "Kör för alla" in page.text
    assert "There is no other money" not in page.text
    read_by_helper = await helper.open(f"{draft}/check")
    assert "The association moves next" in read_by_helper.text
    page = await page.follow("Go on and sign")
    assert "SEK 8,000" in page.text
    assert "Alva Stöd helped to write it." in page.text
    receipt = await page.sign()
    assert receipt.path == draft.replace("/drafts/", "/my/cases/"), receipt.text
    assert UUID(draft.rpartition("/")[2]).version == 7, "cases sort by when they were begun"
    assert "The application is signed and sent in" in receipt.text
    assert "Your receipt" in receipt.text
    assert "the fund's turn" in receipt.text
    again = await applicant.open(f"{draft}/money")
    assert again.path == receipt.path
    assert [(await helper.open(path)).status for path in (draft, f"{draft}/money", receipt.path)] == [404, 404, 404]
    assert "You help with a draft" not in (await helper.open("/my")).text
    web = house.office("web")
    while (
        await web.pool.fetchval("select status from help where draft = $1", UUID(draft.rpartition("/")[2])) != "ended"
    ):
        await asyncio.sleep(LOOK_AGAIN_S)  # the fund itself, once it has heard that the application is there
    whole = await receipt.follow("Read and print")
    assert "SEK 8,000" in whole.text
    assert "Varje vecka." in whole.text
    await _proves(receipt)


async def _proves(receipt: Page) -> None:
    found = re.search(r"[0-9a-f]{4}(?: [0-9a-f]{4}){7}", receipt.text)
    assert found is not None
    code = found[0]
    proof = await receipt.follow("Check that nothing has been changed")
    assert "It is the same" in (await proof.send("/proof", code=code.upper())).text
    other = ("0" if code[0] != "0" else "1") + code[1:]
    assert "does not agree" in (await proof.send("/proof", code=other)).text


async def test_what_is_wrong_is_said_gently_and_nothing_of_it_is_lost(applicant: Browser, call: Fund) -> None:
    page = await _begun(applicant, call, "802700-0069")
    draft = page.path
    page = await save(page, "money", {"amount_applied_ore": "ungefär tjugo tusen", "budget_costs.0.note": "fika"})
    assert page.path == f"{draft}/money?check=yes"
    assert "Everything is saved" in page.text
    assert "How much money do you apply for" in page.text
    fields = dict(page.form(f"{draft}/money").fields())
    assert fields["amount_applied_ore"] == "ungefär tjugo tusen"
    assert fields["budget_costs.0.note"] == "fika"
    onward = await page.follow("Go on anyway")
    assert onward.path == f"{draft}/declarations"
    assert (await applicant.open(f"{draft}/sign")).path == f"{draft}/check"


async def test_rows_are_added_and_taken_away_without_scripts(applicant: Browser, call: Fund) -> None:
    page = await _begun(applicant, call, "802700-0077")
    draft = page.path
    rows = {f"budget_costs.{row}.amount_ore": str(100 + row) for row in range(3)}
    page = await save(page, "money", rows, go="more:budget_costs")
    fields = dict(page.form(f"{draft}/money").fields())
    assert "budget_costs.4.amount_ore" in fields
    page = await save(page, "money", {}, go="remove:budget_costs:1")
    fields = dict(page.form(f"{draft}/money").fields())
    assert [fields[f"budget_costs.{row}.amount_ore"] for row in range(3)] == ["100", "102", ""]


async def test_saving_while_one_writes_and_two_devices_on_one_question(
    house: TestedHouse, applicant: Browser, call: Fund
) -> None:
    page = await _begun(applicant, call, "802700-0085")
    draft = page.path
    phone = await browse(house, "applicant")
    here, there = await applicant.open(f"{draft}/activity"), await phone.open(f"{draft}/activity")
    saved = await _autosave(applicant, here, draft, title="Kör")
    assert saved.status_code == 200
    assert set(saved.json()) >= {"saved_at_clock", "version"}
    other = await _autosave(phone, there, draft, summary="Vi sjunger.")
    assert other.status_code == 200, "another question is no conflict"
    clash = await _autosave(phone, there, draft, title="Podd")
    assert clash.status_code == 409
    asked = await phone.send(there.form(f"{draft}/activity"), {"title": "Podd", "go": "next"})
    assert asked.status == 409
    assert "Podd" in asked.text
    assert "Kör" in asked.text
    settled = await asked.send(f"{draft}/activity/choice", **{"choice.title": "mine"})
    fields = dict(settled.form(f"{draft}/activity").fields())
    assert (fields["title"], fields["summary"]) == ("Podd", "Vi sjunger.")
    await phone.close()


async def _autosave(browser: Browser, page: Page, draft: str, **filled: str) -> Any:
    data = {**dict(page.form(f"{draft}/activity").fields()), **filled}
    headers = {"Origin": URL, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"}
    return await browser.client.post(f"{draft}/activity/autosave", data=data, headers=headers)


async def test_a_session_that_is_gone_is_told_to_what_saves(house: TestedHouse, applicant: Browser, call: Fund) -> None:
    page = await _begun(applicant, call, "802700-0093")
    group = await applicant.open(f"{page.path}/activity")
    await Sessions(house.office("web"), demo=True).end_all(house.account("applicant"))
    assert (await _autosave(applicant, group, page.path, title="Kör")).status_code in (401, 403)


async def test_beginning_twice_makes_one_draft(applicant: Browser, call: Fund) -> None:
    before = await applicant.open(f"/apply/{call.call}")
    association = _associations(before)[0][0]
    pressed = [before.send(f"/apply/{call.call}", association=association) for _ in range(3)]
    pages = [*await asyncio.gather(*pressed), await before.send(f"/apply/{call.call}", association=association)]
    assert [one.status for one in pages] == [200] * 4
    assert len({one.path for one in pages}) == 1


async def test_what_one_has_begun_is_offered_before_one_begins_anew(applicant: Browser, call: Fund) -> None:
    draft = await _begun(applicant, call, "802701-0019")
    before = await applicant.open(f"/apply/{call.call}")
    assert "You have already begun" in before.text
    assert draft.path in before.links
    assert not invalid(before.html)


async def test_an_association_that_is_one_s_own_already_is_gone_on_with(applicant: Browser, call: Fund) -> None:
    number = "802700-0143"
    await _begun(applicant, call, number)
    page = await applicant.open(f"/my/associations/new?next=/apply/{call.call}")
    page = await page.send("/my/associations/new", organisation_number=number, name="Another name", town="Falun")
    assert page.path.startswith(f"/apply/{call.call}?association=")
    assert "The association is already yours." in page.text


async def test_a_personal_number_is_refused_where_an_association_is_registered(applicant: Browser) -> None:
    page = await applicant.open("/my/associations/new")
    page = await page.send("/my/associations/new", organisation_number="880320-0016", name="Kim", town="Falun")
    assert page.status == 422
    assert "personal" in page.text
    assert dict(page.form("/my/associations/new").fields())["organisation_number"] == "880320-0016"


async def test_a12_a_picture_of_25_megabytes_is_taken_and_a_larger_one_is_refused_in_words(
    applicant: Browser, call: Fund
) -> None:
    draft = (await _begun(applicant, call, "802700-0119")).path
    papers = await applicant.open(f"{draft}/files")
    cameras = [one for one in papers.tree.iter() if one.get("capture") == "environment"]
    assert cameras
    assert all(one.get("accept") == "image/*" for one in cameras)
    picture = b"\x89PNG\r\n\x1a\n".ljust(FILE_MAX_BYTES, b"x")
    files = [("statutes", ("kept.png", picture, "image/png")), ("mandate", ("larger.png", picture + b"x", "image/png"))]
    page = await papers.send(f"{draft}/files", files=files)
    assert page.status == 422
    assert "larger.png: The file is too large. It may be at most 25 megabytes." in page.text
    assert "kept.png" in page.text
    assert "larger.png" not in (await applicant.open(f"{draft}/files")).text


async def test_a14_where_one_writes_freely_it_says_not_to_write_about_others_health(
    applicant: Browser, call: Fund
) -> None:
    draft = (await _begun(applicant, call, "802700-0127")).path
    for part, is_free in (("activity", True), ("organisation", False), ("declarations", False)):
        page = await applicant.open(f"{draft}/{part}")
        assert bool(list(page.tree.iter("{http://www.w3.org/1999/xhtml}textarea"))) is is_free
        assert ("Do not write about other people's health" in page.text) is is_free
    assert "Do not write about other people's health" in (await applicant.open(f"/calls/{call.call}/form")).text


async def test_h9_where_one_writes_and_before_one_signs_it_says_that_others_may_ask_to_read_it(
    applicant: Browser, call: Fund
) -> None:
    draft = (await _begun(applicant, call, "802700-1653")).path
    told = "others may ask to read"
    for path, says_it in ((f"{draft}/activity", True), (f"{draft}/organisation", False), (f"{draft}/check", True)):
        assert (told in (await applicant.open(path)).text) is says_it, path
    assert told in (await applicant.open(f"/calls/{call.call}/form")).text, "on paper, too"


async def test_a_file_of_the_wrong_kind_is_refused_in_words_and_the_others_are_kept(
    applicant: Browser, call: Fund
) -> None:
    page = await _begun(applicant, call, "802700-0101")
    draft = page.path
    papers = await applicant.open(f"{draft}/files")
    files = [("statutes", ("virus.exe", b"MZ", "application/x-msdownload")), ("mandate", ("f.pdf", PDF, ""))]
    page = await papers.send(f"{draft}/files", files=files)
    assert page.status == 422
    assert "virus.exe" in page.text
    assert "f.pdf" in page.text
    pressed = next(one.get("value") for one in page.tree.iter() if one.get("name") == "remove")
    assert "f.pdf" not in (await page.send(f"{draft}/files", remove=pressed)).text


async def test_whoever_signed_in_by_e_mail_writes_but_does_not_sign(
    house: TestedHouse, applicant: Browser, call: Fund
) -> None:
    page = await _begun(applicant, call, "802700-0135")
    for group, filled in answers_to(call).items():
        await save(page, group, filled)
    files = [(name, ("a.pdf", PDF, "application/pdf")) for name in ("statutes", "constituting_minutes")]
    papers = await applicant.open(f"{page.path}/files")
    await papers.send(f"{page.path}/files", files=files, go="list")
    by_email = await browse(house, None)
    session = await Sessions(house.office("web"), demo=True).begin(house.account("applicant"), Level.EMAIL)
    by_email.client.cookies.set("bifall", session)
    sign = await by_email.open(f"{page.path}/sign")
    assert sign.status == 200
    assert "Sign in another way" in sign.text
    assert not [form for form in sign.forms if form.action.startswith("/sign/")]
    await by_email.close()


@pytest.mark.parametrize("person", ["officer", "auditor"])
async def test_an_applicants_pages_are_for_applicants_only(house: TestedHouse, call: Fund, person: str) -> None:
    stranger = await browse(house, person)
    for path in (
        "/my",
        f"/apply/{call.call}",
        f"/drafts/{uuid4()}",
        f"/my/cases/{uuid4()}",
        f"/drafts/{uuid4()}/money",
    ):
        sets_down = person == "officer" and path.startswith("/drafts/")  # but this one nobody sets down (A10)
        assert (await stranger.open(path)).status == (404 if sets_down else 403)
    await stranger.close()


async def test_another_associations_case_does_not_exist(house: TestedHouse, everything: Any) -> None:
    account = UUID(int=uuid4().int)
    administrator = await house.person("administrator")
    await administrator.put(f"/api/web/accounts/{account}", {})
    await administrator.put(f"/api/web/accounts/{account}/roles/applicant", {})
    stranger = await browse(house, account)
    for path in (
        f"/my/cases/{everything['case']}",
        f"/drafts/{everything['draft']}",
        f"/drafts/{everything['draft']}/files",
    ):
        assert (await stranger.open(path)).status == 404
    assert "register" in (await stranger.open("/my")).text.lower()
    await stranger.close()
