"""What is waited for in a case, so that nobody is reminded too late, too often or in vain.

Facts come over several streams, in no order between them: a grant may be heard of before its case. So each is taken as
it comes, and what belongs together is put together where it is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.web.domain.followed import LABELS, MOVES, Status
from services.web.domain.letter import ASSOCIATION, LetterKind, letter_id
from shared.catalogue import Event
from shared.catalogue.letters import (
    CaseFollowed,
    CompletionAwaited,
    CompletionSettled,
    LetterDue,
    ProtectionFollowed,
    ReminderDue,
    ReportAwaited,
    ReportSettled,
)
from shared.life import About, Changes, Circumstances, Command, Kind, Life, State
from shared.words import Count

ANY_ROUND = 0
BEFORE_EVERY_STEP = -1_000_000


class Awaited(State, frozen=True, kw_only=True):
    """A case: what is waited for in it, and the last reminder of each. A cause is there as long as it is waited for."""

    programme: UUID | None = None
    call: UUID | None = None
    association: UUID | None = None
    completion_cause: str | None = None
    completion_round: int = 0
    completion_due_on: date | None = None
    completion_step: int | None = None
    report_cause: str | None = None
    report_step: int | None = None
    protected: bool = False


class FollowProtection(Command, frozen=True, kw_only=True):
    protected: bool


class FollowCase(Command, frozen=True, kw_only=True):
    programme: UUID
    call: UUID
    association: UUID


class AwaitCompletion(Command, frozen=True, kw_only=True):
    cause: str
    round: Count
    due_on: date


class SettleCompletion(Command, frozen=True, kw_only=True):
    """`round` is ANY_ROUND for whichever is open."""

    round: Count


class AwaitReport(Command, frozen=True, kw_only=True):
    cause: str


class SettleReport(Command, frozen=True, kw_only=True):
    """It came, or there is nothing to report any more."""


class Remind(Command, frozen=True, kw_only=True):
    """The day of a step has come."""

    kind: LetterKind
    step: int


def _always(*events: type[Event]) -> Life:
    """In any order, and from the first."""
    return {(status, event): Status.FOLLOWED for status in (None, Status.FOLLOWED) for event in events}


def _decide_case(case: Awaited | None, command: Command, here: Circumstances) -> Sequence[Event | About]:
    match command:
        case FollowCase():
            followed = CaseFollowed(programme=command.programme, call=command.call, association=command.association)
            return [] if case and case.association else [followed]
        case AwaitCompletion():
            if case and case.completion_round >= command.round:
                return []
            return [CompletionAwaited(cause=command.cause, round=command.round, due_on=command.due_on)]
        case SettleCompletion():
            is_open = case and case.completion_cause and command.round in (ANY_ROUND, case.completion_round)
            return [CompletionSettled(round=case.completion_round)] if case and is_open else []
        case FollowProtection(protected=protected):
            is_so = case is not None and case.protected
            return [] if is_so == protected else [ProtectionFollowed(protected=protected)]
        case AwaitReport(cause=cause):
            return [] if case and case.report_cause else [ReportAwaited(cause=cause)]
        case SettleReport():
            return [ReportSettled()] if case and case.report_cause else []
        case Remind():
            return _remind(case, command, here.at)
    raise LookupError(type(command).__name__)


def _remind(case: Awaited | None, command: Remind, at: datetime) -> Sequence[Event | About]:
    """The reminder's letter is due in the same breath; nothing where it has been reminded of, or is settled."""
    if case is None:
        return []
    of_completion = command.kind is LetterKind.COMPLETION_REMINDER
    cause, last = (
        (case.completion_cause, case.completion_step) if of_completion else (case.report_cause, case.report_step)
    )
    if cause is None or (last is not None and last >= command.step):
        return []
    letter = letter_id(cause, ASSOCIATION, f"{command.kind}/{command.step}")
    due = LetterDue(
        kind=command.kind,
        case=case.id,
        cause=cause,
        recipient=ASSOCIATION,
        due_at=at,
        round=case.completion_round if of_completion else 0,
    )
    return [ReminderDue(letter=letter, kind=command.kind, step=command.step), About(letter, due)]


def _evolve_case(_: Awaited | None, event: Event) -> Changes:
    match event:
        case CaseFollowed():
            return {"programme": event.programme, "call": event.call, "association": event.association}
        case CompletionAwaited():
            return {
                "completion_cause": event.cause,
                "completion_round": event.round,
                "completion_due_on": event.due_on,
                "completion_step": None,
            }
        case CompletionSettled():
            return {"completion_cause": None, "completion_due_on": None}
        case ReportAwaited():
            return {"report_cause": event.cause, "report_step": None}
        case ReportSettled():
            return {"report_cause": None}
        case ProtectionFollowed(protected=protected):
            return {"protected": protected}
        case ReminderDue(kind=LetterKind.COMPLETION_REMINDER):
            return {"completion_step": event.step}
        case ReminderDue():
            return {"report_step": event.step}
    return {}


def _step(last: int | None) -> int:
    """As the view has it: before every step there is, where nobody was reminded yet."""
    return BEFORE_EVERY_STEP if last is None else last


CASE = Kind(
    name="followed_case",
    state=Awaited,
    life={
        **_always(CaseFollowed, CompletionAwaited, ReportAwaited, ProtectionFollowed),
        **{(Status.FOLLOWED, event): Status.FOLLOWED for event in (CompletionSettled, ReportSettled, ReminderDue)},
    },
    evolve=_evolve_case,
    decide=_decide_case,
    commands=(FollowCase, FollowProtection, AwaitCompletion, SettleCompletion, AwaitReport, SettleReport, Remind),
    moves=MOVES,
    labels=LABELS,
    table="followed_case",
    columns={
        "programme": "uuid",
        "call": "uuid",
        "association": "uuid",
        "completion_due_on": "date",
        "completion_step": "integer",
        "report_awaited": "boolean",
        "report_step": "integer",
        "protected": "boolean",
    },
    row=lambda case: {
        "programme": case.programme,
        "call": case.call,
        "association": case.association,
        "completion_due_on": case.completion_due_on,
        "completion_step": _step(case.completion_step),
        "report_awaited": case.report_cause is not None,
        "report_step": _step(case.report_step),
        "protected": case.protected,
    },
    association=lambda case, _: case.association if case else None,
)
