"""The roll: every registered case, what was asked for, decided, paid and paid back, and where it stands. From the trail
alone: a case that a service no longer shows is still here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from services.audit.domain.questions.payments import paid_out
from services.audit.domain.questions.population import Case, Population
from shared.catalogue.applications import ApplicationClosed, ApplicationWithdrawn, CaseRegistered
from shared.catalogue.payouts import PaymentExported, PaymentRejected, PaymentReturned, RecoveryPaid
from shared.catalogue.review import CaseClosed, DecisionMade

READ = frozenset(
    (event.source, event.type)
    for event in (
        ApplicationClosed,
        ApplicationWithdrawn,
        CaseClosed,
        CaseRegistered,
        DecisionMade,
        PaymentExported,
        PaymentRejected,
        PaymentReturned,
        RecoveryPaid,
    )
)
"""What the roll is made of: (source, type)."""


class Standing(StrEnum):
    OPEN = "open"
    DECIDED = "decided"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Enrolled(msgspec.Struct, frozen=True):
    """One case. `outcome` is the latest decision's; `paid_ore` what was sent to the bank and did not come back."""

    case: UUID
    number: str
    programme: UUID
    call: UUID
    received_at: datetime
    amount_applied_ore: int
    outcome: str | None
    granted_ore: int
    paid_ore: int
    returned_ore: int
    standing: Standing


class Sums(msgspec.Struct, frozen=True):
    applied_ore: int
    granted_ore: int
    paid_ore: int
    returned_ore: int


def roll(population: Population) -> list[Enrolled]:
    """In the order of their numbers."""
    return [_enrolled(case) for case in population.cases]


def counted(cases: Iterable[Enrolled]) -> dict[str, int]:
    """How many stand where; every standing is there."""
    return dict.fromkeys(map(str, Standing), 0) | Counter(str(case.standing) for case in cases)


def summed(cases: Iterable[Enrolled]) -> Sums:
    rows = list(cases)
    return Sums(
        sum(case.amount_applied_ore for case in rows),
        sum(case.granted_ore for case in rows),
        sum(case.paid_ore for case in rows),
        sum(case.returned_ore for case in rows),
    )


def _enrolled(case: Case) -> Enrolled:
    decision = max(case.of(DecisionMade), key=lambda each: each[0].at, default=(None, None))[1]
    return Enrolled(
        case=case.id,
        number=case.number,
        programme=case.event.programme,
        call=case.event.call,
        received_at=case.event.received_at,
        amount_applied_ore=case.event.amount_applied_ore,
        outcome=decision.outcome if decision else None,
        granted_ore=decision.granted_ore if decision else 0,
        paid_ore=sum(event.amount_ore for _, event in paid_out(case)),
        returned_ore=sum(event.amount_ore for _, event in case.of(RecoveryPaid)),
        standing=_standing(case, is_decided=decision is not None),
    )


def _standing(case: Case, *, is_decided: bool) -> Standing:
    if any(case.of(ApplicationWithdrawn)):
        return Standing.WITHDRAWN
    if any(case.of(ApplicationClosed)) or any(case.of(CaseClosed)):
        return Standing.CLOSED
    return Standing.DECIDED if is_decided else Standing.OPEN
