"""A payment: one instalment of a grant, from planned to reconciled, each step by another person than the one before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.payouts import (
    PaymentAccepted,
    PaymentAttestedOnce,
    PaymentAttestedTwice,
    PaymentBarred,
    PaymentBooked,
    PaymentCancelled,
    PaymentExported,
    PaymentPlanned,
    PaymentReconciled,
    PaymentRejected,
    PaymentReleased,
    PaymentRequisitioned,
    PaymentReturned,
)
from shared.identity import Role
from shared.life import Changes, Command, Life, State
from shared.words import Code, Ore, Text


class Status(StrEnum):
    PLANNED = "planned"  # the association: requisition
    REQUISITIONED = "requisitioned"  # an attester
    ATTESTED_ONCE = "attested_once"  # another attester
    ATTESTED_TWICE = "attested_twice"  # finance: put it in a bank file
    EXPORTED = "exported"  # finance: bring the bank's answer
    ACCEPTED = "accepted"  # finance: bring the bank's statement
    BOOKED = "booked"  # finance: make the entry add up
    RECONCILED = "reconciled"  # nobody
    REJECTED = "rejected"  # finance: release or cancel
    RETURNED = "returned"  # finance: release or cancel
    BARRED = "barred"  # finance: release or cancel
    CANCELLED = "cancelled"  # nobody


class Payment(State, frozen=True, kw_only=True):
    """`payee` is the account's digest when it was asked for. `reference` is the EndToEndId it stands in a file with
    now, `references` all it ever had; what the bank says of an earlier one changes nothing."""

    case: UUID
    association: UUID
    no: int
    amount_ore: int
    after: str
    requisitioned_by: UUID | None = None
    payee: str | None = None
    attested_by: tuple[UUID, ...] = ()
    batch: UUID | None = None
    reference: str | None = None
    references: tuple[str, ...] = ()
    accepted: bool = False
    failed_for: str | None = None
    booked_on: date | None = None
    reconciled: bool = False
    barred_for: str | None = None
    cancelled: bool = False

    @property
    def at_the_bank(self) -> bool:
        """In a file that the bank has not refused, nor the money come back."""
        return self.reference is not None and self.failed_for is None

    @property
    def may_be_stopped(self) -> bool:
        return not (self.at_the_bank or self.cancelled)

    @property
    def settled(self) -> bool:
        return self.reconciled or self.cancelled


class Requisition(Command, frozen=True, kw_only=True):
    """The association asks for the instalment, to its account as it stands."""


class AttestPayment(Command, frozen=True, kw_only=True):
    """A person other than all before answers for the payment."""


class BarPayment(Command, frozen=True, kw_only=True):
    reason: Code


class ReleasePayment(Command, frozen=True, kw_only=True):
    """It may be asked for again."""


class CancelPayment(Command, frozen=True, kw_only=True):
    """It is never to be paid."""


class ReconcilePayment(Command, frozen=True, kw_only=True):
    """A person has found the bank's entry and ours to agree."""


class AcceptPayment(Command, frozen=True, kw_only=True):
    reference: str


class RejectPayment(Command, frozen=True, kw_only=True):
    reference: str
    reason: Code


class BookPayment(Command, frozen=True, kw_only=True):
    """`whole`: the bank's entry adds up from its lines, so nothing is left for a person to look at."""

    reference: str
    amount_ore: Ore
    booked_on: date
    whole: bool = False


class ReturnPayment(Command, frozen=True, kw_only=True):
    reference: str
    amount_ore: Ore
    reason: Code


BY_THE_BANK: tuple[type[Command], ...] = (AcceptPayment, RejectPayment, BookPayment, ReturnPayment)
COMMANDS: tuple[type[Command], ...] = (
    Requisition, AttestPayment, BarPayment, ReleasePayment, CancelPayment, ReconcilePayment, *BY_THE_BANK,
)  # fmt: skip


def _from(
    statuses: Iterable[Status], event: type[Event], to: Status
) -> dict[tuple[StrEnum | None, type[Event]], StrEnum]:
    return {(status, event): to for status in statuses}


ASKED_FOR = (Status.REQUISITIONED, Status.ATTESTED_ONCE, Status.ATTESTED_TWICE)
FAILED = (Status.REJECTED, Status.RETURNED)
PAID = (Status.BOOKED, Status.RECONCILED)
SENT = (Status.EXPORTED, Status.ACCEPTED)

LIFE: Life = {
    (None, PaymentPlanned): Status.PLANNED,
    (Status.PLANNED, PaymentRequisitioned): Status.REQUISITIONED,
    **_from(ASKED_FOR, PaymentRequisitioned, Status.REQUISITIONED),  # to a new account: every attest starts over
    (Status.REQUISITIONED, PaymentAttestedOnce): Status.ATTESTED_ONCE,
    (Status.ATTESTED_ONCE, PaymentAttestedTwice): Status.ATTESTED_TWICE,
    (Status.ATTESTED_TWICE, PaymentExported): Status.EXPORTED,
    (Status.EXPORTED, PaymentAccepted): Status.ACCEPTED,
    **_from(SENT, PaymentRejected, Status.REJECTED),
    **_from(SENT, PaymentBooked, Status.BOOKED),
    (Status.BOOKED, PaymentReconciled): Status.RECONCILED,
    **_from((*SENT, *PAID), PaymentReturned, Status.RETURNED),
    **_from((Status.PLANNED, *ASKED_FOR), PaymentBarred, Status.BARRED),
    **_from((Status.BARRED, *FAILED), PaymentReleased, Status.PLANNED),
    **_from((Status.PLANNED, *ASKED_FOR, Status.BARRED, *FAILED), PaymentCancelled, Status.CANCELLED),
}

MOVES: dict[StrEnum, Role | None] = {
    Status.PLANNED: Role.SIGNATORY,
    Status.REQUISITIONED: Role.ATTESTER,
    Status.ATTESTED_ONCE: Role.ATTESTER,
    Status.ATTESTED_TWICE: Role.FINANCE,
    Status.EXPORTED: Role.FINANCE,
    Status.ACCEPTED: Role.FINANCE,
    Status.BOOKED: Role.FINANCE,
    Status.RECONCILED: None,
    Status.REJECTED: Role.FINANCE,
    Status.RETURNED: Role.FINANCE,
    Status.BARRED: Role.FINANCE,
    Status.CANCELLED: None,
}

LABELS: dict[StrEnum, Text] = {
    Status.PLANNED: Text("Planerad", "Planned"),
    Status.REQUISITIONED: Text("Begärd", "Asked for"),
    Status.ATTESTED_ONCE: Text("Attesterad av en", "Attested by one"),
    Status.ATTESTED_TWICE: Text("Attesterad av två", "Attested by two"),
    Status.EXPORTED: Text("Skickad till banken", "Sent to the bank"),
    Status.ACCEPTED: Text("Mottagen av banken", "Accepted by the bank"),
    Status.BOOKED: Text("Bokförd av banken", "Booked by the bank"),
    Status.RECONCILED: Text("Utbetald och avstämd", "Paid and reconciled"),
    Status.REJECTED: Text("Avvisad av banken", "Refused by the bank"),
    Status.RETURNED: Text("Återsänd av banken", "Returned by the bank"),
    Status.BARRED: Text("Hinder mot utbetalning", "Barred from payment"),
    Status.CANCELLED: Text("Inställd", "Cancelled"),
}


def evolve(state: Payment | None, event: Event) -> Changes:
    match event:
        case PaymentPlanned():
            return {name: getattr(event, name) for name in PaymentPlanned.__struct_fields__}
        case PaymentRequisitioned(requisitioned_by=person, payee=payee):
            return {"requisitioned_by": person, "payee": payee, "attested_by": ()}
        case PaymentAttestedOnce(attested_by=person) | PaymentAttestedTwice(attested_by=person):
            return {"attested_by": (*(state.attested_by if state else ()), person)}
        case PaymentExported(batch=batch, end_to_end_id=reference):
            earlier = state.references if state else ()
            return {"batch": batch, "reference": reference, "references": (*earlier, reference)}
        case PaymentReleased():
            return _as_planned()
        case PaymentCancelled():
            return {"cancelled": True}
        case PaymentBarred(reason=reason):
            return {"barred_for": reason}
        case _:
            return _by_the_bank(event)


def _by_the_bank(event: Event) -> Changes:
    match event:
        case PaymentAccepted():
            return {"accepted": True}
        case PaymentRejected(reason=reason):
            return {"failed_for": reason}
        case PaymentReturned(reason=reason):
            return {"failed_for": reason, "booked_on": None, "reconciled": False}
        case PaymentBooked(booked_on=booked_on):
            return {"booked_on": booked_on}
        case PaymentReconciled():
            return {"reconciled": True}
        case _:
            return {}


def _as_planned() -> Changes:
    """Nothing is left of the earlier attempt but the references it went under, which are never used again."""
    return {
        "requisitioned_by": None,
        "payee": None,
        "attested_by": (),
        "batch": None,
        "reference": None,
        "accepted": False,
        "failed_for": None,
        "booked_on": None,
        "reconciled": False,
        "barred_for": None,
    }
