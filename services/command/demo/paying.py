"""Paying: terms accepted, account verified, requisition, two attests, bank file, the bank's answer and booking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from services.command.demo import bank
from services.command.demo.applying import APPLICANT, Case
from services.command.demo.fund import Fund
from services.command.demo.people import People, new_id
from services.command.failure import Failure
from shared.deadlines import bank_days_after

XML = "application/xml"


@dataclass
class Files:
    """Every bank file the round produced: name → content."""

    written: dict[str, bytes] = field(default_factory=dict)
    paid_ore: int = 0


async def accept(fund: Fund, case: Case) -> None:
    """The association accepts the terms; finance holds the account against the bank's proof, once."""
    await fund.people.act(APPLICANT, _grant(case), "acceptance")
    payee = f"/api/payouts/payees/{case.association}"
    shown = await fund.people.get("finance", payee)
    if shown["status"] != "verified":
        await fund.people.act("finance", payee, "verification", {"words": "Intyget från banken är läst."})


async def requisition_due(fund: Fund, case: Case) -> list[dict[str, Any]]:
    """Asks for every instalment whose time has come, and has it attested by two people."""
    due = [
        payment for payment in await _payments(fund, case) if payment["status"] == "planned" and _is_due(case, payment)
    ]
    for payment in due:
        path = f"/api/payouts/payments/{payment['id']}"
        await fund.people.act(APPLICANT, path, "requisition")
        await fund.people.act("attester-1", path, "attest")
        await fund.people.act("attester-2", path, "attest")
    return due


def _is_due(case: Case, payment: dict[str, Any]) -> bool:
    return payment["after"] == "decision_published" or case.reported


async def pay(fund: Fund, payments: list[dict[str, Any]], files: Files) -> None:
    """One bank file for all of them: ordered, fetched, answered by the bank, and booked."""
    if not payments:
        return
    batch = new_id()
    execute_on = bank_days_after(fund.today, 1)
    path = f"/api/payouts/batches/{batch}"
    body = {"programme": fund.programme, "execute_on": execute_on, "payments": [payment["id"] for payment in payments]}
    await fund.people.put("finance", path, body)
    content = await fund.people.get_bytes("finance", f"{path}/file")
    file = bank.read_payment_file(content)
    files.written[f"{file.message_id}.xml"] = content
    files.paid_ore += file.sum_ore
    await hand_in(fund.people, "bank-answers", bank.answer(file, execute_on))
    await fund.advance_to(execute_on)  # a statement tells of its own day, and no letter of a day to come
    booked = [bank.Booked(paid.end_to_end_id, paid.amount_ore, is_credit=False) for paid in file.payments]
    statement = bank.statement(f"BOOKED-{file.message_id}", execute_on, booked)
    await hand_in(fund.people, "bank-statements", statement)


async def hand_in(people: People, where: str, content: bytes) -> None:
    """What the bank says, handed in by finance. Raises Failure where a line of it matches nothing or is refused."""
    taken = await people.send("finance", "POST", f"/api/payouts/{where}", content, XML)
    problems = [f"{reference} matches nothing here" for reference in taken["unmatched"]]
    problems += [f"{refusal['reference']} was refused: {refusal['message']['en']}" for refusal in taken["refused"]]
    if problems:
        raise Failure(f"Not all that the bank says in {where} could be taken. {'; '.join(problems)}")


def _grant(case: Case) -> str:
    return f"/api/payouts/grants/{case.id}"


async def _payments(fund: Fund, case: Case) -> list[dict[str, Any]]:
    grant = await fund.people.get("finance", _grant(case))
    payments: list[dict[str, Any]] = grant["payments"]
    return payments
