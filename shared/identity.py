"""Who acts: a person in a role, or the fund itself. Made from an actor token; carried into every event as a
pseudonym."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

import msgspec


class Role(StrEnum):
    APPLICANT = "applicant"
    SIGNATORY = "signatory"
    HELPER = "helper"
    COORDINATOR = "coordinator"
    OFFICER = "officer"
    PANEL = "panel"
    DECISION_MAKER = "decision_maker"
    SECRETARY = "secretary"
    FINANCE = "finance"
    ATTESTER = "attester"
    AUDITOR = "auditor"
    ARCHIVIST = "archivist"
    ADMINISTRATOR = "administrator"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    FUND = "fund"  # the system itself, when it acts on what another service told it or on a date


FOR_ASSOCIATIONS = frozenset({Role.APPLICANT, Role.SIGNATORY})
"""An association's own roles."""


class Post(msgspec.Struct, frozen=True):
    """One role someone holds, everywhere or for one association only; a helper's for one of its drafts only."""

    role: Role
    association: UUID | None = None
    draft: UUID | None = None


class Actor(msgspec.Struct, frozen=True):
    id: UUID
    posts: tuple[Post, ...]

    def holds(self, role: Role) -> bool:
        return any(post.role is role for post in self.posts)

    def holds_for(self, role: Role, association: UUID | None) -> bool:
        """Whether the role is held for this association, or for all."""
        return any(post.role is role and post.association in (None, association) for post in self.posts)

    @property
    def associations(self) -> frozenset[UUID]:
        """Those they act for: in one of an association's own roles. Whoever helps with one of its drafts does not, nor
        somebody who works at the fund, whatever their post is bound to."""
        return frozenset(
            post.association for post in self.posts if post.association is not None and post.role in FOR_ASSOCIATIONS
        )

    @property
    def drafts_helped(self) -> dict[UUID, UUID]:
        """The drafts that they help with, and whose each is."""
        return {
            post.draft: post.association
            for post in self.posts
            if post.role is Role.HELPER and post.draft is not None and post.association is not None
        }


ANYBODY = Actor(UUID(int=2**128 - 1), ())
"""Who asks without saying who they are: somebody with no post at all, for what is open to all."""

FUND = Actor(UUID(int=0), (Post(Role.FUND),))
"""Who acts when nobody does: a reaction to another service's fact, or a date that has come."""
