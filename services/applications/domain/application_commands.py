"""What may be asked of an application: by the association, and by the fund itself on others' news or on a date."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.applications.domain.application import Protection
from shared.catalogue.applications import SetDown
from shared.catalogue.attachment import Attachment
from shared.life import Command
from shared.words import Digest


class SubmitApplication(Command, frozen=True, kw_only=True):
    """A form found in order. `year` is the register's, by the programme's clock when it came. `signatures` is how many
    it takes by what the association says, and `signing` where the first of two waits. `set_down` where the fund wrote
    it down for the association."""

    programme: UUID
    call: UUID
    association: UUID
    amount_applied_ore: int
    year: int
    content: Digest
    attachments: tuple[Attachment, ...] = ()
    signatures: int = 1
    signing: UUID | None = None
    set_down: SetDown | None = None


class RegisterOnBehalf(SubmitApplication, frozen=True, kw_only=True):
    """What the fund set down and the association has signed on paper. Nobody with an account signs it here."""


class CompleteApplication(Command, frozen=True, kw_only=True):
    content: Digest
    attachments: tuple[Attachment, ...] = ()


class WithdrawApplication(Command, frozen=True, kw_only=True):
    pass


class ProtectCase(Command, frozen=True, kw_only=True):
    reason: Protection


class LiftProtection(Command, frozen=True, kw_only=True):
    pass


class OpenCompletion(Command, frozen=True, kw_only=True):
    round: int
    due_on: date


class ExpireCompletion(Command, frozen=True, kw_only=True):
    pass


class AdmitReader(Command, frozen=True, kw_only=True):
    person: UUID


class BarReader(Command, frozen=True, kw_only=True):
    person: UUID


class RecordDecision(Command, frozen=True, kw_only=True):
    outcome: str
    granted_ore: int


class RecordFinality(Command, frozen=True, kw_only=True):
    final_on: date


class RecordClosing(Command, frozen=True, kw_only=True):
    pass
