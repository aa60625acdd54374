"""What is written when: event → letter, as a table; and what is followed so that reminders come in time.

A letter is due because of one event, whose id gives the letter its own: heard of twice, it is the same letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec

from services.web.domain.awaited import (
    ANY_ROUND,
    AwaitCompletion,
    AwaitReport,
    FollowCase,
    SettleCompletion,
    SettleReport,
)
from services.web.domain.followed import FollowCall, FollowClock, FollowProgramme
from services.web.domain.letter import ASSOCIATION, LetterKind, OrderLetter, letter_id
from services.web.domain.letter import LetterKind as Kind
from services.web.letters.fixed import FAILED_FOR
from shared.catalogue import Event, applications, payouts, review
from shared.envelope import Envelope
from shared.life import Command
from shared.reactions import Reactions


class When(msgspec.Struct, frozen=True):
    """Which letter an event leads to. `case` says where the event keeps the case: in its data, or as its subject.

    `about` says that the event's subject, a payment or a recovery, is what the letter is about. `only` leaves out what
    does not concern the association.
    """

    kind: LetterKind
    case: Callable[[Any, UUID], UUID] = lambda event, subject: subject
    about: bool = False
    round: Callable[[Any], int] = lambda event: 0
    only: Callable[[Any], bool] = lambda event: True


def _in_data(event: Any, _: UUID) -> UUID:
    case: UUID = event.case
    return case


def _is_about_the_account(event: payouts.PaymentRejected) -> bool:
    """A bank also refuses for what lies between it and the fund; that finance sees, and puts right."""
    return event.reason in FAILED_FOR


WHEN: Mapping[type[Event], When] = {
    applications.CaseRegistered: When(Kind.RECEIPT),
    applications.ApplicationWithdrawn: When(Kind.WITHDRAWAL),
    review.CompletionRequested: When(Kind.COMPLETION_REQUEST, round=lambda event: int(event.round)),
    review.DecisionPublished: When(Kind.DECISION),
    payouts.PaymentBooked: When(Kind.PAYMENT_NOTICE, _in_data, about=True),
    payouts.PaymentRejected: When(Kind.PAYMENT_REJECTED, _in_data, about=True, only=_is_about_the_account),
    payouts.PaymentReturned: When(Kind.PAYMENT_RETURNED, _in_data, about=True),
    payouts.ReportApproved: When(Kind.REPORT_APPROVED),
    payouts.RecoveryNotified: When(Kind.RECOVERY_NOTICE, _in_data, about=True),
    payouts.RecoveryDecided: When(Kind.RECOVERY_DECISION, _in_data, about=True),
    payouts.RecoveryWaived: When(Kind.RECOVERY_DECISION, _in_data, about=True),
}
"""A decision is told when the minutes are posted, by the body and by delegates alike: then there is a last day to
appeal, and nothing in it changes any more. Reminders are not here: nobody tells that a day has come."""

COMPLETION_STEPS = (-4,)
"""Days from the last day to complete. The steps of reports are the programme's own."""

Follow = Callable[[Any, UUID, str], Command]
FOLLOW: Mapping[type[Event], Follow] = {
    applications.ProgrammePublished: lambda event, subject, _: FollowProgramme(
        subject=subject,
        practice=event.practice,
        days_before_due=tuple(event.rules.follow_up.reminders_days_before_due),
        days_after_due=tuple(event.rules.follow_up.reminders_days_after_due),
    ),
    applications.ClockAdvanced: lambda event, subject, _: FollowClock(subject=subject, offset_s=event.offset_s),
    applications.CallPublished: lambda event, subject, _: FollowCall(
        subject=subject, programme=event.programme, report_due=event.rules.report_due
    ),
    applications.CaseRegistered: lambda event, subject, _: FollowCase(
        subject=subject, programme=event.programme, call=event.call, association=event.association
    ),
    review.CompletionRequested: lambda event, subject, cause: AwaitCompletion(
        subject=subject, cause=cause, round=event.round, due_on=event.due_on
    ),
    review.CheckResumed: lambda event, subject, _: SettleCompletion(subject=subject, round=event.round),
    review.CaseStruckOff: lambda _, subject, __: SettleCompletion(subject=subject, round=ANY_ROUND),
    payouts.GrantOpened: lambda _, subject, cause: AwaitReport(subject=subject, cause=cause),
    payouts.ReportSubmitted: lambda _, subject, __: SettleReport(subject=subject),
    payouts.GrantQuashed: lambda _, subject, __: SettleReport(subject=subject),
    payouts.GrantClosed: lambda _, subject, __: SettleReport(subject=subject),
}


def letters_for(event: Event, envelope: Envelope) -> Iterable[Command]:
    """What the event leads to: a letter that is due, something to follow, both, or nothing."""
    if (follow := FOLLOW.get(type(event))) is not None:
        yield follow(event, envelope.subject, envelope.id)
    if (when := WHEN.get(type(event))) is not None and when.only(event):
        yield OrderLetter(
            subject=letter_id(envelope.id),
            kind=when.kind,
            case=when.case(event, envelope.subject),
            cause=envelope.id,
            recipient=ASSOCIATION,
            about=envelope.subject if when.about else None,
            round=when.round(event),
        )


class Hearing(Reactions):
    """What web does with what it hears: its reactions, and its letters, which are named after the message itself."""

    def commands(self, event: Event, envelope: Envelope) -> Iterable[Command]:
        yield from super().commands(event, envelope)
        yield from letters_for(event, envelope)
