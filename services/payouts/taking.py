"""Taking what the bank says: each line becomes a command on the payment or recovery it is about.

The same file twice changes nothing, so a crash half-way is mended by giving the file again. What no reference of ours
matches, and what does not fit, is listed in the answer for a person to look at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from services.payouts import ordering, views
from services.payouts.bank.camt054 import Entry, EntryLine, read_statement
from services.payouts.bank.pain001 import groups
from services.payouts.bank.pain002 import BankAnswer, Said, Verdict, read_answer
from services.payouts.domain.batch import Batch, CountAnswers
from services.payouts.domain.payment import (
    AcceptPayment,
    BookPayment,
    Payment,
    RejectPayment,
    ReturnPayment,
)
from services.payouts.domain.recovery import PayRecovery
from shared.http.visit import Visit
from shared.life import Command
from shared.refused import Refused
from shared.words import Text

TOGETHER_MAX = 64
"""Commands on the desk at a time: one commit's worth."""


class Refusal(msgspec.Struct, frozen=True):
    reference: str
    message: Text


class Taken(msgspec.Struct, frozen=True):
    """`changed` lines were news, `known` ones were not. `unmatched` are references nobody here knows."""

    changed: int
    known: int
    unmatched: list[str]
    refused: list[Refusal]


class Told(msgspec.Struct, frozen=True):
    """One thing the bank says, as the command it leads to; None where the reference is nobody's here."""

    reference: str
    command: Command | None


async def take_answer(visit: Visit, content: bytes) -> tuple[Taken, int | None]:
    """pain.002. Returns what came of it and how far the journal has come."""
    answer = await asyncio.to_thread(read_answer, content)
    said = [*answer.lines, *await _said_of_files_and_groups(visit, answer)]
    known = await views.payments_by_reference(visit.office.pool, [one.reference for one in said])
    told = [
        Told(one.reference, _answered(one, known.get(one.reference)))
        for one in said
        if one.verdict is not Verdict.NOT_YET
    ]
    return await _take(visit, told, set(known.values()))


def _answered(said: Said, payment: UUID | None) -> Command | None:
    if payment is None:
        return None
    if said.verdict is Verdict.ACCEPTED:
        return AcceptPayment(subject=payment, reference=said.reference)
    return RejectPayment(subject=payment, reference=said.reference, reason=said.reason)


async def _said_of_files_and_groups(visit: Visit, answer: BankAnswer) -> list[Said]:
    """A verdict on a whole file or group, told of each payment in it that has no line of its own. Groups come first."""
    told = {one.reference for one in answer.lines}
    found: list[Said] = []
    for one in (*answer.groups, *answer.files):
        inside = await references_in(visit, one.reference) if one.verdict is not Verdict.NOT_YET else []
        if not inside and one.verdict is not Verdict.NOT_YET:
            found.append(one)  # nobody's here: it is listed as unmatched under its own name
        found += [Said(reference, one.verdict, one.reason) for reference in inside if reference not in told]
        told.update(inside)
    return found


async def references_in(visit: Visit, name: str) -> list[str]:
    """The EndToEndIds of a file or of one group in it, by message id or payment information id; none if not ours."""
    office = visit.office
    message = name.rpartition("-P")[0] or name
    batch = (await views.batches_by_message(office.pool, [message])).get(message)
    if batch is None:
        return []
    order = await ordering.read_order(office, batch)
    if name == message:
        return [line.reference for line in order.lines]
    return [line.reference for group in groups(order) if group.id == name for line in group.lines]


async def take_statement(visit: Visit, content: bytes) -> tuple[Taken, int | None]:
    """camt.054 or camt.053."""
    entries = [await _with_lines(visit, entry) for entry in await asyncio.to_thread(read_statement, content)]
    lines = [(entry, line) for entry in entries for line in entry.lines]
    pool = visit.office.pool
    payments = await views.payments_by_reference(pool, [line.reference for _, line in lines if line.reference])
    recoveries = await views.recoveries_by_ocr(pool, [paid for _, line in lines for paid in line.paid_with])
    told = [_booked(entry, line, payments, recoveries) for entry, line in lines]
    return await _take(visit, told, set(payments.values()))


async def _with_lines(visit: Visit, entry: Entry) -> Entry:
    """A group booked as one sum becomes its lines, if the sum is the group's; else it stays one that nobody knows."""
    if entry.lines or entry.group is None:
        return entry
    references = await references_in(visit, entry.group)
    payments = await views.payments_by_reference(visit.office.pool, references)
    _, states = await visit.office.book.load(visit.office.pool, payments.values())
    lines = tuple(
        EntryLine(state.amount_ore, reference)
        for reference, payment in payments.items()
        if isinstance(state := states.get(payment), Payment)
    )
    whole = msgspec.structs.replace(entry, lines=lines)
    return whole if lines and whole.adds_up else msgspec.structs.replace(entry, lines=(_unknown(entry),))


def _unknown(entry: Entry) -> EntryLine:
    return EntryLine(entry.amount_ore, entry.group)


def _booked(entry: Entry, line: EntryLine, payments: dict[str, UUID], recoveries: dict[str, UUID]) -> Told:
    reference = line.reference or ""
    payment = payments.get(reference)
    if not entry.is_credit:
        return Told(reference, _paid(entry, line, payment, reference) if payment else None)
    if payment is not None:
        reason = line.returned_for or "NARR"
        command = ReturnPayment(subject=payment, reference=reference, amount_ore=line.amount_ore, reason=reason)
        return Told(reference, command)
    for paid_with in line.paid_with:
        if recovery := recoveries.get(paid_with):
            booked = PayRecovery(subject=recovery, amount_ore=line.amount_ore, booked_on=entry.booked_on)
            return Told(paid_with, booked)
    return Told(next(iter(line.paid_with), reference), None)


def _paid(entry: Entry, line: EntryLine, payment: UUID, reference: str) -> Command:
    if line.returned_for is not None:  # a debit that the bank itself took back
        return ReturnPayment(subject=payment, reference=reference, amount_ore=line.amount_ore, reason=line.returned_for)
    return BookPayment(
        subject=payment,
        reference=reference,
        amount_ore=line.amount_ore,
        booked_on=entry.booked_on,
        whole=entry.adds_up,
    )


async def _take(visit: Visit, told: Sequence[Told], payments: set[UUID]) -> tuple[Taken, int | None]:
    changed = known = 0
    refused: list[Refusal] = []
    last: int | None = None
    ours = [one for one in told if one.command is not None]
    for at in range(0, len(ours), TOGETHER_MAX):
        outcomes = await asyncio.gather(*(_do(visit, one) for one in ours[at : at + TOGETHER_MAX]))
        for outcome in outcomes:
            if isinstance(outcome, Refusal):
                refused.append(outcome)
            elif outcome is None:
                known += 1
            else:
                changed, last = changed + 1, max(last or 0, outcome)
    last = max(filter(None, (last, await _count(visit, payments))), default=None)
    unmatched = sorted({one.reference for one in told if one.command is None})
    return Taken(changed, known, unmatched, refused), last


async def _do(visit: Visit, told: Told) -> Refusal | int | None:
    """The journal's position where it was news, None where it was known."""
    assert told.command is not None
    try:
        return (await visit.office.desk.do(visit.ticket(told.command))).position
    except Refused as refused:
        return Refusal(told.reference, refused.detail)


async def _count(visit: Visit, payments: Iterable[UUID]) -> int | None:
    """Every batch that a payment stands in counts its answers."""
    _, states = await visit.office.book.load(visit.office.pool, payments)
    batches = {state.batch for state in states.values() if isinstance(state, Payment) and state.batch}
    _, found = await visit.office.book.load(visit.office.pool, batches)
    last: int | None = None
    for batch in found.values():
        if isinstance(batch, Batch) and batch.sha256 is not None:
            receipt = await visit.office.desk.do(visit.ticket(CountAnswers(subject=batch.id)))
            last = receipt.position or last
    return last
