"""What `applications` tells: programmes, calls, associations, applications and what is sent in with them."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

import msgspec

from shared.catalogue.attachment import Attachment
from shared.catalogue.event import Event
from shared.programme import CallRules, ProgrammeRules
from shared.words import Code, Count, Digest, Ore


class Told(Event, frozen=True, kw_only=True):
    source: ClassVar[str] = "applications"


# Programme


class ProgrammePublished(Told, frozen=True, kw_only=True):
    """The whole programme, configured once. `practice` programmes have a clock of their own."""

    type: ClassVar[str] = "programme.published"
    rules: ProgrammeRules
    practice: bool = False


class ClockAdvanced(Told, frozen=True, kw_only=True):
    """The practice clock was moved forward. `offset_s` is the whole distance from real time, in seconds."""

    type: ClassVar[str] = "clock.advanced"
    offset_s: Count


# Call


class CallDrafted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "call.drafted"
    programme: UUID
    rules: CallRules


class CallDecided(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "call.decided"


class CallPublished(Told, frozen=True, kw_only=True):
    """The call with its dates and budget; from here on the rules do not change."""

    type: ClassVar[str] = "call.published"
    programme: UUID
    rules: CallRules


class CallOpened(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "call.opened"


class CallClosed(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "call.closed"


class PreparationStarted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "call.preparation_started"


class AllDecided(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "call.all_decided"
    decided: Count


class CallFinished(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "call.finished"


class CallCancelled(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "call.cancelled"


# Association


class AssociationRegistered(Told, frozen=True, kw_only=True):
    """An association with its organisation number (ten digits; never a personal number) and who registered it.

    `by_the_fund` where somebody who works there did: they act for the association no more than before."""

    type: ClassVar[str] = "association.registered"
    organisation_number: str
    registered_by: UUID
    content: Digest
    by_the_fund: bool = False


class AssociationChanged(Told, frozen=True, kw_only=True):
    """Who it is or how to reach it is another than before. What was sent in earlier stays as it was."""

    type: ClassVar[str] = "association.changed"
    content: Digest
    changed_at: datetime


# Application and case

SIGNED_PAPER = "fund:signed_paper"
"""The key of the paper that was signed by hand, among an application's attachments. No programme can ask for one so."""
SIGNED_PAPER_ACCEPTS = ("pdf", "jpg", "png")


class SetDown(msgspec.Struct, frozen=True, kw_only=True):
    """How an application came that the fund wrote down for the association: on paper or by word of mouth, on which day
    of the programme's, and who wrote it down and when they began. `signed_on_paper` is how many signatures the paper
    bears whose picture is attached; with 0 it was signed here."""

    route: Literal["paper", "oral"]
    came_on: date
    set_down_by: UUID
    set_down_at: datetime
    signed_on_paper: Count = 0


class ApplicationSubmitted(Told, frozen=True, kw_only=True):
    """`signatures` is how many the association says it takes to bind it; older facts say nothing, and one signed.
    `signed_by` is empty where it was signed on paper: `set_down` says so, and is there only for what the fund wrote
    down. Then `received_at` is told by the day it came, not by when it was registered."""

    type: ClassVar[str] = "application.submitted"
    programme: UUID
    call: UUID
    association: UUID
    amount_applied_ore: Ore
    received_at: datetime
    signed_by: tuple[UUID, ...]
    content: Digest
    attachments: tuple[Attachment, ...] = ()
    signatures: Count = 1
    set_down: SetDown | None = None


class CaseRegistered(Told, frozen=True, kw_only=True):
    """The case has its registration number: gap-free within series and year."""

    type: ClassVar[str] = "case.registered"
    programme: UUID
    call: UUID
    association: UUID
    number: str
    series: str
    year: int
    running: Count
    amount_applied_ore: Ore
    received_at: datetime


class CompletionOpened(Told, frozen=True, kw_only=True):
    """The applicant may complete until the end of `due_on` (local date); `round` counts from 1."""

    type: ClassVar[str] = "completion.opened"
    round: Count
    due_on: date


class CompletionReceived(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "completion.received"
    round: Count
    received_at: datetime
    content: Digest
    attachments: tuple[Attachment, ...] = ()


class CompletionExpired(Told, frozen=True, kw_only=True):
    """Nothing came in time: the application is tried as it stands."""

    type: ClassVar[str] = "completion.expired"
    round: Count


class ReaderAdmitted(Told, frozen=True, kw_only=True):
    """This panel member has declared no conflict of interest and may read the application."""

    type: ClassVar[str] = "reader.admitted"
    person: UUID


class ReaderBarred(Told, frozen=True, kw_only=True):
    """This person has a conflict of interest: the case no longer exists for them (KL 6:28–32)."""

    type: ClassVar[str] = "reader.barred"
    person: UUID


class CaseProtected(Told, frozen=True, kw_only=True):
    """Somebody in the case may not be found, or what is known of them not be spread. Every read of it is kept."""

    type: ClassVar[str] = "case.protected"
    reason: Code


class ProtectionLifted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "case.protection_lifted"


class ApplicationWithdrawn(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "application.withdrawn"


class ApplicationDecided(Told, frozen=True, kw_only=True):
    """Heard from review, kept here so that the applicant's own list needs no other service."""

    type: ClassVar[str] = "application.decided"
    call: UUID
    outcome: Code
    granted_ore: Ore


class ApplicationFinal(Told, frozen=True, kw_only=True):
    """Heard from review: nobody can appeal against the decision any more. From here on a grant is shown to all."""

    type: ClassVar[str] = "application.final"
    final_on: date


class ApplicationClosed(Told, frozen=True, kw_only=True):
    """`closed_on` is the programme's date: what the records schedule counts from. Older facts have none."""

    type: ClassVar[str] = "application.closed"
    call: UUID
    closed_on: date | None = None
