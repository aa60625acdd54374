"""The money of a grant: terms, account, requisition, two attests, bank files, report, recovery, closing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from playwright.async_api import Locator

from services.command.demo import bank
from tests.pages.by_hand.person import Person

ACCOUNT_SEEN = "Intyg från banken, läst i dag"


async def to_own_case(applicant: Person, case: str) -> None:
    await applicant.menu("/my")
    await applicant.follow(f"/my/cases/{case}")


async def accept(applicant: Person, case: str) -> None:
    await applicant.follow(f"/my/cases/{case}/terms")
    await applicant.sign()
    await applicant.sees("You have accepted the terms.")


async def enter_account(applicant: Person, case: str) -> None:
    """What stands there is what the application said."""
    await applicant.follow(f"/my/cases/{case}/account")
    await applicant.send("/account")
    await applicant.sees("The account is saved. We check that it is yours.")


async def verify_account(finance: Person, association: str) -> None:
    await finance.menu("/money")
    await finance.follow("/money/accounts")
    await finance.follow_row(association)
    await finance.fill({"words": ACCOUNT_SEEN})
    await finance.send("/verification")
    await finance.sees("The account is verified.")


async def requisition(applicant: Person, case: str) -> None:
    await applicant.follow(f"/my/cases/{case}/money")
    await applicant.sign()
    await applicant.sees("You have asked for the money. It is on its way.")


async def attest(attester: Person, association: str, status: str) -> str:
    """Stands on the payment afterwards. Returns its address."""
    await attester.menu("/money")
    await attester.follow(f"/money/payments?status={status}")
    await attester.follow_row(association)
    payment = attester.path
    await attester.follow(f"{payment}/attest")
    await attester.sign()
    await attester.sees("You have attested the payment.")
    return payment


async def may_not_attest(person: Person, payment: str) -> None:
    await person.open(payment)
    await person.sees("Instalment")
    assert await person.page.locator(f'main a[href="{payment}/attest"]').count() == 0


async def ready_to_send(finance: Person) -> int:
    """How many payments stand in their lane of the board, which finance has open."""
    said = await finance.page.locator(".lane h3", has_text=finance.say("Ready to be sent")).all_inner_texts()
    return int(said[0].rpartition(" ")[2]) if said else 0


def ready(finance: Person, count: int) -> Locator:
    """The lane, once so many stand in it. It names the first few."""
    words = re.compile(f"{finance.say('Ready to be sent').pattern} · {count}$")
    return finance.page.locator(".lane h3", has_text=words)


async def pay(finance: Person, programme: str, payments: Sequence[str]) -> None:
    """From the money today: bank file down; the bank's answer and what it has booked up."""
    await finance.follow("/money/batches/new")
    form = finance.page.locator("form", has=finance.page.locator(f'input[name=programme][value="{programme}"]'))
    await finance.go(form.locator("button.govuk-button"))
    on = date.fromisoformat(await finance.page.locator("input[name=execute_on]").first.input_value())
    await finance.send("/money/batches")
    await finance.sees("The bank file is made.")
    async with finance.page.expect_download() as fetched:
        await finance.hands.press(finance.page.locator('main a[href$="/file"]').first)
    file = bank.read_payment_file(Path(await (await fetched.value).path()).read_bytes())
    assert len(file.payments) == len(payments)
    booked = [bank.Booked(paid.end_to_end_id, paid.amount_ore, is_credit=False) for paid in file.payments]
    await finance.follow("/money/bank")
    await take_from_bank(finance, bank.answer(file, on))
    await take_from_bank(finance, bank.statement(f"B-{file.message_id}", on, booked))
    for payment in payments:
        await finance.open(payment)
        await finance.sees("The money has arrived, and our books agree with the bank's.")


async def take_from_bank(finance: Person, content: bytes) -> None:
    """On the page where the bank's files are handed in, and on it afterwards, with room for one more."""
    await finance.attach("file", {"name": "bank.xml", "mimeType": "application/xml", "buffer": content})
    await finance.send("/money/bank")
    await finance.sees("Everything in the file is taken care of")


async def report(applicant: Person, case: str, today: date, spent_kronor: int, left_kronor: int) -> None:
    """All on the first line of the budget; the others cost nothing."""
    await applicant.follow(f"/my/cases/{case}/report")
    lines = applicant.page.locator('[name^="costs_actual."][name$=".budgeted_ore"]')
    budgeted = await lines.evaluate_all("all => all.filter(one => one.value).length")
    await applicant.fill(
        {
            "done": "as_planned",
            "what_happened.text": "Vi träffades sex gånger.",
            "participants_unique": "24",
            "municipalities": ["2080"],
            "sessions": "6",
            "influence_result": "Två av våra förslag har fått svar.",
            "influence_scale": "4",
            **{f"costs_actual.{row}.spent_ore": "0" for row in range(1, budgeted)},
            "costs_actual.0.spent_ore": str(spent_kronor),
            "unused_ore": str(left_kronor),
        }
    )
    if await applicant.page.locator('[name="reviewer_statement.name"]').count():
        signed = {"reviewer_statement.name": "Alex Exempel", "reviewer_statement.signed_on": today.isoformat()}
        await applicant.fill(signed)
    await applicant.send(f"/my/cases/{case}/report", "next")
    assert applicant.path.endswith("/report/check"), await applicant.page.locator("main").inner_text()
    await applicant.send("/report/check")
    await applicant.sees("The report is handed in. Thank you.")


async def approve_report(officer: Person, association: str) -> int:
    """Stands on the grant afterwards. Returns in how many instalments it is paid."""
    await officer.menu("/money")
    await officer.follow("/money/grants?status=reported")
    await officer.follow_row(association)
    await officer.send("/report-review")
    await officer.send("/report-approval")
    await officer.sees("The report is approved.")
    return await officer.page.locator('main table a[href^="/money/payments/"]').count()


async def notify(officer: Person, association: str) -> None:
    """Tells the association that money is to come back."""
    await officer.menu("/money")
    await officer.follow("/money/recoveries?status=considered")
    await officer.follow_row(association)
    await officer.fill({"words": "Det blev pengar över. Ni kan svara inom 14 dagar."})
    await officer.send("/notice")
    await officer.sees("The association has been told, and has two weeks to answer.")


async def recover(chair: Person, finance: Person, association: str, kronor: int, today: date) -> None:
    await chair.menu("/today")
    await chair.follow("/money/recoveries?status=notified")
    await chair.follow_row(association)
    await chair.fill({"choice": "claim", "amount": str(kronor)})
    await chair.send("/decision")
    await chair.sees("The recovery is decided.")
    await finance.menu("/money")
    await finance.follow("/money/recoveries?status=decided")
    await finance.follow_row(association)
    await finance.send("/invoice")
    fact = finance.page.locator("dt", has_text="OCR").locator("xpath=following-sibling::dd[1]")
    ocr = "".join((await fact.inner_text()).split())
    credit = bank.Booked(ocr, kronor * 100, is_credit=True)
    await finance.menu("/money")
    await finance.follow("/money/bank")
    await take_from_bank(finance, bank.statement(f"BACK-{ocr}"[:35], today, [credit]))


async def close(officer: Person, association: str) -> None:
    await officer.menu("/today")
    await officer.follow("/money/grants?status=settling")
    await officer.follow_row(association)
    await officer.send("/closing")
    await officer.sees("The grant is closed. Everything is paid, reported and settled.")
