"""The money of one grant lived through in the pages: account, attests, bank file and answers, report, recovery."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

from services.command.demo import bank, closing
from services.command.demo.applying import Case
from services.command.demo.fund import Fund
from services.command.demo.people import People
from services.command.demo.round_file import Applied
from services.payouts.domain.account import Scheme
from services.payouts.domain.payee import RegisterPayee
from tests.granted import granted
from tests.service.house import URL, TestedHouse
from tests.service.own_house import addresses, everything, house  # noqa: F401 - fixtures, in place of the shared
from tests.service.web.browsing import SIGNING, Browser, Page, browse
from tests.service.whole_fund import Everything

GRANTED = Applied("Föreningen Sexan (påhittad)", "8027000069", 9_000, "bifall", "Kör", 9_000)
LISTS = ("/money", "/money/payments", "/money/grants", "/money/recoveries", "/money/accounts", "/money/batches")

NAMING = "select count(*) from journal where event ->> 'idempotencykey' = $1 and type like 'payment.attested%'"
"""Attests that name a signature."""


async def decided(house: TestedHouse) -> tuple[People, Fund, Case]:
    """A grant of 9 000 kronor in one instalment, posted, its terms accepted, and the money asked for."""
    people = People(URL, house.transport)
    own, case = await granted(people, GRANTED)
    await people.act("applicant", f"/api/payouts/grants/{case.id}", "acceptance")
    return people, own, case


async def first_payment(people: People, case: Case) -> str:
    grant = await people.get("finance", f"/api/payouts/grants/{case.id}")
    found: str = grant["payments"][0]["id"]
    return found


def uploaded(content: bytes) -> dict[str, Any]:
    return {"file": ("from-the-bank.xml", content, "application/xml")}


async def test_a_grant_is_paid_reported_recovered_and_closed_by_its_people_in_their_pages(house: TestedHouse) -> None:
    people, own, case = await decided(house)
    payment = await first_payment(people, case)
    finance, officer = await browse(house, "finance"), await browse(house, "officer")
    one, other = await browse(house, "attester-1"), await browse(house, "attester-2")
    at = f"/money/payments/{payment}"

    await verify_the_account(house, finance, case)
    await people.act("applicant", f"/api/payouts/payments/{payment}", "requisition")
    await attest_twice(house, one, other, finance, at)
    answer, statement = await send_to_the_bank(finance, own, payment)
    await search_the_lists(finance, case, at)
    await take_what_the_bank_says(finance, answer, statement, at)
    await report_and_recover(house, people, own, case, officer, finance)


def accounts_to_verify(page: Page) -> str:
    found = re.search(r"(\d+) accounts? to verify", page.text)
    assert found is not None, page.text
    return found[1]


async def verify_the_account(house: TestedHouse, finance: Browser, case: Case) -> None:
    before = accounts_to_verify(await finance.open("/money"))
    rejected = uuid4()
    await house.office("payouts").act(RegisterPayee(subject=rejected, scheme=Scheme.BANKGIRO, account="0" * 64), "test")
    waiting = await finance.open("/money/accounts")
    assert f"/money/accounts/{case.association}" in waiting.links
    assert f"/money/accounts/{rejected}" not in waiting.links, "nothing is to be paid to it"
    assert accounts_to_verify(await finance.open("/money")) == before
    page = await finance.open(f"/money/accounts/{case.association}")
    nothing_said = await page.send("/verification", words="")
    assert (nothing_said.status, "Write what you have seen" in nothing_said.text) == (422, True)
    verified = await nothing_said.send("/verification", words="Certificate from the bank, 3 May")
    assert "The account is verified." in verified.text


async def attest_twice(house: TestedHouse, one: Browser, other: Browser, finance: Browser, at: str) -> None:
    first = await one.open(at)
    assert "Certificate from the bank, 3 May" in first.text
    assert "Robin Sjö" in first.text, "who entered the account"
    assert f"{at}/attest" not in (await finance.open(at)).links
    assert (await finance.open(f"{at}/attest")).status == 403
    side_by_side = await first.follow("Attest SEK 9,000")
    attested = await side_by_side.sign()
    assert "You have attested the payment." in attested.text
    assert f"{at}/attest" not in attested.links, "the second is for somebody else"
    await read_what_was_signed(house, side_by_side)
    assert (await side_by_side.sign()).status == 403, "the page is from before they showed who they are"
    twice = await one.open(side_by_side.signing)
    assert (twice.path, "Attests1 of 2" in twice.text) == (at, True), "opened again, it is one attest"
    theirs = side_by_side.signing.removeprefix(SIGNING)
    assert (await other.open(f"{at}/attest/signed?signature={theirs}")).status == 404, "nobody attests with another's"
    second = await (await (await other.open(at)).follow("Attest SEK 9,000")).sign()
    assert "Attested by two" in second.text


async def read_what_was_signed(house: TestedHouse, page: Page) -> None:
    """Decision, requisition and account, word for word as the page had them; and the attest names the signature."""
    web, payouts = house.office("web"), house.office("payouts")
    signature = UUID(page.signing.removeprefix(SIGNING))
    text = (await web.store.open(web.pool, signature, "signature", "text") or b"").decode()
    lines = [line.removeprefix("- ") for line in text.splitlines() if line]
    assert run_together("".join(lines)) == run_together("".join(page.element("text").itertext()))
    seen = "What was seen: Certificate from the bank, 3 May"
    assert {"1. The decision", "Granted: SEK\N{NO-BREAK SPACE}9,000", seen} <= set(lines)
    assert await payouts.pool.fetchval(NAMING, str(signature)) == 1


def run_together(text: str) -> str:
    return "".join(text.split())


async def send_to_the_bank(finance: Browser, own: Fund, payment: str) -> tuple[bytes, bytes]:
    choosing = await finance.open("/money/batches/new")
    (form,) = [form for form in choosing.forms if ("programme", str(own.programme)) in form.fields()]
    assert ("payment", payment) in form.fields()
    nothing = await finance.send(form, {"payment": None})
    assert "Choose at least one payment." in nothing.text
    preview = await finance.send(form, {})
    assert "SEK 9,000" in preview.text
    order = preview.form("/money/batches")
    made = await finance.send(order, {})
    assert "The bank file is made." in made.text
    again = await finance.send(order, {})
    assert again.path == made.path, "pressed twice, it is one file"
    fetched = await finance.open(f"{made.path}/file")
    assert fetched.answer.headers["content-type"].startswith("application/xml")
    file = bank.read_payment_file(fetched.answer.content)
    day = date.fromisoformat(dict(order.fields())["execute_on"])
    booked = [bank.Booked(paid.end_to_end_id, paid.amount_ore, is_credit=False) for paid in file.payments]
    return bank.answer(file, day), bank.statement(f"B-{file.message_id}", day, booked)


async def search_the_lists(finance: Browser, case: Case, at: str) -> None:
    """By association and by number, as cases are; what is not there is told as such, with the way back."""
    for words in ("Sexan", case.number):
        page = await finance.open(f"/money/payments?q={quote(words)}")
        assert (at in page.links, f"1 found for “{words}”." in page.text) == (True, True), page.text
        assert dict(page.form("/money/payments").fields())["q"] == words
    account = f"/money/accounts/{case.association}"
    assert account in (await finance.open("/money/accounts?status=verified&q=sexan")).links
    for path in ("/money/payments", "/money/accounts"):
        page = await finance.open(f"{path}?q=Havssegling")
        assert "Nothing was found for “Havssegling”." in page.text
        assert not {at, account} & page.links.keys()
    assert at not in (await finance.open("/money/payments?q=sexan&status=cancelled")).links


async def take_what_the_bank_says(finance: Browser, answer: bytes, statement: bytes, at: str) -> None:
    page = await finance.open("/money/bank")
    assert "Choose the file" in (await page.send("/money/bank")).text
    wrong = await page.send("/money/bank", files=uploaded(b"<html/>"))
    assert (wrong.status, "no statement" in wrong.text) == (422, True)
    hostile = await page.send("/money/bank", files=uploaded(b'<!DOCTYPE a [<!ENTITY b "pain.002">]><a>&b;</a>'))
    assert hostile.status == 422
    assert "1 line was new" in (await page.send("/money/bank", files=uploaded(answer))).text
    assert "We have had this file before" in (await page.send("/money/bank", files=uploaded(answer))).text
    assert "Everything in the file" in (await page.send("/money/bank", files=uploaded(statement))).text
    assert "Paid and reconciled" in (await finance.open(at)).text


async def report_and_recover(
    house: TestedHouse, people: People, own: Fund, case: Case, officer: Browser, finance: Browser
) -> None:
    report = {"spent_ore": 800_000, "unspent_ore": 100_000, "words": {"what_happened": "Vi <b>sjöng</b>."}}
    await people.act("applicant", f"/api/payouts/grants/{case.id}", "report", report)
    grant = f"/money/grants/{case.id}"
    page = await (await officer.open(grant)).send("/report-review")
    assert "Vi <b>sjöng</b>." in page.text
    approved = await page.send("/report-approval")
    assert "The report is approved." in approved.text

    recovery = next(path for path in approved.links if path.startswith("/money/recoveries/"))
    told = await (await officer.open(recovery)).send("/notice", words="Det blev pengar över.")
    assert "two weeks to answer" in told.text
    chair = await browse(house, "chair")
    assert "may still answer" in (await chair.open(recovery)).text
    await answer_the_notice(house, case, finance, recovery)
    await own.advance(closing.ANSWER_TIME)
    await people.get("chair", recovery.replace("/money/", "/api/payouts/"))  # payouts, too, knows what day it is
    deciding_page = await chair.open(recovery)
    too_much = await deciding_page.send("/decision", choice="claim", amount="1 001")
    assert too_much.status == 422
    assert dict(too_much.form("/decision").fields())["amount"] == "1 001"
    assert "The recovery is decided." in (await too_much.send("/decision", choice="claim", amount="1 000")).text
    invoiced = await (await finance.open(recovery)).send("/invoice")
    shown = await people.get("finance", recovery.replace("/money/", "/api/payouts/"))
    assert shown["ocr"] in invoiced.text
    paid = bank.statement("BACK", own.today, [bank.Booked(shown["ocr"], 100_000, is_credit=True)])
    assert "Everything" in (await (await finance.open("/money/bank")).send("/money/bank", files=uploaded(paid))).text
    closed = await (await officer.open(grant)).send("/closing")
    assert "The grant is closed." in closed.text
    await people.close()


async def answer_the_notice(house: TestedHouse, case: Case, finance: Browser, recovery: str) -> None:
    applicant, path = await browse(house, "applicant"), f"/my/cases/{case.id}/repayment"
    page = await applicant.open(path)
    unsaid = await page.send(path, standpoint="has_paid", paid="tusen", words="Vi har <b>betalat</b>.")
    assert (unsaid.status, "Write how much you have paid" in unsaid.text) == (422, True)
    assert dict(unsaid.form(path).fields())["words"] == "Vi har <b>betalat</b>.", "nothing written is lost"
    future = await unsaid.send(path, standpoint="has_paid", paid="500", paid_on="2099-01-01")
    assert "That day has not come yet." in future.text
    answered = await future.send(
        path, standpoint="has_paid", paid="1 000", paid_on="2026-01-02", words="Läs <b>det</b>."
    )
    assert "Your answer has come in." in answered.text
    shown = await finance.open(recovery)
    for words in ("What the association answers", "Has paid", "SEK 1,000", "Läs <b>det</b>.", "has not shown"):
        assert words in shown.text, words
    assert "answered" in (await finance.open("/money/recoveries")).text
    await applicant.close()


async def test_a_payment_that_is_stopped_says_why_and_can_go_on(house: TestedHouse) -> None:
    people, _, case = await decided(house)
    at = f"/money/payments/{await first_payment(people, case)}"
    finance = await browse(house, "finance")
    barred = await (await finance.open(at)).send("/bar", reason="account_in_doubt")
    assert "The account is in doubt" in barred.text
    released = await barred.send("/release")
    assert "may be asked for again" in released.text
    cancelled = await released.send("/cancellation")
    assert "This payment is never to be paid." in cancelled.text
    assert {form.action for form in cancelled.forms if at in form.action} == {f"{at}/interest"}
    await people.close()


async def test_h7_an_attester_who_knows_the_association_steps_aside_and_sees_the_payment_no_more(
    house: TestedHouse,
) -> None:
    people, _, case = await decided(house)
    at = f"/money/payments/{await first_payment(people, case)}"
    await people.act("applicant", at.replace("/money/", "/api/payouts/"), "requisition")
    attester, control = await browse(house, "attester-2"), await browse(house, "attester-1")
    assert at in (await control.open("/money")).links, "the control: it is on the board"
    page = await attester.open(at)
    assert (await page.send("/interest", conflict=None)).status == 422
    kind = next(value for name, value in options(page, "conflict") if value != "none")
    aside = await page.send("/interest", conflict=kind)
    assert "You have stepped aside" in aside.text
    assert (await page.send("/interest", conflict=kind)).path == "/money", "pressed twice, it is done"
    assert (await attester.open(at)).status == 404
    for path in ("/money", "/money/payments", "/money/grants", "/money/payments?status=planned"):
        assert at not in (await attester.open(path)).html
    assert (await control.open(at)).status == 200
    await people.close()


def options(page: Any, name: str) -> list[tuple[str, str]]:
    space = "{http://www.w3.org/1999/xhtml}"
    return [
        (name, one.get("value", ""))
        for one in page.tree.iter(f"{space}input")
        if one.get("name") == name and one.get("type") == "radio"
    ]


@pytest.mark.parametrize("path", LISTS)
async def test_the_lists_open_for_those_who_follow_the_money_and_for_nobody_else(
    house: TestedHouse, everything: Everything, path: str
) -> None:
    assert (await (await browse(house, "auditor")).open(path)).status == 200
    for person in ("applicant", "panel-1", "administrator"):
        assert (await (await browse(house, person)).open(path)).status == 403, person
    assert (await (await browse(house)).open(path)).path.startswith("/sign-in")


async def test_a_finished_round_is_shown_whole(house: TestedHouse, everything: Everything) -> None:
    for person in ("finance", "auditor"):
        browser = await browse(house, person, language="sv")
        for path in (
            f"/money/payments/{everything['payment']}",
            f"/money/grants/{everything['case']}",
            f"/money/recoveries/{everything['recovery']}",
            f"/money/accounts/{everything['association']}",
            f"/money/batches/{everything['batch']}",
        ):
            page = await browser.open(path)
            assert page.status == 200, (path, page.text)
            assert page.heading
            assert "{{" not in page.html
