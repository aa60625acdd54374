"""What `web` tells: accounts and the roles they hold. Names and addresses stay in its erasable store."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.catalogue.event import Event
from shared.identity import Role
from shared.words import Code, Count, Digest


class Told(Event, frozen=True, kw_only=True):
    source: ClassVar[str] = "web"


class AccountOpened(Told, frozen=True, kw_only=True):
    """`demo` accounts can only be used while the demo door is open."""

    type: ClassVar[str] = "account.opened"
    demo: bool = False


class RoleGranted(Told, frozen=True, kw_only=True):
    """`proposed_by` where it took two people: then `granted_by` is who confirmed. `until` where it ends by itself; for
    a role already held it is the new end, and none stands for no end any more. `draft` is the one of the association's
    that a helper helps with."""

    type: ClassVar[str] = "role.granted"
    role: Role
    granted_by: UUID
    association: UUID | None = None
    proposed_by: UUID | None = None
    until: datetime | None = None
    draft: UUID | None = None


class RoleWithdrawn(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "role.withdrawn"
    role: Role
    withdrawn_by: UUID
    association: UUID | None = None
    draft: UUID | None = None


class RoleProposed(Told, frozen=True, kw_only=True):
    """A role that takes two people to grant: one has proposed it, and somebody else has to confirm."""

    type: ClassVar[str] = "role.proposed"
    role: Role
    proposed_by: UUID
    association: UUID | None = None
    until: datetime | None = None


class RoleDeclined(Told, frozen=True, kw_only=True):
    """A proposed role was taken back before anybody confirmed it."""

    type: ClassVar[str] = "role.declined"
    role: Role
    declined_by: UUID
    association: UUID | None = None


class InvitationSent(Told, frozen=True, kw_only=True):
    """Whom it went to stands in web's erasable store. `until` is when the role ends by itself, for whoever accepts."""

    type: ClassVar[str] = "invitation.sent"
    role: Role
    invited_by: UUID
    expires_at: datetime
    association: UUID | None = None
    until: datetime | None = None


class InvitationAccepted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "invitation.accepted"
    account: UUID


class InvitationWithdrawn(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "invitation.withdrawn"
    withdrawn_by: UUID


class SampleDrawn(Told, frozen=True, kw_only=True):
    """Somebody drew cases at random, to be looked at: `seed` and `size`, and what was drawn from. `register` is how
    many facts applications' book then had, `root` what they hash to, and `of` how many cases there were among them.

    Which cases were drawn follows from this, and anybody can draw them again. They are not told here: nobody hears
    from their case's trail that an auditor is about to look at it.
    """

    type: ClassVar[str] = "sample.drawn"
    drawn_by: UUID
    seed: Code
    size: Count
    register: Count
    root: Digest
    of: Count
    programme: UUID | None = None


class TextSigned(Told, frozen=True, kw_only=True):
    """Somebody signed a text shown to them, having shown anew who they are.

    `text` is the digest of exactly what was shown, `evidence` of how they showed it; both are kept in web's erasable
    store. `level` says how surely we knew who it was.
    """

    type: ClassVar[str] = "text.signed"
    signed_by: UUID
    text: Digest
    evidence: Digest
    level: Literal["local", "eid", "demo"]
