"""A grant: the money of one decision, under the case's own id, from the decision to the day all is paid and settled.

Who has a conflict of interest may be known before there is a decision: that alone makes an expected grant, which most
cases never become.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.attachment import Attachment
from shared.catalogue.disposals import GrantDisposed
from shared.catalogue.payouts import (
    GrantClosed,
    GrantFinal,
    GrantOpened,
    GrantPublished,
    GrantQuashed,
    Instalment,
    PersonBarred,
    ReportApproved,
    ReportReviewStarted,
    ReportSubmitted,
    TermsAccepted,
)
from shared.identity import Role
from shared.life import Changes, Command, Life, State
from shared.words import Code, Count, Digest, Ore, Text


class Status(StrEnum):
    EXPECTED = "expected"  # nobody: there is no decision yet, only people who must not see the case
    OPEN = "open"  # the secretary: post the notice; the association may already accept the terms
    ACCEPTED = "accepted"  # the secretary: post the notice
    PUBLISHED = "published"  # the association: accept the terms
    ACTIVE = "active"  # the association: requisition, do it, report
    REPORTED = "reported"  # an officer: read the report
    REVIEWING = "reviewing"  # an officer: approve the report
    SETTLING = "settling"  # finance: the last payments and what comes back, then close
    CLOSED = "closed"  # nobody
    QUASHED = "quashed"  # an officer: consider what to ask back; a new decision opens it again
    DISPOSED = "disposed"  # nobody


class Grant(State, frozen=True, kw_only=True):
    """`payments` are all there have ever been; `instalments` those of the decision that holds."""

    barred: frozenset[UUID] = frozenset()
    holds: bool = False
    programme: UUID | None = None
    call: UUID | None = None
    association: UUID | None = None
    number: str = ""
    granted_ore: int = 0
    instalments: tuple[Instalment, ...] = ()
    payments: tuple[UUID, ...] = ()
    conditions: tuple[str, ...] = ()
    reserves_recovery: bool = False
    hold_until_final: bool = False
    paid_before_ore: int = 0
    accepted_by: UUID | None = None
    appeal_last_day: date | None = None
    final: bool = False
    reports: int = 0
    report: ReportSubmitted | None = None
    papers: tuple[Attachment, ...] = ()
    officer: UUID | None = None
    report_approved: bool = False
    paid_ore: int | None = None
    returned_ore: int | None = None
    disposal_number: str | None = None
    blanked: bool = False

    @property
    def published(self) -> bool:
        return self.appeal_last_day is not None


class OpenGrant(Command, frozen=True, kw_only=True):
    programme: UUID
    call: UUID
    association: UUID
    number: str
    granted_ore: Ore


class PublishGrant(Command, frozen=True, kw_only=True):
    appeal_last_day: date


class GiveLegalForce(Command, frozen=True, kw_only=True):
    """Nobody appealed in time."""


class QuashGrant(Command, frozen=True, kw_only=True):
    """A court quashed the decision."""


class BarPerson(Command, frozen=True, kw_only=True):
    person: UUID


class AcceptTerms(Command, frozen=True, kw_only=True):
    """The association accepts the conditions."""


class SubmitReport(Command, frozen=True, kw_only=True):
    spent_ore: Ore
    unspent_ore: Ore
    figures: dict[Code, Count]
    content: Digest
    attachments: tuple[Attachment, ...] = ()


class StartReview(Command, frozen=True, kw_only=True):
    """An officer begins to read the report."""


class ApproveReport(Command, frozen=True, kw_only=True):
    """An officer finds the report in order."""


class CloseGrant(Command, frozen=True, kw_only=True):
    """Everything is paid, reported and settled."""


COMMANDS: tuple[type[Command], ...] = (
    OpenGrant, PublishGrant, GiveLegalForce, QuashGrant, BarPerson,
    AcceptTerms, SubmitReport, StartReview, ApproveReport, CloseGrant,
)  # fmt: skip


def _wherever(statuses: Iterable[Status], event: type[Event]) -> dict[tuple[StrEnum | None, type[Event]], StrEnum]:
    """The event is told and the grant stays where it is."""
    return {(status, event): status for status in statuses}


DECIDED = tuple(status for status in Status if status not in (Status.EXPECTED, Status.QUASHED, Status.DISPOSED))
POSTED = (Status.PUBLISHED, Status.ACTIVE, Status.REPORTED, Status.REVIEWING, Status.SETTLING, Status.CLOSED)

LIFE: Life = {
    (None, PersonBarred): Status.EXPECTED,
    **_wherever(Status, PersonBarred),
    (None, GrantOpened): Status.OPEN,
    (Status.EXPECTED, GrantOpened): Status.OPEN,
    (Status.QUASHED, GrantOpened): Status.OPEN,
    (Status.OPEN, TermsAccepted): Status.ACCEPTED,
    (Status.OPEN, GrantPublished): Status.PUBLISHED,
    (Status.ACCEPTED, GrantPublished): Status.ACTIVE,
    **_wherever(POSTED, GrantPublished),  # a notice that came down too early is posted anew
    (Status.PUBLISHED, TermsAccepted): Status.ACTIVE,
    **_wherever(DECIDED, GrantFinal),
    (Status.ACTIVE, ReportSubmitted): Status.REPORTED,
    (Status.REPORTED, ReportSubmitted): Status.REPORTED,
    (Status.REPORTED, ReportReviewStarted): Status.REVIEWING,
    (Status.REVIEWING, ReportSubmitted): Status.REPORTED,
    (Status.REVIEWING, ReportApproved): Status.SETTLING,
    (Status.SETTLING, GrantClosed): Status.CLOSED,
    **dict.fromkeys(((status, GrantQuashed) for status in DECIDED), Status.QUASHED),
    **{(status, GrantDisposed): Status.DISPOSED for status in (Status.CLOSED, Status.QUASHED, Status.EXPECTED)},
}

MOVES: dict[StrEnum, Role | None] = {
    Status.EXPECTED: None,
    Status.OPEN: Role.SECRETARY,
    Status.ACCEPTED: Role.SECRETARY,
    Status.PUBLISHED: Role.SIGNATORY,
    Status.ACTIVE: Role.APPLICANT,
    Status.REPORTED: Role.OFFICER,
    Status.REVIEWING: Role.OFFICER,
    Status.SETTLING: Role.FINANCE,
    Status.CLOSED: None,
    Status.QUASHED: Role.OFFICER,
    Status.DISPOSED: None,
}

LABELS: dict[StrEnum, Text] = {
    Status.EXPECTED: Text("Inget beslut ännu", "No decision yet"),
    Status.OPEN: Text("Beslut fattat", "Decided"),
    Status.ACCEPTED: Text("Beslut fattat, villkoren är godkända", "Decided, terms accepted"),
    Status.PUBLISHED: Text("Beslutet är anslaget", "The decision is posted"),
    Status.ACTIVE: Text("Bidraget pågår", "The grant is in use"),
    Status.REPORTED: Text("Redovisning inskickad", "Report sent in"),
    Status.REVIEWING: Text("Redovisningen läses", "The report is being read"),
    Status.SETTLING: Text("Redovisningen är godkänd", "The report is approved"),
    Status.CLOSED: Text("Avslutat", "Closed"),
    Status.QUASHED: Text("Beslutet är upphävt av domstol", "The decision was quashed by a court"),
    Status.DISPOSED: Text("Gallrat", "Disposed of"),
}


BLANK: Changes = {"number": "", "granted_ore": 0}
"""What a disposal that covers the register leaves of a grant in its list. Payments keep their amounts: the books rest
on them, and they name nobody."""


def evolve(state: Grant | None, event: Event) -> Changes:
    match event:
        case PersonBarred(person=person):
            return {"barred": (state.barred if state else frozenset()) | {person}}
        case GrantOpened():
            return _opened(state, event)
        case GrantPublished(appeal_last_day=day):
            return {"appeal_last_day": day}
        case GrantFinal():
            return {"final": True}
        case GrantQuashed(paid_ore=paid_ore):
            return {"holds": False, "paid_before_ore": paid_ore}
        case TermsAccepted(accepted_by=person):
            return {"accepted_by": person}
        case ReportSubmitted():
            return {
                "report": event,
                "reports": (state.reports if state else 0) + 1,
                "papers": ((*state.papers, *event.attachments) if state else event.attachments),
                "officer": None,
            }
        case ReportReviewStarted(officer=officer):
            return {"officer": officer}
        case ReportApproved():
            return {"report_approved": True}
        case GrantClosed():
            return {"paid_ore": event.paid_ore, "returned_ore": event.returned_ore}
        case GrantDisposed():
            return {"disposal_number": event.number, "blanked": event.clear}
        case _:
            return {}


def _opened(state: Grant | None, event: GrantOpened) -> Changes:
    """A second decision, after a court has quashed the first, starts from its own terms but forgets no payment."""
    earlier = state.payments if state else ()
    return {
        "holds": True,
        "payments": (*earlier, *(one.payment for one in event.instalments)),
        "accepted_by": None,
        "appeal_last_day": None,
        "final": False,
        "report": None,
        "officer": None,
        "report_approved": False,
        "paid_ore": None,
        "returned_ore": None,
        **{name: getattr(event, name) for name in GrantOpened.__struct_fields__},
    }
