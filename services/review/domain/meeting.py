"""The meeting of the body that decides: its agenda, its minutes, and the notice from which the time to appeal runs."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.review import (
    MeetingCalled,
    MeetingEnded,
    MeetingOpened,
    MinutesAdjusted,
    NoticePosted,
    NoticeRemoved,
)
from shared.identity import Role
from shared.life import Changes, Command, Life, State
from shared.words import Text


class Status(StrEnum):
    CALLED = "called"  # decision maker: open it on its day
    OPEN = "open"  # decision maker: decide, then end it
    ENDED = "ended"  # decision maker: adjust the minutes, within 14 days
    ADJUSTED = "adjusted"  # secretary: post the notice, within 2 days
    POSTED = "posted"  # secretary: take it down, when the time to appeal is over
    REMOVED = "removed"  # nobody; the secretary again, where it came down too early


class Meeting(State, frozen=True, kw_only=True):
    """`cases` is the agenda, `published` what the notice has published so far."""

    status: Status
    programme: UUID
    held_on: date
    cases: tuple[UUID, ...]
    chair: UUID | None = None
    adjusted_on: date | None = None
    posted_on: date | None = None
    appeal_last_day: date | None = None
    removed_on: date | None = None
    published: tuple[UUID, ...] = ()

    @property
    def sits(self) -> bool:
        """Whether it is going on, so that cases can be decided at it."""
        return (self.status, MeetingEnded) in LIFE

    @property
    def notice_stayed_up(self) -> bool:
        """Whether the notice came down only after the last day to appeal (KL 8:12)."""
        last_day, removed_on = self.appeal_last_day, self.removed_on
        return last_day is not None and removed_on is not None and removed_on > last_day


class CallMeeting(Command, frozen=True, kw_only=True):
    programme: UUID
    held_on: date
    cases: tuple[UUID, ...]


class OpenMeeting(Command, frozen=True, kw_only=True):
    pass


class EndMeeting(Command, frozen=True, kw_only=True):
    pass


class AdjustMinutes(Command, frozen=True, kw_only=True):
    pass


class PostNotice(Command, frozen=True, kw_only=True):
    pass


class RemoveNotice(Command, frozen=True, kw_only=True):
    pass


LIFE: Life = {
    (None, MeetingCalled): Status.CALLED,
    (Status.CALLED, MeetingCalled): Status.CALLED,  # another day, or another agenda
    (Status.CALLED, MeetingOpened): Status.OPEN,
    (Status.OPEN, MeetingEnded): Status.ENDED,
    (Status.ENDED, MinutesAdjusted): Status.ADJUSTED,
    (Status.ADJUSTED, NoticePosted): Status.POSTED,
    (Status.POSTED, NoticeRemoved): Status.REMOVED,
    (Status.REMOVED, NoticePosted): Status.POSTED,  # it came down too early: the time to appeal starts anew
}

LEADS_TO: dict[type[Command], type[Event]] = {
    CallMeeting: MeetingCalled,
    OpenMeeting: MeetingOpened,
    EndMeeting: MeetingEnded,
    AdjustMinutes: MinutesAdjusted,
    PostNotice: NoticePosted,
    RemoveNotice: NoticeRemoved,
}

MOVES: dict[StrEnum, Role | None] = {
    Status.CALLED: Role.DECISION_MAKER,
    Status.OPEN: Role.DECISION_MAKER,
    Status.ENDED: Role.DECISION_MAKER,
    Status.ADJUSTED: Role.SECRETARY,
    Status.POSTED: Role.SECRETARY,
    Status.REMOVED: None,
}

LABELS: dict[StrEnum, Text] = {
    Status.CALLED: Text("Kallat", "Called"),
    Status.OPEN: Text("Pågår", "Open"),
    Status.ENDED: Text("Avslutat, protokollet ska justeras", "Ended, the minutes are to be adjusted"),
    Status.ADJUSTED: Text("Protokollet är justerat", "The minutes are adjusted"),
    Status.POSTED: Text("Justeringen är anslagen", "The adjustment is on the notice board"),
    Status.REMOVED: Text("Anslaget är nedtaget", "The notice is taken down"),
}


def evolve(state: Meeting | None, event: Event) -> Changes:
    match event:
        case MeetingCalled():
            return {"programme": event.programme, "held_on": event.held_on, "cases": event.cases}
        case MeetingOpened(chair=chair):
            return {"chair": chair}
        case MinutesAdjusted(adjusted_on=adjusted_on):
            return {"adjusted_on": adjusted_on}
        case NoticePosted():
            return {
                "posted_on": event.posted_on,
                "appeal_last_day": event.appeal_last_day,
                "removed_on": None,
                "published": event.cases,
            }
        case NoticeRemoved(removed_on=removed_on):
            return {"removed_on": removed_on}
    return {}
