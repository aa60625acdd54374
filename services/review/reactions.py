"""What review does when applications tells it something. None of it decides a case: no reaction can (rule H1)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from services.review.domain.budget import SetBudget
from services.review.domain.case.commands import ReceiveCase, ResumeCheck, StrikeOff
from services.review.domain.guidelines import AdoptGuidelines, FollowClock
from shared.catalogue import Event
from shared.catalogue.applications import (
    ApplicationWithdrawn,
    CallPublished,
    CaseRegistered,
    ClockAdvanced,
    CompletionExpired,
    CompletionReceived,
    ProgrammePublished,
)
from shared.catalogue.disposals import DisposalDecided
from shared.disposal import BeginDisposal
from shared.life import Command
from shared.service import Reaction


def _adopt(event: ProgrammePublished, subject: UUID) -> list[Command]:
    return [AdoptGuidelines(subject=subject, rules=event.rules, practice=event.practice)]


def _follow(event: ClockAdvanced, subject: UUID) -> list[Command]:
    return [FollowClock(subject=subject, offset_s=event.offset_s)]


def _set_budget(event: CallPublished, subject: UUID) -> list[Command]:
    return [
        SetBudget(
            subject=subject,
            programme=event.programme,
            ceiling_ore=event.rules.budget_ore,
            completion_days=event.rules.completion_days,
            max_completion_rounds=event.rules.max_completion_rounds,
        )
    ]


def _receive(event: CaseRegistered, subject: UUID) -> list[Command]:
    return [
        ReceiveCase(
            subject=subject,
            programme=event.programme,
            call=event.call,
            association=event.association,
            number=event.number,
            amount_applied_ore=event.amount_applied_ore,
            received_at=event.received_at,
        )
    ]


def _completed(event: CompletionReceived, subject: UUID) -> list[Command]:
    return [ResumeCheck(subject=subject, round=event.round, answered=True)]


def _expired(event: CompletionExpired, subject: UUID) -> list[Command]:
    return [ResumeCheck(subject=subject, round=event.round, answered=False)]


def _strike_off(event: ApplicationWithdrawn, subject: UUID) -> list[Command]:
    return [StrikeOff(subject=subject)]


def _dispose(event: DisposalDecided, subject: UUID) -> list[Command]:
    return [BeginDisposal(subject=subject, cases=event.cases, number=event.number, clear=event.clear)]


REACTIONS: Mapping[type[Event], Reaction] = {
    ProgrammePublished: _adopt,
    ClockAdvanced: _follow,
    CallPublished: _set_budget,
    CaseRegistered: _receive,
    CompletionReceived: _completed,
    CompletionExpired: _expired,
    ApplicationWithdrawn: _strike_off,
    DisposalDecided: _dispose,
}
