"""A batch: one bank file. First the intent, with all that the file will say; then the outcome, with its digest."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

import msgspec

from shared.catalogue import Event
from shared.catalogue.payouts import BatchAnswered, BatchExported, BatchOrdered
from shared.identity import Role
from shared.life import Changes, Command, Life, State
from shared.words import Digest, Text


class Status(StrEnum):
    ORDERED = "ordered"  # the fund: make the file, as often as it takes
    EXPORTED = "exported"  # finance: give it to the bank, and bring the answer
    ANSWERED = "answered"  # finance, until every payment has an answer


class Batch(State, frozen=True, kw_only=True):
    programme: UUID
    message_id: str
    execute_on: date
    payments: tuple[UUID, ...]
    cases: tuple[UUID, ...]
    sum_ore: int
    ordered_by: UUID
    sha256: str | None = None
    accepted: int = 0
    rejected: int = 0


class Line(msgspec.Struct, frozen=True):
    """A payment and what it belongs to, as the order found it."""

    payment: UUID
    case: UUID
    association: UUID
    reference: str
    account: Digest | None


class OrderBatch(Command, frozen=True, kw_only=True):
    programme: UUID
    execute_on: date
    lines: tuple[Line, ...]


class RecordExport(Command, frozen=True, kw_only=True):
    sha256: Digest


class CountAnswers(Command, frozen=True, kw_only=True):
    """The bank has said something about payments in the file."""


LIFE: Life = {
    (None, BatchOrdered): Status.ORDERED,
    (Status.ORDERED, BatchExported): Status.EXPORTED,
    (Status.EXPORTED, BatchAnswered): Status.ANSWERED,
    (Status.ANSWERED, BatchAnswered): Status.ANSWERED,
}
MOVES: dict[StrEnum, Role | None] = {
    Status.ORDERED: Role.FUND,
    Status.EXPORTED: Role.FINANCE,
    Status.ANSWERED: Role.FINANCE,
}
LABELS: dict[StrEnum, Text] = {
    Status.ORDERED: Text("Beställd", "Ordered"),
    Status.EXPORTED: Text("Bankfilen är klar", "The bank file is made"),
    Status.ANSWERED: Text("Banken har svarat", "The bank has answered"),
}


def evolve(_: Batch | None, event: Event) -> Changes:
    match event:
        case BatchOrdered():
            return {name: getattr(event, name) for name in BatchOrdered.__struct_fields__}
        case BatchExported(sha256=sha256):
            return {"sha256": sha256}
        case BatchAnswered(accepted=accepted, rejected=rejected):
            return {"accepted": accepted, "rejected": rejected}
        case _:
            return {}
