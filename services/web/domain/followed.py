"""What web follows of programmes and calls: the clock, when a report is due, and when the programme reminds of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.letters import CallFollowed, ClockFollowed, ProgrammeFollowed
from shared.identity import Role
from shared.life import Changes, Circumstances, Command, Kind, State
from shared.words import Count, Text


class Status(StrEnum):
    FOLLOWED = "followed"  # nobody waits for anything


MOVES: dict[StrEnum, Role | None] = {Status.FOLLOWED: None}
LABELS: dict[StrEnum, Text] = {Status.FOLLOWED: Text("Följs", "Followed")}


class Programme(State, frozen=True, kw_only=True):
    """`steps` are the days from a report's due day on which it is reminded of, negative before it."""

    practice: bool
    steps: tuple[int, ...]
    offset_s: int = 0


class Call(State, frozen=True, kw_only=True):
    programme: UUID
    report_due: date


class FollowProgramme(Command, frozen=True, kw_only=True):
    practice: bool
    days_before_due: tuple[Count, ...]
    days_after_due: tuple[Count, ...]


class FollowClock(Command, frozen=True, kw_only=True):
    offset_s: Count


class FollowCall(Command, frozen=True, kw_only=True):
    programme: UUID
    report_due: date


# Programme


def _decide_programme(programme: Programme | None, command: Command, _: Circumstances) -> list[Event]:
    match command:
        case FollowProgramme():
            followed = ProgrammeFollowed(
                practice=command.practice,
                days_before_due=command.days_before_due,
                days_after_due=command.days_after_due,
            )
            return [] if programme else [followed]
        case FollowClock(offset_s=offset_s):
            return [ClockFollowed(offset_s=offset_s)] if programme and programme.offset_s != offset_s else []
    raise LookupError(type(command).__name__)


def _evolve_programme(_: Programme | None, event: Event) -> Changes:
    match event:
        case ProgrammeFollowed():
            steps = (*(-days for days in event.days_before_due), *event.days_after_due)
            return {"practice": event.practice, "steps": tuple(sorted(steps))}
        case ClockFollowed():
            return {"offset_s": event.offset_s}
    return {}


PROGRAMME = Kind(
    name="followed_programme",
    state=Programme,
    life={(None, ProgrammeFollowed): Status.FOLLOWED, (Status.FOLLOWED, ClockFollowed): Status.FOLLOWED},
    evolve=_evolve_programme,
    decide=_decide_programme,
    commands=(FollowProgramme, FollowClock),
    moves=MOVES,
    labels=LABELS,
    table="followed_programme",
    columns={"practice": "boolean", "offset_s": "bigint", "steps": "text"},
    row=lambda programme: {
        "practice": programme.practice,
        "offset_s": programme.offset_s,
        "steps": " ".join(map(str, programme.steps)),
    },
)


# Call


def _decide_call(call: Call | None, command: Command, _: Circumstances) -> list[Event]:
    match command:
        case FollowCall():
            return [] if call else [CallFollowed(programme=command.programme, report_due=command.report_due)]
    raise LookupError(type(command).__name__)


CALL = Kind(
    name="followed_call",
    state=Call,
    life={(None, CallFollowed): Status.FOLLOWED},
    evolve=lambda _, event: {"programme": event.programme, "report_due": event.report_due},
    decide=_decide_call,
    commands=(FollowCall,),
    moves=MOVES,
    labels=LABELS,
    table="followed_call",
    columns={"programme": "uuid", "report_due": "date"},
    row=lambda call: {"programme": call.programme, "report_due": call.report_due},
)
