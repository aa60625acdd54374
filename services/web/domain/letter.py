"""A letter: due because of something that happened, written, and then on its way until somebody has taken it.

Intent before act: it is written down that the letter is due before it is written, and what it says before it is sent. A
crash anywhere between leads to the same letter again, never to another one, and never to none.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from shared.catalogue import Event
from shared.catalogue.letters import (
    LetterCalledOff,
    LetterDelayed,
    LetterDue,
    LetterFailed,
    LetterKept,
    LetterPrinted,
    LetterQueued,
    LetterSent,
    LetterWritten,
)
from shared.identity import Role
from shared.life import Changes, Circumstances, Command, Kind, Life, Offers, State
from shared.words import Code, Count, Digest, Text

LETTERS = UUID("6269666c-6c00-4000-8000-6c6574746572")
ASSOCIATION = "association"
"""The recipient of every letter there is today: the association whose case it is."""

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(hours=1)
DOUBLINGS_MAX = 10


class LetterKind(StrEnum):
    RECEIPT = "receipt"
    WITHDRAWAL = "withdrawal"
    COMPLETION_REQUEST = "completion_request"
    COMPLETION_REMINDER = "completion_reminder"
    DECISION = "decision"
    PAYMENT_NOTICE = "payment_notice"
    PAYMENT_REJECTED = "payment_rejected"
    PAYMENT_RETURNED = "payment_returned"
    REPORT_REMINDER = "report_reminder"
    REPORT_OVERDUE = "report_overdue"
    REPORT_APPROVED = "report_approved"
    RECOVERY_NOTICE = "recovery_notice"
    RECOVERY_DECISION = "recovery_decision"


KIND_LABELS: dict[str, Text] = {
    LetterKind.RECEIPT: Text("Kvitto på ansökan", "Receipt"),
    LetterKind.WITHDRAWAL: Text("Ansökan är återkallad", "Withdrawal confirmed"),
    LetterKind.COMPLETION_REQUEST: Text("Begäran om komplettering", "Request for more"),
    LetterKind.COMPLETION_REMINDER: Text("Påminnelse om komplettering", "Reminder to complete"),
    LetterKind.DECISION: Text("Beslut", "Decision"),
    LetterKind.PAYMENT_NOTICE: Text("Besked om utbetalning", "Payment notice"),
    LetterKind.PAYMENT_REJECTED: Text("Betalningen stoppades", "Payment refused"),
    LetterKind.PAYMENT_RETURNED: Text("Pengarna kom tillbaka", "Payment returned"),
    LetterKind.REPORT_REMINDER: Text("Påminnelse om redovisning", "Reminder to report"),
    LetterKind.REPORT_OVERDUE: Text("Redovisningen har inte kommit", "Report not received"),
    LetterKind.REPORT_APPROVED: Text("Redovisningen är godkänd", "Report approved"),
    LetterKind.RECOVERY_NOTICE: Text("Besked om återbetalning", "Notice of repayment"),
    LetterKind.RECOVERY_DECISION: Text("Beslut om återbetalning", "Decision on repayment"),
}


class Channel(StrEnum):
    EMAIL = "email"
    PAPER = "paper"


class Status(StrEnum):
    DUE = "due"  # the fund writes it
    WRITTEN = "written"  # the fund sends it
    DELAYED = "delayed"  # the fund tries again
    KEPT = "kept"  # nobody: there is no mail server, and the letter is in the outbox
    TO_PRINT = "to_print"  # an officer prints it and puts it in the post
    SENT = "sent"  # nobody
    PRINTED = "printed"  # nobody
    CALLED_OFF = "called_off"  # nobody: there was nothing left to tell


class Letter(State, frozen=True, kw_only=True):
    """`association`, `language`, `channel`, `message_id`, `content` and `written_on` are there once it is written."""

    kind: str
    case: UUID
    cause: str
    recipient: str
    due_at: datetime
    about: UUID | None = None
    round: int = 0
    programme: UUID | None = None
    association: UUID | None = None
    language: str | None = None
    channel: str | None = None
    message_id: str | None = None
    content: Digest | None = None
    written_on: date | None = None
    sent_at: datetime | None = None
    tries: int = 0
    next_try_at: datetime | None = None
    reason: str | None = None


class OrderLetter(Command, frozen=True, kw_only=True):
    kind: LetterKind
    case: UUID
    cause: str
    recipient: Code = ASSOCIATION
    about: UUID | None = None
    round: Count = 0


class WriteLetter(Command, frozen=True, kw_only=True):
    """`has_post` says whether there is a mail server to send it with."""

    programme: UUID
    association: UUID
    language: Code
    channel: Channel
    message_id: str
    content: Digest
    written_on: date
    has_post: bool


class CallOffLetter(Command, frozen=True, kw_only=True):
    reason: Code


class RecordSent(Command, frozen=True, kw_only=True):
    """A mail server took it."""


class RecordDelay(Command, frozen=True, kw_only=True):
    """It could not be handed over, for a while."""

    reason: Code


class RecordFailure(Command, frozen=True, kw_only=True):
    """A mail server refused it for good."""

    reason: Code


class QueueLetter(Command, frozen=True, kw_only=True):
    """Somebody wants it on paper, too."""


class PrintLetter(Command, frozen=True, kw_only=True):
    """Somebody has printed and posted it."""


COMMANDS: tuple[type[Command], ...] = (
    OrderLetter, WriteLetter, CallOffLetter, RecordSent, RecordDelay, RecordFailure, QueueLetter, PrintLetter,
)  # fmt: skip

LIFE: Life = {
    (None, LetterDue): Status.DUE,
    (Status.DUE, LetterWritten): Status.WRITTEN,
    **{
        (status, LetterCalledOff): Status.CALLED_OFF for status in (Status.DUE, Status.WRITTEN, Status.DELAYED)
    },  # there is nothing left to tell, or it was lawfully erased before it could be sent
    **{(status, LetterSent): Status.SENT for status in (Status.WRITTEN, Status.DELAYED)},
    **{(status, LetterSent): status for status in (Status.TO_PRINT, Status.PRINTED)},  # on paper too, said meanwhile
    **{(status, LetterDelayed): Status.DELAYED for status in (Status.WRITTEN, Status.DELAYED)},
    **{(status, LetterFailed): Status.TO_PRINT for status in (Status.WRITTEN, Status.DELAYED)},
    (Status.WRITTEN, LetterKept): Status.KEPT,
    **{
        (status, LetterQueued): Status.TO_PRINT
        for status in (Status.WRITTEN, Status.DELAYED, Status.KEPT, Status.SENT, Status.PRINTED)
    },
    (Status.TO_PRINT, LetterPrinted): Status.PRINTED,
}

MOVES: dict[StrEnum, Role | None] = {
    Status.DUE: Role.FUND,
    Status.WRITTEN: Role.FUND,
    Status.DELAYED: Role.FUND,
    Status.KEPT: None,
    Status.TO_PRINT: Role.COORDINATOR,
    Status.SENT: None,
    Status.PRINTED: None,
    Status.CALLED_OFF: None,
}

LABELS: dict[StrEnum, Text] = {
    Status.DUE: Text("Ska skrivas", "To be written"),
    Status.WRITTEN: Text("Ska skickas", "To be sent"),
    Status.DELAYED: Text("Försenat", "Delayed"),
    Status.KEPT: Text("Skulle ha skickats", "Would have been sent"),
    Status.TO_PRINT: Text("Ska skrivas ut", "To be printed"),
    Status.SENT: Text("Skickat", "Sent"),
    Status.PRINTED: Text("Utskrivet och postat", "Printed and posted"),
    Status.CALLED_OFF: Text("Behövdes inte", "Not needed"),
}

OFFERS: Offers = {"print_letter": LetterPrinted, "queue_letter": LetterQueued}


def letter_id(cause: str, recipient: str = ASSOCIATION, kind: str = "") -> UUID:
    """From the event that caused it and who it is for; a reminder adds its place in the table."""
    return uuid5(LETTERS, f"{cause}/{recipient}/{kind}")


def delay(tries: int) -> timedelta:
    """How long to wait after so many tries in vain: doubling, at most an hour."""
    return min(LONGEST_DELAY, FIRST_DELAY * (1 << min(tries - 1, DOUBLINGS_MAX)))


def waits_to_be_sent(letter: Letter) -> bool:
    """Whether no mail server has taken it yet, and one is to."""
    return (letter.status, LetterDelayed) in LIFE


def decide(letter: Letter | None, command: Command, here: Circumstances) -> list[Event]:
    if letter is None:
        return [_due(command, here.at)] if isinstance(command, OrderLetter) else []
    case = letter.case
    match command:
        case OrderLetter():
            return []
        case WriteLetter():
            return [] if letter.content else _written(letter, command)
        case CallOffLetter(reason=reason):
            return [LetterCalledOff(case=case, reason=reason)]
        case RecordSent():
            return [] if letter.sent_at else [LetterSent(case=case, sent_at=here.at)]
        case RecordDelay(reason=reason):
            tries = letter.tries + 1
            return [LetterDelayed(case=case, tries=tries, reason=reason, next_try_at=here.at + delay(tries))]
        case RecordFailure(reason=reason):
            return [LetterFailed(case=case, reason=reason)]
        case QueueLetter():
            return [LetterQueued(case=case, queued_by=here.actor.id)]
        case PrintLetter():
            return [LetterPrinted(case=case, printed_by=here.actor.id)]
    raise LookupError(type(command).__name__)


def _due(command: OrderLetter, at: datetime) -> LetterDue:
    return LetterDue(
        kind=command.kind,
        case=command.case,
        cause=command.cause,
        recipient=command.recipient,
        due_at=at,
        about=command.about,
        round=command.round,
    )


def _written(letter: Letter, command: WriteLetter) -> list[Event]:
    """What it says, and where it goes: on paper, by mail, or (without a mail server) into the outbox."""
    written = LetterWritten(
        case=letter.case,
        programme=command.programme,
        association=command.association,
        language=command.language,
        channel=command.channel,
        message_id=command.message_id,
        content=command.content,
        written_on=command.written_on,
    )
    if command.channel is Channel.PAPER:
        return [written, LetterQueued(case=letter.case)]
    return [written] if command.has_post else [written, LetterKept(case=letter.case)]


def evolve(_: Letter | None, event: Event) -> Changes:
    match event:
        case LetterDue():
            return {
                "kind": event.kind,
                "case": event.case,
                "cause": event.cause,
                "recipient": event.recipient,
                "due_at": event.due_at,
                "about": event.about,
                "round": event.round,
            }
        case LetterWritten():
            return {
                "programme": event.programme,
                "association": event.association,
                "language": event.language,
                "channel": event.channel,
                "message_id": event.message_id,
                "content": event.content,
                "written_on": event.written_on,
            }
        case LetterSent():
            return {"sent_at": event.sent_at, "next_try_at": None, "reason": None}
        case LetterDelayed():
            return {"tries": event.tries, "next_try_at": event.next_try_at, "reason": event.reason}
        case LetterFailed() | LetterCalledOff():
            return {"next_try_at": None, "reason": event.reason}
        case LetterQueued():
            return {"next_try_at": None}
    return {}


LETTER = Kind(
    name="letter",
    state=Letter,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=COMMANDS,
    moves=MOVES,
    labels=LABELS,
    table="letter",
    columns={
        "kind": "text",
        "case_id": "uuid",
        "association": "uuid",
        "programme": "uuid",
        "channel": "text",
        "due_at": "timestamptz",
        "written_on": "date",
        "tries": "integer",
        "next_try_at": "timestamptz",
    },
    row=lambda letter: {
        "kind": letter.kind,
        "case_id": letter.case,
        "association": letter.association,
        "programme": letter.programme,
        "channel": letter.channel,
        "due_at": letter.due_at,
        "written_on": letter.written_on,
        "tries": letter.tries,
        "next_try_at": letter.next_try_at,
    },
    association=lambda letter, _: letter.association if letter else None,
    offers=OFFERS,
)
