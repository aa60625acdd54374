"""What may be decided about a bank file: what may stand in it, who may make it, and that it is made only once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from services.payouts.domain.batch import (
    LABELS,
    LIFE,
    MOVES,
    Batch,
    CountAnswers,
    Line,
    OrderBatch,
    RecordExport,
    evolve,
)
from services.payouts.domain.grant import Grant
from services.payouts.domain.payee import Payee
from services.payouts.domain.payment import Payment
from services.payouts.domain.payment_rules import may_be_paid_now, the_account_holds
from services.payouts.domain.reference import end_to_end_id, message_id
from services.payouts.domain.separation import refuse_sending
from services.payouts.domain.terms import terms_of
from shared.catalogue.payouts import BatchAnswered, BatchExported, BatchOrdered, PaymentExported
from shared.deadlines import is_working_day, local_date
from shared.life import About, Circumstances, Command, Decided, Kind
from shared.refused import FieldError, NotNow, Refused, Unknown
from shared.words import Text

PAYMENTS_MAX = 500
"""Payments in one file: as many cases as one event may list."""
AHEAD_DAYS_MAX = 90
"""How far ahead banks take a day of execution."""


def decide(state: Batch | None, command: Command, circumstances: Circumstances) -> Decided:
    match command:
        case OrderBatch():
            return _order(command, circumstances) if state is None else _again(state, command)
        case RecordExport(sha256=sha256) if state is not None:
            return _exported(state, sha256)
        case CountAnswers() if state is not None:
            return _count(state, circumstances)
        case _:
            raise Unknown


def _again(state: Batch, command: OrderBatch) -> Decided:
    asked = (command.programme, command.execute_on, tuple(line.payment for line in command.lines))
    if asked == (state.programme, state.execute_on, state.payments):
        return []
    raise Refused(
        "Det finns redan en annan bankfil med det numret.", "There is already another bank file with that id."
    )


def _order(command: OrderBatch, circumstances: Circumstances) -> Decided:
    _check_size(command)
    _check_day(command, circumstances)
    payments: list[Payment] = []
    exported: list[About] = []
    errors: list[FieldError] = []
    for at, line in enumerate(command.lines):
        payment, grant, payee = _subjects(command, line, circumstances)
        try:
            _check_payment(payment, grant, payee, circumstances.actor.id)
        except Refused as refused:
            errors.append(FieldError(f"payments[{at}]", refused.detail))
        payments.append(payment)
        exported.append(About(payment.id, _exported_as(command, line, payment, grant)))
    if errors:
        raise Refused("Några betalningar kan inte skickas.", "Some payments cannot be sent.", tuple(errors))
    ordered = BatchOrdered(
        programme=command.programme,
        message_id=message_id(command.subject),
        execute_on=command.execute_on,
        payments=tuple(payment.id for payment in payments),
        cases=tuple(dict.fromkeys(payment.case for payment in payments)),
        sum_ore=sum(payment.amount_ore for payment in payments),
        ordered_by=circumstances.actor.id,
    )
    return [ordered, *exported]


def _exported_as(command: OrderBatch, line: Line, payment: Payment, grant: Grant) -> PaymentExported:
    reference = end_to_end_id(grant.number, payment.no, len(payment.references) + 1)
    if (reference, payment.payee) != (line.reference, line.account):
        raise NotNow(
            "En betalning har ändrats medan filen gjordes. Försök en gång till.",
            "A payment changed while the file was being made. Try once more.",
        )
    return PaymentExported(
        case=payment.case, batch=command.subject, end_to_end_id=reference, amount_ore=payment.amount_ore
    )


def _check_size(command: OrderBatch) -> None:
    if not 1 <= len(command.lines) <= PAYMENTS_MAX or len({line.payment for line in command.lines}) != len(
        command.lines
    ):
        raise Refused(
            f"En bankfil har minst en och högst {PAYMENTS_MAX} betalningar, och ingen av dem två gånger.",
            f"A bank file has at least one and at most {PAYMENTS_MAX} payments, and none of them twice.",
        )


def _check_day(command: OrderBatch, circumstances: Circumstances) -> None:
    terms = terms_of(circumstances, command.programme)
    if terms is None:
        raise Unknown
    today = local_date(circumstances.now(terms.offset_s))
    last = today + timedelta(days=AHEAD_DAYS_MAX)
    if not today <= command.execute_on <= last or not is_working_day(command.execute_on):
        message = Text(
            f"Betalningsdagen ska vara en bankdag från i dag till {last}.",
            f"The day of payment is to be a bank day from today to {last}.",
        )
        raise Refused(message.sv, message.en, (FieldError("execute_on", message),))


def _subjects(command: OrderBatch, line: Line, circumstances: Circumstances) -> tuple[Payment, Grant, Payee | None]:
    """The line's payment, its grant and account. Raises Unknown also where the person has a conflict of interest."""
    payment, grant = circumstances.also.get(line.payment), circumstances.also.get(line.case)
    payee = circumstances.also.get(line.association)
    if not isinstance(payment, Payment) or not isinstance(grant, Grant):
        raise Unknown
    if (payment.case, payment.association, grant.programme) != (line.case, line.association, command.programme):
        raise Unknown
    if circumstances.actor.id in grant.barred:
        raise Unknown
    return payment, grant, payee if isinstance(payee, Payee) else None


def _check_payment(payment: Payment, grant: Grant, payee: Payee | None, person: UUID) -> None:
    refuse_sending(payment, person)
    may_be_paid_now(payment, grant)
    if payment.payee is not None:
        the_account_holds(payment, payee)


def _exported(state: Batch, sha256: str) -> Decided:
    if state.sha256 is not None and state.sha256 != sha256:
        raise ValueError(f"The file of batch {state.id} was made again with other bytes.")
    return [] if state.sha256 else [BatchExported(cases=state.cases, sha256=sha256)]


def _count(state: Batch, circumstances: Circumstances) -> Decided:
    """A payment leaves the batch it stood in only by having failed, so one released since still counts as rejected."""
    found = [circumstances.also.get(payment) for payment in state.payments]
    payments = [payment for payment in found if isinstance(payment, Payment)]
    failed = {one.id for one in payments if one.failed_for is not None or one.batch != state.id}
    accepted = sum(1 for one in payments if one.id not in failed and (one.accepted or one.booked_on))
    rejected = len(failed)
    if (accepted, rejected) == (state.accepted, state.rejected):
        return []
    return [BatchAnswered(cases=state.cases, accepted=accepted, rejected=rejected)]


def needs(state: Batch | None, command: Command) -> Iterable[UUID]:
    match command:
        case OrderBatch(programme=programme, lines=lines):
            return (programme, *(one for line in lines for one in (line.payment, line.case, line.association)))
        case CountAnswers() if state is not None:
            return state.payments
        case _:
            return ()


def row(state: Batch) -> dict[str, object]:
    return {
        "programme": state.programme,
        "message_id": state.message_id,
        "execute_on": state.execute_on,
        "sum_ore": state.sum_ore,
        "count": len(state.payments),
        "cases": "[" + ",".join(f'"{case}"' for case in state.cases) + "]",
    }


BATCH = Kind(
    name="batch",
    state=Batch,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(OrderBatch, RecordExport, CountAnswers),
    moves=MOVES,
    labels=LABELS,
    table="batch",
    columns={
        "programme": "uuid",
        "message_id": "text",
        "execute_on": "date",
        "sum_ore": "bigint",
        "count": "integer",
        "cases": "jsonb",
    },
    row=row,
    needs=needs,
    facts=lambda state: {"sha256": state.sha256, "payments": len(state.payments), "sum_ore": state.sum_ore},
    offers={"take_bank_answer": BatchAnswered, "take_bank_statement": BatchAnswered},
)
