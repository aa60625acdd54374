"""What may be decided about money that is to come back: nothing before the association has had two weeks to answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from services.payouts.domain.grant import Grant
from services.payouts.domain.recovery import (
    COMMANDS,
    LABELS,
    LIFE,
    MOVES,
    AgreePlan,
    AnswerRecovery,
    ConsiderRecovery,
    DecideRecovery,
    InvoiceRecovery,
    NotifyRecovery,
    PayRecovery,
    Recovery,
    Standpoint,
    StartCollection,
    WriteOff,
    evolve,
)
from services.payouts.domain.reference import recovery_ocr
from services.payouts.domain.terms import terms_of
from shared.catalogue import Event
from shared.catalogue.payouts import (
    RecoveryAnswered,
    RecoveryCollected,
    RecoveryConsidered,
    RecoveryDecided,
    RecoveryInvoiced,
    RecoveryNotified,
    RecoveryPaid,
    RecoveryPlanAgreed,
    RecoveryWaived,
    RecoveryWrittenOff,
)
from shared.deadlines import local_date, working_day_from
from shared.life import Circumstances, Command, Kind
from shared.refused import FieldError, Refused, Unknown
from shared.words import Text

ANSWER_DAYS = 14
"""How long the association has to answer before anything may be decided. The fund's own promise, no term of law, so it
is not moved by holidays."""
PAY_DAYS = 30
ANSWERS_MAX = 50
"""How often one association may answer about one recovery."""


def decide(state: Recovery | None, command: Command, circumstances: Circumstances) -> list[Event]:
    if isinstance(command, PayRecovery):
        return _paid(state, command)
    grant = _grant(
        command.case if isinstance(command, ConsiderRecovery) else state.case if state else None, circumstances
    )
    if isinstance(command, ConsiderRecovery):
        return _consider(state, command, grant)
    if state is None:
        raise Unknown
    return _asked(state, command, grant, circumstances)


def _grant(case: UUID | None, circumstances: Circumstances) -> Grant:
    """The grant it belongs to. Raises Unknown for whoever has a conflict of interest in the case."""
    grant = circumstances.also.get(case) if case is not None else None
    if not isinstance(grant, Grant) or not grant.number or circumstances.actor.id in grant.barred:
        raise Unknown
    return grant


def _asked(state: Recovery, command: Command, grant: Grant, circumstances: Circumstances) -> list[Event]:
    today = local_date(circumstances.now(_offset_s(state, circumstances)))
    person = circumstances.actor.id
    match command:
        case NotifyRecovery(letter=letter):
            return [RecoveryNotified(case=state.case, answer_by=today + timedelta(days=ANSWER_DAYS), content=letter)]
        case AnswerRecovery():
            return _answer(state, command, today)
        case DecideRecovery(amount_ore=amount_ore):
            return _decide(state, amount_ore, grant, today, person)
        case InvoiceRecovery():
            due_on = working_day_from(today + timedelta(days=PAY_DAYS))
            ocr = recovery_ocr(grant.number)
            return [RecoveryInvoiced(case=state.case, amount_ore=state.amount_ore, ocr=ocr, due_on=due_on)]
        case AgreePlan():
            return [RecoveryPlanAgreed(case=state.case)]
        case StartCollection():
            return [RecoveryCollected(case=state.case)]
        case WriteOff():
            return [RecoveryWrittenOff(case=state.case, decided_by=person)]
        case _:
            return []


def _answer(state: Recovery, command: AnswerRecovery, today: date) -> list[Event]:
    if len(state.answers) >= ANSWERS_MAX:
        raise Refused("Ni har svarat många gånger. Ring oss.", "You have answered many times. Call us.")
    has_paid = command.standpoint is Standpoint.HAS_PAID
    if has_paid:
        _refuse_unsaid(command, today)
    return [
        RecoveryAnswered(
            case=state.case,
            standpoint=command.standpoint,
            answered_on=today,
            content=command.content,
            paid_ore=command.paid_ore if has_paid else None,
            paid_on=command.paid_on if has_paid else None,
        )
    ]


def _refuse_unsaid(command: AnswerRecovery, today: date) -> None:
    """Whoever says that they have paid says how much and when."""
    errors = []
    if not command.paid_ore:
        errors.append(FieldError("paid_ore", Text("Skriv hur mycket ni har betalat.", "Write how much you have paid.")))
    if command.paid_on is None:
        errors.append(FieldError("paid_on", Text("Skriv vilken dag ni betalade.", "Write on which day you paid.")))
    elif command.paid_on > today:
        errors.append(FieldError("paid_on", Text("Den dagen har inte varit än.", "That day has not come yet.")))
    if errors:
        raise Refused(errors[0].message.sv, errors[0].message.en, tuple(errors))


def _decide(state: Recovery, amount_ore: int, grant: Grant, today: date, person: UUID) -> list[Event]:
    if state.answer_by is not None and today <= state.answer_by:
        raise Refused(
            f"Föreningen har till och med {state.answer_by} på sig att svara. Beslut kan tas dagen efter.",
            f"The association has until the end of {state.answer_by} to answer. It can be decided the day after.",
        )
    if amount_ore == 0:
        return [RecoveryWaived(case=state.case, decided_by=person)]
    if not grant.reserves_recovery:
        raise Refused(
            "Beslutet om bidrag har inget villkor om återbetalning. Då kan pengarna inte krävas tillbaka.",
            "The decision on the grant has no condition on repayment, so the money cannot be asked back.",
        )
    if amount_ore > state.amount_ore:
        message = Text("Beloppet är större än det som övervägts.", "The amount is more than what was considered.")
        raise Refused(message.sv, message.en, (FieldError("amount_ore", message),))
    return [RecoveryDecided(case=state.case, amount_ore=amount_ore, decided_by=person)]


def _consider(state: Recovery | None, command: ConsiderRecovery, grant: Grant) -> list[Event]:
    if state is not None:
        if (state.amount_ore, state.ground) == (command.amount_ore, command.ground):
            return []
        raise Refused("Det finns redan ett återkrav i ärendet.", "There is already a recovery in the case.")
    if not 0 < command.amount_ore <= grant.granted_ore or grant.association is None:
        message = Text("Beloppet ska vara större än noll och högst bidraget.", "More than nothing, at most the grant.")
        raise Refused(message.sv, message.en, (FieldError("amount_ore", message),))
    return [
        RecoveryConsidered(
            case=grant.id,
            association=grant.association,
            amount_ore=command.amount_ore,
            ground=command.ground,
            programme=grant.programme,
        )
    ]


def _paid(state: Recovery | None, command: PayRecovery) -> list[Event]:
    if state is None:
        raise Unknown
    if state.paid_ore:  # the same line of the same statement, taken twice
        return []
    if command.amount_ore != state.amount_ore:
        raise Refused(
            "Inbetalningen är inte på det belopp som krävts tillbaka. Ekonomi behöver titta på den.",
            "The payment is not of the amount asked back. Finance has to look at it.",
        )
    return [RecoveryPaid(case=state.case, amount_ore=command.amount_ore, booked_on=command.booked_on)]


def _offset_s(state: Recovery, circumstances: Circumstances) -> int:
    terms = terms_of(circumstances, state.programme) if state.programme else None
    return terms.offset_s if terms else 0


def needs(state: Recovery | None, command: Command) -> Iterable[UUID]:
    if isinstance(command, ConsiderRecovery):
        return (command.case,)
    if state is None:
        return ()
    return (state.case,) if state.programme is None else (state.case, state.programme)


def row(state: Recovery) -> dict[str, object]:
    return {
        "case_id": state.case,
        "association": state.association,
        "amount_ore": state.amount_ore,
        "answer_by": state.answer_by,
        "ocr": state.ocr,
        "due_on": state.due_on,
        "paid_ore": state.paid_ore,
        "answers": len(state.answers),
    }


RECOVERY = Kind(
    name="recovery",
    state=Recovery,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=COMMANDS,
    moves=MOVES,
    labels=LABELS,
    table="recovery",
    columns={
        "case_id": "uuid",
        "association": "uuid",
        "amount_ore": "bigint",
        "answer_by": "date",
        "ocr": "text",
        "due_on": "date",
        "paid_ore": "bigint",
        "answers": "integer",
    },
    row=row,
    needs=needs,
    association=lambda state, _: state.association if state is not None else None,
    facts=lambda state: {"amount_ore": state.amount_ore, "ocr": state.ocr},
    offers={
        "notify_recovery": RecoveryNotified,
        "answer_recovery": RecoveryAnswered,
        "decide_recovery": (RecoveryDecided, RecoveryWaived),
        "invoice_recovery": RecoveryInvoiced,
        "agree_plan": RecoveryPlanAgreed,
        "start_collection": RecoveryCollected,
        "write_off": RecoveryWrittenOff,
        "take_bank_statement": RecoveryPaid,
    },
)
