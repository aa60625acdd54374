"""What `payouts` tells: grants, payees, instalments, bank files, reports, recovery."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec

from shared.catalogue.attachment import Attachment
from shared.catalogue.event import Event
from shared.programme import ProgrammeRules
from shared.words import Code, Count, Digest, Ore


class Told(Event, frozen=True, kw_only=True):
    source: ClassVar[str] = "payouts"


# What payouts keeps of a programme and its calls


class TermsAdopted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "terms.adopted"
    rules: ProgrammeRules
    practice: bool = False


class ClockFollowed(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "clock.followed"
    offset_s: Count


class PeriodSet(Told, frozen=True, kw_only=True):
    """When the money of one call may be used and when it must be reported."""

    type: ClassVar[str] = "period.set"
    programme: UUID
    activity_from: date
    activity_to: date
    report_due: date


# Payee: an association's account


class PayeeRegistered(Told, frozen=True, kw_only=True):
    """`scheme` is bankgiro, plusgiro or bank_account; the number itself is content."""

    type: ClassVar[str] = "payee.registered"
    scheme: Code
    changed_by: UUID
    content: Digest


class PayeeVerified(Told, frozen=True, kw_only=True):
    """Somebody other than who entered the account has seen the bank's proof that it is the association's."""

    type: ClassVar[str] = "payee.verified"
    verified_by: UUID
    content: Digest


# Grant


class Instalment(msgspec.Struct, frozen=True):
    """`after` is decision_published or report_approved."""

    payment: UUID
    no: Count
    amount_ore: Ore
    after: Code


class GrantOpened(Told, frozen=True, kw_only=True):
    """A decision with money in it, and the terms it was made on: they stay, whatever becomes of the programme's rules.

    `conditions` are the keys of the programme's standard conditions, all of them (H14); `reserves_recovery` says that
    one of them lets the fund ask the money back. `hold_until_final` keeps payment until nobody can appeal any more
    (H4).
    """

    type: ClassVar[str] = "grant.opened"
    programme: UUID
    call: UUID
    association: UUID
    number: str
    granted_ore: Ore
    instalments: tuple[Instalment, ...]
    conditions: tuple[Code, ...] = ()
    reserves_recovery: bool = False
    hold_until_final: bool = False


class TermsAccepted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "terms.accepted"
    accepted_by: UUID


class GrantPublished(Told, frozen=True, kw_only=True):
    """Heard from review: the decision is on the notice board."""

    type: ClassVar[str] = "grant.published"
    appeal_last_day: date


class GrantFinal(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "grant.final"


class GrantQuashed(Told, frozen=True, kw_only=True):
    """Heard from review: a court quashed the decision. `paid_ore` had left the fund or was on its way."""

    type: ClassVar[str] = "grant.quashed"
    paid_ore: Ore


class PersonBarred(Told, frozen=True, kw_only=True):
    """Heard from review: this person has a conflict of interest in the case."""

    type: ClassVar[str] = "person.barred"
    person: UUID


class ReportSubmitted(Told, frozen=True, kw_only=True):
    """What was spent of the grant and what is left, in öre; figures by indicator; the words are content. `attachments`
    are the papers handed in with it, beside those of an earlier report on the same grant."""

    type: ClassVar[str] = "report.submitted"
    spent_ore: Ore
    unspent_ore: Ore
    figures: dict[Code, Count]
    content: Digest
    attachments: tuple[Attachment, ...] = ()


class ReportReviewStarted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "report.review_started"
    officer: UUID


class ReportApproved(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "report.approved"
    officer: UUID
    unspent_ore: Ore


class GrantClosed(Told, frozen=True, kw_only=True):
    """Everything is paid, reported and settled."""

    type: ClassVar[str] = "grant.closed"
    paid_ore: Ore
    returned_ore: Ore


# Payment: one instalment


class PaymentPlanned(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "payment.planned"
    case: UUID
    association: UUID
    no: Count
    amount_ore: Ore
    after: Code


class PaymentRequisitioned(Told, frozen=True, kw_only=True):
    """The association asks for it, to the account that `payee` (salted digest) stands for."""

    type: ClassVar[str] = "payment.requisitioned"
    case: UUID
    requisitioned_by: UUID
    payee: Digest


class PaymentAttestedOnce(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "payment.attested_once"
    case: UUID
    attested_by: UUID


class PaymentAttestedTwice(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "payment.attested_twice"
    case: UUID
    attested_by: UUID


class PaymentExported(Told, frozen=True, kw_only=True):
    """It stands in a bank file. `end_to_end_id` comes back in the bank's answer."""

    type: ClassVar[str] = "payment.exported"
    case: UUID
    batch: UUID
    end_to_end_id: str
    amount_ore: Ore


class PaymentAccepted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "payment.accepted"
    case: UUID


class PaymentRejected(Told, frozen=True, kw_only=True):
    """The bank refused it; `reason` is the ISO 20022 code."""

    type: ClassVar[str] = "payment.rejected"
    case: UUID
    reason: Code


class PaymentBooked(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "payment.booked"
    case: UUID
    booked_on: date


class PaymentReconciled(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "payment.reconciled"
    case: UUID


class PaymentReturned(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "payment.returned"
    case: UUID
    reason: Code


class PaymentBarred(Told, frozen=True, kw_only=True):
    """There is a bar to paying it (hinder mot utbetalning)."""

    type: ClassVar[str] = "payment.barred"
    case: UUID
    reason: Code


class PaymentReleased(Told, frozen=True, kw_only=True):
    """The bar is lifted, or what the bank refused or returned is to be asked for again."""

    type: ClassVar[str] = "payment.released"
    case: UUID


class PaymentCancelled(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "payment.cancelled"
    case: UUID


# Batch: a bank file


class BatchOrdered(Told, frozen=True, kw_only=True):
    """The intent: these payments, in this file, under this reference. Making it again gives the same bytes."""

    type: ClassVar[str] = "batch.ordered"
    programme: UUID
    message_id: str
    execute_on: date
    payments: tuple[UUID, ...]
    cases: tuple[UUID, ...]
    sum_ore: Ore
    ordered_by: UUID


class BatchExported(Told, frozen=True, kw_only=True):
    """The outcome: the file was made; `sha256` is the plain digest of its bytes, so that the bank's copy can be held
    against it."""

    type: ClassVar[str] = "batch.exported"
    cases: tuple[UUID, ...]
    sha256: Digest


class BatchAnswered(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "batch.answered"
    cases: tuple[UUID, ...]
    accepted: Count
    rejected: Count


# Recovery


class RecoveryConsidered(Told, frozen=True, kw_only=True):
    """`ground` is unspent, conditions_broken, wrong_information, no_report or decision_quashed."""

    type: ClassVar[str] = "recovery.considered"
    case: UUID
    association: UUID
    amount_ore: Ore
    ground: Code
    programme: UUID | None = None


class RecoveryNotified(Told, frozen=True, kw_only=True):
    """The association has been told and may answer until the end of `answer_by`."""

    type: ClassVar[str] = "recovery.notified"
    case: UUID
    answer_by: date
    content: Digest


class RecoveryAnswered(Told, frozen=True, kw_only=True):
    """The association's answer. `standpoint` is agrees, objects, asks_for_instalments or has_paid, which says how much
    and when; the words are content."""

    type: ClassVar[str] = "recovery.answered"
    case: UUID
    standpoint: Code
    answered_on: date
    content: Digest
    paid_ore: Ore | None = None
    paid_on: date | None = None


class RecoveryDecided(Told, frozen=True, kw_only=True):
    """`amount_ore` is what is to be paid back: all, part or (waived) nothing."""

    type: ClassVar[str] = "recovery.decided"
    case: UUID
    amount_ore: Ore
    decided_by: UUID


class RecoveryWaived(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "recovery.waived"
    case: UUID
    decided_by: UUID


class RecoveryInvoiced(Told, frozen=True, kw_only=True):
    """`ocr` is the reference the association pays with."""

    type: ClassVar[str] = "recovery.invoiced"
    case: UUID
    amount_ore: Ore
    ocr: str
    due_on: date


class RecoveryPaid(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "recovery.paid"
    case: UUID
    amount_ore: Ore
    booked_on: date


class RecoveryPlanAgreed(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "recovery.plan_agreed"
    case: UUID


class RecoveryCollected(Told, frozen=True, kw_only=True):
    """Handed over to debt collection."""

    type: ClassVar[str] = "recovery.collection_started"
    case: UUID


class RecoveryWrittenOff(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "recovery.written_off"
    case: UUID
    decided_by: UUID
