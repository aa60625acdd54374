"""Money that is to come back: considered, announced with time to answer, decided by a person, invoiced, and settled."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID, uuid5

import msgspec

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
from shared.identity import Role
from shared.life import Changes, Command, Life, State
from shared.words import Digest, Ore, Text

UNSPENT = "unspent"


class Ground(StrEnum):
    """Why an officer considers asking money back, beside what a report says is unspent."""

    CONDITIONS_BROKEN = "conditions_broken"
    WRONG_INFORMATION = "wrong_information"
    NO_REPORT = "no_report"
    DECISION_QUASHED = "decision_quashed"


class Standpoint(StrEnum):
    """What the association says when money is asked back."""

    AGREES = "agrees"
    OBJECTS = "objects"
    ASKS_FOR_INSTALMENTS = "asks_for_instalments"
    HAS_PAID = "has_paid"


class Answer(msgspec.Struct, frozen=True):
    """One answer of the association's. `paid_ore` and `paid_on` are what it says itself; the bank has its own word."""

    standpoint: str
    answered_on: date
    paid_ore: int | None
    paid_on: date | None


def recovery_id(case: UUID) -> UUID:
    """One recovery to a case, known to everybody who knows the case."""
    return uuid5(case, "recovery")


class Status(StrEnum):
    CONSIDERED = "considered"  # an officer: tell the association
    NOTIFIED = "notified"  # the association: answer; then a decision maker: decide
    DECIDED = "decided"  # finance: invoice
    INVOICED = "invoiced"  # the association: pay
    PLAN = "plan"  # the association: pay as agreed
    COLLECTION = "collection"  # finance: follow the collector
    PAID = "paid"  # nobody
    WAIVED = "waived"  # nobody
    WRITTEN_OFF = "written_off"  # nobody


class Recovery(State, frozen=True, kw_only=True):
    """`amount_ore` is what is asked for: what was considered, until a decision says all or part of it."""

    case: UUID
    association: UUID
    amount_ore: int
    ground: str
    programme: UUID | None = None
    answer_by: date | None = None
    letter: str | None = None
    ocr: str | None = None
    due_on: date | None = None
    paid_ore: int = 0
    settled: bool = False
    answers: tuple[Answer, ...] = ()


class ConsiderRecovery(Command, frozen=True, kw_only=True):
    case: UUID
    amount_ore: Ore
    ground: Ground


class NotifyRecovery(Command, frozen=True, kw_only=True):
    letter: Digest


class AnswerRecovery(Command, frozen=True, kw_only=True):
    """The association says what it thinks, or that it has paid."""

    standpoint: Standpoint
    content: Digest
    paid_ore: Ore | None = None
    paid_on: date | None = None


class DecideRecovery(Command, frozen=True, kw_only=True):
    """`amount_ore` 0 waives it."""

    amount_ore: Ore


class InvoiceRecovery(Command, frozen=True, kw_only=True):
    """Ask for the money, with a reference to pay with."""


class AgreePlan(Command, frozen=True, kw_only=True):
    """The association may pay in parts."""


class StartCollection(Command, frozen=True, kw_only=True):
    """Hand it over to debt collection."""


class WriteOff(Command, frozen=True, kw_only=True):
    """Give the money up."""


class PayRecovery(Command, frozen=True, kw_only=True):
    """The bank says that money came with this reference."""

    amount_ore: Ore
    booked_on: date


COMMANDS: tuple[type[Command], ...] = (
    ConsiderRecovery, NotifyRecovery, AnswerRecovery, DecideRecovery, InvoiceRecovery,
    AgreePlan, StartCollection, WriteOff, PayRecovery,
)  # fmt: skip

LIFE: Life = {
    (None, RecoveryConsidered): Status.CONSIDERED,
    (Status.CONSIDERED, RecoveryNotified): Status.NOTIFIED,
    (Status.NOTIFIED, RecoveryAnswered): Status.NOTIFIED,
    (Status.NOTIFIED, RecoveryDecided): Status.DECIDED,
    (Status.NOTIFIED, RecoveryWaived): Status.WAIVED,
    (Status.DECIDED, RecoveryInvoiced): Status.INVOICED,
    (Status.INVOICED, RecoveryAnswered): Status.INVOICED,
    (Status.INVOICED, RecoveryPaid): Status.PAID,
    (Status.INVOICED, RecoveryPlanAgreed): Status.PLAN,
    (Status.INVOICED, RecoveryCollected): Status.COLLECTION,
    (Status.INVOICED, RecoveryWrittenOff): Status.WRITTEN_OFF,
    (Status.PLAN, RecoveryAnswered): Status.PLAN,
    (Status.PLAN, RecoveryPaid): Status.PAID,
    (Status.PLAN, RecoveryCollected): Status.COLLECTION,
    (Status.PLAN, RecoveryWrittenOff): Status.WRITTEN_OFF,
    (Status.COLLECTION, RecoveryAnswered): Status.COLLECTION,
    (Status.COLLECTION, RecoveryPaid): Status.PAID,
    (Status.COLLECTION, RecoveryWrittenOff): Status.WRITTEN_OFF,
}

MOVES: dict[StrEnum, Role | None] = {
    Status.CONSIDERED: Role.OFFICER,
    Status.NOTIFIED: Role.DECISION_MAKER,
    Status.DECIDED: Role.FINANCE,
    Status.INVOICED: Role.SIGNATORY,
    Status.PLAN: Role.SIGNATORY,
    Status.COLLECTION: Role.FINANCE,
    Status.PAID: None,
    Status.WAIVED: None,
    Status.WRITTEN_OFF: None,
}

LABELS: dict[StrEnum, Text] = {
    Status.CONSIDERED: Text("Återkrav övervägs", "Recovery is considered"),
    Status.NOTIFIED: Text("Föreningen kan lämna synpunkter", "The association may answer"),
    Status.DECIDED: Text("Återkrav beslutat", "Recovery decided"),
    Status.INVOICED: Text("Faktura skickad", "Invoiced"),
    Status.PLAN: Text("Avbetalningsplan", "Payment plan"),
    Status.COLLECTION: Text("Överlämnat till inkasso", "Handed over to debt collection"),
    Status.PAID: Text("Återbetalt", "Paid back"),
    Status.WAIVED: Text("Återkravet är eftergivet", "Waived"),
    Status.WRITTEN_OFF: Text("Avskrivet", "Written off"),
}


def evolve(state: Recovery | None, event: Event) -> Changes:
    match event:
        case RecoveryConsidered():
            return {name: getattr(event, name) for name in RecoveryConsidered.__struct_fields__}
        case RecoveryNotified(answer_by=answer_by, content=content):
            return {"answer_by": answer_by, "letter": content}
        case RecoveryAnswered() if state is not None:
            answer = Answer(event.standpoint, event.answered_on, event.paid_ore, event.paid_on)
            return {"answers": (*state.answers, answer)}
        case RecoveryDecided(amount_ore=amount_ore):
            return {"amount_ore": amount_ore}
        case RecoveryWaived():
            return {"amount_ore": 0, "settled": True}
        case RecoveryInvoiced(ocr=ocr, due_on=due_on):
            return {"ocr": ocr, "due_on": due_on}
        case RecoveryPaid(amount_ore=amount_ore):
            return {"paid_ore": amount_ore, "settled": True}
        case RecoveryWrittenOff():
            return {"settled": True}
        case _:
            return {}
