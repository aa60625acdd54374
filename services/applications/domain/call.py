"""A call: drafted, decided, published, opened and closed by its own dates, finished with its last application."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from services.applications.domain.counting import Counts
from shared.catalogue import Event
from shared.catalogue.applications import (
    AllDecided,
    CallCancelled,
    CallClosed,
    CallDecided,
    CallDrafted,
    CallFinished,
    CallOpened,
    CallPublished,
    PreparationStarted,
)
from shared.deadlines import STOCKHOLM
from shared.identity import Role
from shared.life import Changes, Life, State
from shared.programme import CallRules
from shared.refused import Refused
from shared.words import Text


class Status(StrEnum):
    DRAFT = "draft"  # the decision maker: decide that there is to be a call
    DECIDED = "decided"  # the officer: publish it
    PUBLISHED = "published"  # the fund: open it when its day comes
    OPEN = "open"  # applicants: apply
    CLOSED = "closed"  # the officer: start the preparation
    IN_PREPARATION = "in_preparation"  # officer, panel and decision maker, case by case
    ALL_DECIDED = "all_decided"  # payouts, grant by grant
    FINISHED = "finished"  # nobody
    CANCELLED = "cancelled"  # nobody


class Call(State, frozen=True, kw_only=True):
    programme: UUID
    rules: CallRules

    @property
    def is_public(self) -> bool:
        return self.status not in (Status.DRAFT, Status.DECIDED)

    @property
    def is_begun(self) -> bool:
        """Whether drafts may be begun: the call is published, and its time is not over."""
        return self.status in (Status.PUBLISHED, Status.OPEN)

    def refuse_unless_open(self, received: datetime) -> None:
        """Judged by when the application came, in the programme's time: nobody is late because a queue was long."""
        if self.status not in TAKES_APPLICATIONS:
            raise Refused("Utlysningen tar inte emot ansökningar.", "The call does not take applications.")
        if received < self.rules.opens_at:
            when = _written(self.rules.opens_at)
            raise Refused(
                f"Utlysningen öppnar {when}. Ditt utkast finns kvar till dess.",
                f"The call opens {when}. Your draft is kept.",
            )
        # A call that closes 23:59:59 closes when that second is over.
        if received.replace(microsecond=0) > self.rules.closes_at:
            when = _written(self.rules.closes_at)
            raise Refused(
                f"Ansökningstiden gick ut {when}, så ansökan kan inte skickas in här. Ditt utkast finns kvar. "
                "Hör av dig till fonden om något särskilt hindrade er.",
                f"The time to apply was over {when}, so the application cannot be sent in here. Your draft is kept. "
                "Contact the fund if something special kept you from it.",
            )


TAKES_APPLICATIONS = frozenset({Status.PUBLISHED, Status.OPEN, Status.CLOSED})
"""Judged by the clock, not by the worker that opens and closes: it may be a moment behind."""


LIFE: Life = {
    (None, CallDrafted): Status.DRAFT,
    (Status.DRAFT, CallDrafted): Status.DRAFT,
    (Status.DRAFT, CallDecided): Status.DECIDED,
    (Status.DECIDED, CallPublished): Status.PUBLISHED,
    (Status.PUBLISHED, CallOpened): Status.OPEN,
    (Status.OPEN, CallClosed): Status.CLOSED,
    (Status.CLOSED, PreparationStarted): Status.IN_PREPARATION,
    (Status.IN_PREPARATION, AllDecided): Status.ALL_DECIDED,
    (Status.ALL_DECIDED, CallFinished): Status.FINISHED,
    (Status.DRAFT, CallCancelled): Status.CANCELLED,
    (Status.DECIDED, CallCancelled): Status.CANCELLED,
    (Status.PUBLISHED, CallCancelled): Status.CANCELLED,
    (Status.OPEN, CallCancelled): Status.CANCELLED,
    (Status.CLOSED, CallCancelled): Status.CANCELLED,
}
MOVES: dict[StrEnum, Role | None] = {
    Status.DRAFT: Role.DECISION_MAKER,
    Status.DECIDED: Role.OFFICER,
    Status.PUBLISHED: Role.FUND,
    Status.OPEN: Role.APPLICANT,
    Status.CLOSED: Role.OFFICER,
    Status.IN_PREPARATION: Role.OFFICER,
    Status.ALL_DECIDED: None,
    Status.FINISHED: None,
    Status.CANCELLED: None,
}
LABELS: dict[StrEnum, Text] = {
    Status.DRAFT: Text("utkast", "draft"),
    Status.DECIDED: Text("beslutad", "decided"),
    Status.PUBLISHED: Text("publicerad", "published"),
    Status.OPEN: Text("öppen", "open"),
    Status.CLOSED: Text("stängd", "closed"),
    Status.IN_PREPARATION: Text("under beredning", "in preparation"),
    Status.ALL_DECIDED: Text("alla ansökningar är beslutade", "all applications are decided"),
    Status.FINISHED: Text("avslutad", "finished"),
    Status.CANCELLED: Text("inställd", "cancelled"),
}


def evolve(call: Call | None, event: Event) -> Changes:
    match event:
        case CallDrafted() | CallPublished():
            return {"programme": event.programme, "rules": event.rules}
    return {}


def milestones(status: StrEnum, so_far: Counts) -> list[Event]:
    """What has become true of a call in this status, now that its applications have come so far."""
    reached: list[tuple[Event, bool]] = [
        (AllDecided(decided=so_far.decided), so_far.decided >= so_far.standing),
        (CallFinished(), so_far.closed >= so_far.standing),
    ]
    events: list[Event] = []
    for event, is_true in reached:
        following = LIFE.get((status, type(event)))
        if following is not None and is_true:
            events.append(event)
            status = following
    return events


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"
