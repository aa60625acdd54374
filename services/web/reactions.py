"""What web does when another service tells it something."""

from __future__ import annotations

from uuid import UUID

from services.web.domain.account import GrantRole
from services.web.domain.awaited import FollowProtection
from shared.catalogue.applications import AssociationRegistered, CaseProtected, ProtectionLifted
from shared.catalogue.disposals import DisposalDecided
from shared.disposal import BeginDisposal
from shared.identity import Role
from shared.life import Command
from shared.service import Reaction


def on_association(event: AssociationRegistered, subject: UUID) -> list[Command]:
    """Whoever registers an association may write and sign for it; but not where the fund itself did it for them."""
    if event.by_the_fund:
        return []
    return [
        GrantRole(subject=event.registered_by, role=role, association=subject)
        for role in (Role.APPLICANT, Role.SIGNATORY)
    ]


def on_protected(event: CaseProtected, subject: UUID) -> list[Command]:
    """From now on no read of it goes untold."""
    return [FollowProtection(subject=subject, protected=True)]


def on_protection_lifted(event: ProtectionLifted, subject: UUID) -> list[Command]:
    return [FollowProtection(subject=subject, protected=False)]


def on_disposal(event: DisposalDecided, subject: UUID) -> list[Command]:
    return [BeginDisposal(subject=subject, cases=event.cases, number=event.number, clear=event.clear)]


REACTIONS: dict[type, Reaction] = {
    AssociationRegistered: on_association,
    CaseProtected: on_protected,
    ProtectionLifted: on_protection_lifted,
    DisposalDecided: on_disposal,
}
