"""After the application: more is asked for, the answer comes, terms, money, report; each asked once more, done once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.command.demo import applying, deciding, fund
from services.command.demo.applying import Case
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied, Round
from services.web.site.sessions import Level, Sessions
from tests.service.house import URL, TestedHouse
from tests.service.web.browsing import SIGNING, Browser, Page, browse

HEARD_WITHIN_S = 20.0
LOOK_EVERY_S = 0.1
GRANTED = Applied("Föreningen Körerna (påhittad)", "8027000127", 30_000, "bifall", "Körer", 25_000)
LEFT = Applied("Föreningen Duon (påhittad)", "8027000135", 20_000, "bifall", "Duor", 20_000)
PDF = b"%PDF-1.7 made up"


@pytest.fixture(scope="module")
async def cases(house: TestedHouse) -> AsyncIterator[tuple[Fund, Case, Case]]:
    """Two applications that have come in; the call is closed."""
    people = People(URL, house.transport)
    own = await fund.found(people, Round((GRANTED, LEFT)))
    granted, left = [await applying.apply(own, applied, at) for at, applied in enumerate(own.played.applications)]
    await fund.close_call(own)
    yield own, granted, left
    await people.close()


async def _once_heard(applicant: Browser, path: str, words: str) -> Page:
    """The page, once what the fund's people did has been heard of where the page asks."""
    for _ in range(int(HEARD_WITHIN_S / LOOK_EVERY_S)):
        page = await applicant.open(path)
        if words in page.text:
            return page
        await asyncio.sleep(LOOK_EVERY_S)
    raise AssertionError(f"{path} never said {words!r}: {page.text}")


async def test_a_granted_case_is_lived_through_page_by_page(
    house: TestedHouse, applicant: Browser, cases: tuple[Fund, Case, Case]
) -> None:
    own, case, _ = cases
    path = f"/my/cases/{case.id}"
    await _completed(own, case, applicant)
    await deciding.assess(own, case, True)
    meeting = await deciding.open_meeting(own, [case])
    await deciding.decide(own, case, meeting)
    page = await _once_heard(applicant, path, "Read the terms")
    assert "You get SEK 25,000 of the SEK 30,000 you applied for" in page.text
    terms = await page.follow("Read the terms")
    await _not_by_email(house, path, "terms")
    accepted = await terms.sign()
    assert "You have accepted the terms." in accepted.text
    assert (await terms.sign()).status == 403, "pressed twice: the page is from before the person showed who they are"
    assert (await applicant.open(terms.signing)).path == path, "opened again, it leads where it led"
    await _signed_as_read(house, terms, "terms.accepted", "The grant may only be used for what the decision says.")
    await deciding.publish(own, meeting)
    await _paid(house, applicant, path, terms)
    await _reported(house, own, case, applicant)


async def _completed(own: Fund, case: Case, applicant: Browser) -> None:
    review, path = f"/api/review/cases/{case.id}", f"/my/cases/{case.id}/completion"
    await own.people.act("officer", review, "check")
    asked = {"missing": ["mandate", "summary"], "letter": "Fullmakten saknas.\n\nBerätta mer."}
    await own.people.act("officer", review, "completion-requests", asked)
    page = await _once_heard(applicant, f"/my/cases/{case.id}", "See what we need")
    page = await page.follow("See what we need")
    assert "Fullmakten saknas." in page.text
    later = await page.send(path, summary="Vi sjunger mer.", go="keep")
    assert dict(later.form(path).fields())["summary"] == "Vi sjunger mer."
    assert "data-unsent" in later.html, "the browser keeps what nobody has received"
    refused = await page.send(path, summary="Vi sjunger mer.", go="send")
    assert refused.status == 422
    assert "Hand in: Power of attorney." in refused.text
    assert dict(refused.form(path).fields())["summary"] == "Vi sjunger mer."
    file = [("mandate", ("fullmakt.pdf", PDF, "application/pdf"))]
    twice = await asyncio.gather(*(refused.send(path, files=file, go="send") for _ in range(2)))
    assert any("has come in" in sent.text for sent in twice), [sent.text for sent in twice]
    late = await refused.send(path, files=file, go="send")
    told = {(sent.status, sent.path) for sent in (*twice, late)}
    assert told == {(200, f"/my/cases/{case.id}")}, [sent.text for sent in (*twice, late)]
    rounds = (await own.people.get("officer", f"/api/applications/cases/{case.id}/application"))["attachments"]
    assert [file["name"] for file in rounds].count("fullmakt.pdf") == 1
    await _until_heard_by_review(own, case)


async def _until_heard_by_review(own: Fund, case: Case) -> None:
    for _ in range(int(HEARD_WITHIN_S / LOOK_EVERY_S)):
        if (await own.people.get("officer", f"/api/review/cases/{case.id}"))["status"] == "checking":
            return
        await asyncio.sleep(LOOK_EVERY_S)
    raise AssertionError("review never heard of the completion")


async def _not_by_email(house: TestedHouse, path: str, what: str) -> None:
    """Whoever came in with a code to their e-mail reads what is to be signed, and signs nothing."""
    by_email = await browse(house)
    session = await Sessions(house.office("web"), demo=True).begin(house.account("applicant"), Level.EMAIL)
    by_email.client.cookies.set("bifall", session)
    page = await by_email.open(f"{path}/{what}")
    assert "Sign in another way" in page.text
    assert not [form for form in page.forms if form.action.startswith(SIGNING)]
    assert (await by_email.open(f"{path}/{what}/signed?signature={uuid4()}")).path == f"{path}/{what}"
    await by_email.close()


async def _signed_as_read(house: TestedHouse, page: Page, done: str, among: str) -> None:
    """What is kept is what the page showed, and the one fact it led to names it."""
    web, payouts = house.office("web"), house.office("payouts")
    signature = UUID(page.signing.removeprefix(SIGNING))
    text = (await web.store.open(web.pool, signature, "signature", "text") or b"").decode()
    kept = [line.removeprefix("- ") for line in text.splitlines()]
    assert "".join("".join(kept).split()) == "".join("".join(page.element("text").itertext()).split())
    assert among in text
    facts = await payouts.pool.fetch("select type from journal where event ->> 'idempotencykey' = $1", str(signature))
    assert [fact["type"] for fact in facts] == [done]


async def _paid(house: TestedHouse, applicant: Browser, path: str, terms: Page) -> None:
    page = await _once_heard(applicant, path, "You can ask for SEK 20,000 now")
    account = await applicant.open(f"{path}/account")
    wrong = await account.send(f"{path}/account", number="123")
    assert wrong.status == 422
    assert dict(wrong.form(f"{path}/account").fields())["number"] == "123"
    assert (await account.send(f"{path}/account", number="5050-1055")).path == path
    await _not_by_email(house, path, "money")
    money = await page.follow("Ask for the money")
    assert "Bankgiro 5050-1055" in money.text
    await _not_what_was_read(applicant, path, money, terms)
    money = await applicant.open(f"{path}/money")
    assert "It is on its way" in (await money.sign()).text
    assert (await money.sign()).status == 403
    assert (await applicant.open(money.signing)).path == path
    await _signed_as_read(house, money, "payment.requisitioned", "Bankgiro 5050-1055")


async def _not_what_was_read(applicant: Browser, path: str, money: Page, terms: Page) -> None:
    """A signature stands for its own text and no other: not after the account is another, and not for other terms."""
    changed = "Something was changed while you read"
    account = await applicant.open(f"{path}/account")
    assert (await account.send(f"{path}/account", number="991-2346")).path == path
    refused = await money.sign()
    assert (refused.path, changed in refused.text, "991-2346" in refused.text) == (f"{path}/money", True, True)
    account = await applicant.open(f"{path}/account")
    assert (await account.send(f"{path}/account", number="5050-1055")).path == path
    other = terms.signing.removeprefix(SIGNING)
    assert changed in (await applicant.open(f"{path}/money/signed?signature={other}")).text
    assert (await applicant.open(f"{path}/money/signed")).path == f"{path}/money", "thought better of it"
    assert "You can ask for SEK 20,000 now" in (await applicant.open(path)).text


async def _reported(house: TestedHouse, own: Fund, case: Case, applicant: Browser) -> None:
    path = f"/my/cases/{case.id}/report"
    page = await applicant.open(path)
    fields = dict(page.form(path).fields())
    assert fields["costs_actual.0.budgeted_ore"] == "18 000", "the budget is filled in"
    unfinished = await page.send(path, done="as_planned", unused_ore="tusen", go="next")
    assert "Everything is saved" in unfinished.text
    assert dict(unfinished.form(path).fields())["unused_ore"] == "tusen"
    spent = {f"costs_actual.{row}.spent_ore": amount for row, amount in enumerate(("18 000", "5 000", "1 000"))}
    filled: dict[str, Any] = {
        "what_happened.text": "Vi sjöng.",
        "participants_unique": "20",
        "municipalities": ["2080"],
        "sessions": "6",
        "influence_result": "Ja.",
        "influence_scale": "4",
        "unused_ore": "1 000",
        "reviewer_statement.name": "Kim",
        "reviewer_statement.signed_on": "2027-01-01",
    }
    lacking = await unfinished.send(path, **filled, **spent, go="next")
    assert lacking.path == f"{path}/check", lacking.text
    assert "You have not handed in: Receipts" in lacking.text
    await _with_receipts(applicant, path)
    check = await applicant.open(f"{path}/check")
    assert "SEK 24,000" in check.text
    assert ("kvitton.pdf" in check.text, "You have not handed in" in check.text) == (True, False)
    assert "handed in" in (await check.send(f"{path}/check")).text
    await _receipt_is_read(house, case)
    case_page = (await applicant.open(f"/my/cases/{case.id}")).text
    assert "You used, by your reportSEK 24,000" in case_page, case_page
    assert "Left overSEK 1,000" in case_page
    happened = case_page.partition("What has happened")[2]
    told = ("You handed in the report", "You asked for SEK 20,000", "You accepted the terms", "The decision was made")
    assert sorted(told, key=happened.index) == list(told), happened
    told = await own.people.get("officer", f"/api/payouts/grants/{case.id}/report")
    assert (told["spent_ore"], told["unspent_ore"]) == (2_400_000, 100_000)
    assert told["words"]["what_happened"] == "Vi sjöng."
    assert told["figures"]["I6"] == 4


async def _with_receipts(applicant: Browser, path: str) -> None:
    """Without scripts, with the form: one that is none, one too many, and one taken away again."""
    page = await applicant.open(path)
    picture = ("kvitton.pdf", b"\x89PNG\r\n\x1a\n", "application/pdf")
    refused = await page.send(path, files=[("economic_attachment", picture)], go="list")
    assert (refused.status, "is said to be pdf but is png" in refused.text) == (422, True)
    two = [("economic_attachment", (name, PDF, "application/pdf")) for name in ("kvitton.pdf", "fel.pdf")]
    await refused.send(path, files=two, go="list")
    page = await applicant.open(path)
    assert dict(page.form(path).fields())["what_happened.text"] == "Vi sjöng.", "nothing written is lost"
    (wrong,) = [address for address, words in page.links.items() if words == "fel.pdf"]
    one = {"remove": wrong.rpartition("/")[2], "quote": "Vi hörs."}
    for gone in await asyncio.gather(*(page.send(path, **one) for _ in range(2))):  # pressed twice
        assert (gone.status, "kvitton.pdf" in gone.text, "fel.pdf" in gone.text) == (200, True, False), gone.text
        assert dict(gone.form(path).fields())["quote"] == "Vi hörs."


async def _receipt_is_read(house: TestedHouse, case: Case) -> None:
    officer, finance, chair = [await browse(house, one) for one in ("officer", "finance", "chair")]
    page = await officer.open(f"/cases/{case.id}")
    (paper,) = [link for link in page.links if link.startswith(f"/money/grants/{case.id}/papers/")]
    for reader in (officer, finance):
        assert (await reader.open(paper)).answer.content == PDF
    assert paper in (await finance.open(f"/money/grants/{case.id}")).links
    assert paper not in (await chair.open(f"/money/grants/{case.id}")).links
    assert (await chair.open(paper)).status == 403
    for browser in (officer, finance, chair):
        await browser.close()


async def test_two_devices_write_on_one_report_and_neither_is_overwritten(
    house: TestedHouse, applicant: Browser, cases: tuple[Fund, Case, Case]
) -> None:
    """Follows the case above: its report may be changed until it is approved."""
    path = f"/my/cases/{cases[1].id}/report"
    phone = await browse(house, "applicant")
    here, there = await applicant.open(path), await phone.open(path)
    await here.send(path, learned="Att lyssna.", go="list")
    asked = await there.send(path, learned="Att sjunga.", sessions="7", go="list")
    assert asked.status == 409
    settled = await asked.send(f"{path}/choice", **{"choice.learned": "theirs"})
    again = await asked.send(f"{path}/choice", **{"choice.learned": "theirs"})
    assert again.path == path, "pressed twice, what was chosen is saved"
    fields = dict(again.form(path).fields())
    assert settled.path == path
    assert (fields["learned"], fields["sessions"]) == ("Att lyssna.", "7")
    await phone.close()


async def test_an_application_is_withdrawn_after_one_more_question(
    applicant: Browser, cases: tuple[Fund, Case, Case]
) -> None:
    path = f"/my/cases/{cases[2].id}"
    asked = await (await applicant.open(path)).follow("Withdraw the application")
    done = await asked.send(f"{path}/withdrawal")
    assert "You have withdrawn the application" in done.text
    again = await asked.send(f"{path}/withdrawal")
    assert again.path == path, "pressing twice is no harm"
    assert "You withdrew the application" in again.text.partition("What has happened")[2]
