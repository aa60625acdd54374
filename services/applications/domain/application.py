"""An application, from when it is sent in until its case is closed: its life. The rules are in `application_rules`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.applications import (
    ApplicationClosed,
    ApplicationDecided,
    ApplicationFinal,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    CaseProtected,
    CaseRegistered,
    CompletionExpired,
    CompletionOpened,
    CompletionReceived,
    ProtectionLifted,
    ReaderAdmitted,
    ReaderBarred,
    SetDown,
)
from shared.catalogue.attachment import Attachment
from shared.catalogue.disposals import ApplicationDisposed
from shared.identity import Role
from shared.life import Changes, Life, State
from shared.words import Digest, Text


class Status(StrEnum):
    SUBMITTED = "submitted"  # the fund: register it, in the same commit
    REGISTERED = "registered"  # review: officer, panel, decision maker
    COMPLETION_REQUESTED = "completion_requested"  # the applicant: send what is missing
    DECIDED = "decided"  # review or payouts, until all is settled
    WITHDRAWN = "withdrawn"  # review: strike it off
    CLOSED = "closed"  # nobody, until the records schedule says that it goes
    DISPOSED = "disposed"  # nobody


class Protection(StrEnum):
    """Why a case is protected. Neither name nor address of anybody is needed to say it."""

    CONFIDENTIALITY_MARK = "confidentiality_mark"  # sekretessmarkering in the population register
    PROTECTED_REGISTRATION = "protected_registration"  # skyddad folkbokföring
    THREAT = "threat"  # hot, or a risk of it
    HEALTH = "health"  # somebody's health can be read from the case


class Application(State, frozen=True, kw_only=True):
    """`admitted` have declared no conflict of interest; for the `barred` the case does not exist."""

    programme: UUID
    call: UUID
    association: UUID
    amount_applied_ore: int
    received_at: datetime
    content: Digest
    attachments: tuple[Attachment, ...]
    set_down: SetDown | None = None
    number: str = ""
    series: str = ""
    year: int = 0
    round: int = 0
    due_on: date | None = None
    completed: tuple[int, ...] = ()
    completed_at: tuple[datetime, ...] = ()
    admitted: frozenset[UUID] = frozenset()
    barred: frozenset[UUID] = frozenset()
    decisions: int = 0
    outcome: str | None = None
    granted_ore: int | None = None
    final_on: date | None = None
    withdrawn: bool = False
    protected: str | None = None
    closed_on: date | None = None
    disposal: UUID | None = None
    disposal_number: str | None = None
    blanked: bool = False

    @property
    def ended_on(self) -> date | None:
        """What the records schedule counts from. A case closed before closing had a date has that of legal force."""
        return self.closed_on or self.final_on

    @property
    def stands(self) -> bool:
        """Whether it counts in its call: not withdrawn, or decided all the same."""
        return not self.withdrawn or self.decisions > 0

    def has_place_for(self, event: type[Event]) -> bool:
        return (self.status, event) in LIFE


IN_BEING = (
    Status.REGISTERED,
    Status.COMPLETION_REQUESTED,
    Status.DECIDED,
    Status.WITHDRAWN,
    Status.CLOSED,
    Status.DISPOSED,
)

LIFE: Life = {
    (None, ApplicationSubmitted): Status.SUBMITTED,
    (Status.SUBMITTED, CaseRegistered): Status.REGISTERED,
    (Status.REGISTERED, CompletionOpened): Status.COMPLETION_REQUESTED,
    (Status.COMPLETION_REQUESTED, CompletionReceived): Status.REGISTERED,
    (Status.COMPLETION_REQUESTED, CompletionExpired): Status.REGISTERED,
    (Status.REGISTERED, ApplicationWithdrawn): Status.WITHDRAWN,
    (Status.COMPLETION_REQUESTED, ApplicationWithdrawn): Status.WITHDRAWN,
    (Status.REGISTERED, ApplicationDecided): Status.DECIDED,
    (Status.COMPLETION_REQUESTED, ApplicationDecided): Status.DECIDED,
    (Status.DECIDED, ApplicationDecided): Status.DECIDED,  # anew, after a court has quashed the first decision
    (Status.DECIDED, ApplicationFinal): Status.DECIDED,
    (Status.CLOSED, ApplicationFinal): Status.CLOSED,
    (Status.DECIDED, ApplicationClosed): Status.CLOSED,
    (Status.WITHDRAWN, ApplicationClosed): Status.CLOSED,
    # News from two services may cross on the way: review decided before it heard of a withdrawal,
    # or payouts closed a grant before review's decision got here.
    (Status.WITHDRAWN, ApplicationDecided): Status.DECIDED,
    (Status.REGISTERED, ApplicationClosed): Status.CLOSED,
    (Status.COMPLETION_REQUESTED, ApplicationClosed): Status.CLOSED,
    (Status.CLOSED, ApplicationDecided): Status.CLOSED,
    **{(status, event): status for status in IN_BEING for event in (CaseProtected, ProtectionLifted)},
    (Status.CLOSED, ApplicationDisposed): Status.DISPOSED,
    **{(status, ReaderAdmitted): status for status in IN_BEING},
    **{(status, ReaderBarred): status for status in IN_BEING},
}
MOVES: dict[StrEnum, Role | None] = {
    Status.SUBMITTED: Role.FUND,
    Status.REGISTERED: Role.OFFICER,
    Status.COMPLETION_REQUESTED: Role.APPLICANT,
    Status.DECIDED: None,
    Status.WITHDRAWN: Role.OFFICER,
    Status.CLOSED: None,
    Status.DISPOSED: None,
}
LABELS: dict[StrEnum, Text] = {
    Status.SUBMITTED: Text("Inskickad", "Sent in"),
    Status.REGISTERED: Text("Registrerad", "Registered"),
    Status.COMPLETION_REQUESTED: Text("Vi behöver mer från er", "We need more from you"),
    Status.DECIDED: Text("Beslut fattat", "Decided"),
    Status.WITHDRAWN: Text("Återkallad", "Withdrawn"),
    Status.CLOSED: Text("Avslutat", "Closed"),
    Status.DISPOSED: Text("Gallrat", "Disposed of"),
}


def evolve(application: Application | None, event: Event) -> Changes:
    if isinstance(event, ApplicationSubmitted):
        return {
            "programme": event.programme,
            "call": event.call,
            "association": event.association,
            "amount_applied_ore": event.amount_applied_ore,
            "received_at": event.received_at,
            "content": event.content,
            "attachments": event.attachments,
            "set_down": event.set_down,
        }
    if application is None:
        raise LookupError(f"{type(event).__name__} is about an application that is not there")
    match event:
        case CaseRegistered():
            return {"number": event.number, "series": event.series, "year": event.year}
        case CompletionOpened():
            return {"round": event.round, "due_on": event.due_on}
        case CompletionReceived():
            return {
                "due_on": None,
                "completed": (*application.completed, event.round),
                "completed_at": (*application.completed_at, event.received_at),
                "attachments": (*application.attachments, *event.attachments),
            }
        case CompletionExpired():
            return {"due_on": None}
        case ReaderAdmitted():
            return {"admitted": application.admitted | {event.person}}
        case ReaderBarred():
            return {"barred": application.barred | {event.person}, "admitted": application.admitted - {event.person}}
        case ApplicationDecided():
            return {
                "outcome": event.outcome,
                "granted_ore": event.granted_ore,
                "decisions": application.decisions + 1,
                "final_on": None,
                "due_on": None,
            }
        case ApplicationFinal(final_on=final_on):
            return {"final_on": final_on}
        case ApplicationWithdrawn():
            return {"withdrawn": True, "due_on": None}
        case CaseProtected(reason=reason):
            return {"protected": reason}
        case ProtectionLifted():
            return {"protected": None}
        case ApplicationClosed(closed_on=closed_on):
            return {"closed_on": closed_on}
        case ApplicationDisposed():
            return {"disposal": event.disposal, "disposal_number": event.number, "blanked": event.clear}
    return {}


COLUMNS = {
    "programme": "uuid",
    "call": "uuid",
    "association": "uuid",
    "number": "text",
    "amount_applied_ore": "bigint",
    "received_at": "timestamptz",
    "completion_round": "integer",
    "completion_due_on": "date",
    "outcome": "text",
    "granted_ore": "bigint",
    "final_on": "date",
    "barred": "text",
    "protected": "boolean",
    "ended_on": "date",
}
BLANK: Mapping[str, object] = {
    "number": "",
    "amount_applied_ore": 0,
    "completion_due_on": None,
    "outcome": None,
    "granted_ore": None,
}
"""What a disposal that covers the register leaves of a case there. No list has a row without a number."""


def row(application: Application) -> Mapping[str, object]:
    """What lists show and sort by. `barred` are ids between spaces, so that a list can leave the case out for them."""
    return {**_whole_row(application), **(BLANK if application.blanked else {})}


def _whole_row(application: Application) -> dict[str, object]:
    return {
        "programme": application.programme,
        "call": application.call,
        "association": application.association,
        "number": application.number,
        "amount_applied_ore": application.amount_applied_ore,
        "received_at": application.received_at,
        "completion_round": application.round,
        "completion_due_on": application.due_on,
        "outcome": application.outcome,
        "granted_ore": application.granted_ore,
        "final_on": application.final_on,
        "barred": " ".join(sorted(str(person) for person in application.barred)),
        "protected": application.protected is not None,
        "ended_on": application.ended_on,
    }
