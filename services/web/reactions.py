"""What web does when another service tells it something."""

from __future__ import annotations

from uuid import UUID

from services.web.domain.account import GrantRole
from shared.catalogue.applications import AssociationRegistered
from shared.identity import Role
from shared.life import Command
from shared.service import Reaction


def on_association(event: AssociationRegistered, subject: UUID) -> list[Command]:
    """Whoever registers an association may write and sign for it."""
    return [
        GrantRole(subject=event.registered_by, role=role, association=subject)
        for role in (Role.APPLICANT, Role.SIGNATORY)
    ]


REACTIONS: dict[type, Reaction] = {AssociationRegistered: on_association}
