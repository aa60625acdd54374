"""What `web` tells of letters: that one is due and why, that it was written, and how it went on its way.

Two facts at least for every letter, the intent before the act. What it says is content: the events hold a digest of it,
and never a name or an address.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.catalogue.event import Event
from shared.words import Code, Count, Digest


class Told(Event, frozen=True, kw_only=True):
    source: ClassVar[str] = "web"


# What letters have to know of a programme, a call and a case to be in time


class ProgrammeFollowed(Told, frozen=True, kw_only=True):
    """When the programme wants its reports reminded of, in days before and after they are due."""

    type: ClassVar[str] = "programme.followed"
    practice: bool
    days_before_due: tuple[Count, ...] = ()
    days_after_due: tuple[Count, ...] = ()


class ClockFollowed(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "clock.followed"
    offset_s: Count


class CallFollowed(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "call.followed"
    programme: UUID
    report_due: date


class CaseFollowed(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "case.followed"
    programme: UUID
    call: UUID
    association: UUID


class ProtectionFollowed(Told, frozen=True, kw_only=True):
    """Heard from applications: whether reads of the case have to be kept before anything of it is shown."""

    type: ClassVar[str] = "case.protection_followed"
    protected: bool


class CompletionAwaited(Told, frozen=True, kw_only=True):
    """The association has been asked for more, by the event `cause`."""

    type: ClassVar[str] = "completion.awaited"
    cause: str
    round: Count
    due_on: date


class CompletionSettled(Told, frozen=True, kw_only=True):
    """It came, or its time ran out: there is nothing more to remind of."""

    type: ClassVar[str] = "completion.settled"
    round: Count


class ReportAwaited(Told, frozen=True, kw_only=True):
    """There is a grant, opened by the event `cause`, and so a report to come."""

    type: ClassVar[str] = "report.awaited"
    cause: str


class ReportSettled(Told, frozen=True, kw_only=True):
    """The report came, or there is no grant to report any more."""

    type: ClassVar[str] = "report.settled"


class ReminderDue(Told, frozen=True, kw_only=True):
    """`step` is the reminder's place in its table, in days from the day that it reminds of: negative before it."""

    type: ClassVar[str] = "reminder.due"
    letter: UUID
    kind: Code
    step: int


# Letter


class LetterDue(Told, frozen=True, kw_only=True):
    """The intent: a letter of this kind, because of the event `cause` (its id), to the `recipient` in the case.

    The letter's own id follows from these two, so that the same event never leads to two letters. `about` is the
    payment or the recovery it is about, `round` the round of completion.
    """

    type: ClassVar[str] = "letter.due"
    kind: Code
    case: UUID
    cause: str
    recipient: Code
    due_at: datetime
    about: UUID | None = None
    round: Count = 0


class LetterWritten(Told, frozen=True, kw_only=True):
    """What it says is sealed under the case's key, and `content` its digest. `channel` is email or paper.

    `message_id` is the one under which it goes as e-mail, however often it has to be tried.
    """

    type: ClassVar[str] = "letter.written"
    case: UUID
    programme: UUID
    association: UUID
    language: Code
    channel: Code
    message_id: str
    content: Digest
    written_on: date


class LetterCalledOff(Told, frozen=True, kw_only=True):
    """When it was to be written there was nothing left to tell: `reason` is overtaken or erased."""

    type: ClassVar[str] = "letter.called_off"
    case: UUID
    reason: Code


class LetterSent(Told, frozen=True, kw_only=True):
    """A mail server has taken it."""

    type: ClassVar[str] = "letter.sent"
    case: UUID
    sent_at: datetime


class LetterDelayed(Told, frozen=True, kw_only=True):
    """It could not be handed over; it is tried again at `next_try_at`, under the same Message-ID."""

    type: ClassVar[str] = "letter.delayed"
    case: UUID
    tries: Count
    reason: Code
    next_try_at: datetime


class LetterFailed(Told, frozen=True, kw_only=True):
    """The address does not take mail: it goes on paper instead. `reason` is the mail server's code."""

    type: ClassVar[str] = "letter.failed"
    case: UUID
    reason: Code


class LetterKept(Told, frozen=True, kw_only=True):
    """It would have been sent, had this house a mail server: it is kept in the outbox."""

    type: ClassVar[str] = "letter.kept"
    case: UUID


class LetterQueued(Told, frozen=True, kw_only=True):
    """It is to be printed and posted: because the recipient wants paper, has no e-mail, or somebody said so."""

    type: ClassVar[str] = "letter.queued"
    case: UUID
    queued_by: UUID | None = None


class LetterPrinted(Told, frozen=True, kw_only=True):
    """Somebody has printed it and put it in the post."""

    type: ClassVar[str] = "letter.printed"
    case: UUID
    printed_by: UUID
