"""What `web` tells: accounts and the roles they hold. Names and addresses stay in its erasable store."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from shared.catalogue.event import Event
from shared.identity import Role


class Told(Event, frozen=True, kw_only=True):
    source: ClassVar[str] = "web"


class AccountOpened(Told, frozen=True, kw_only=True):
    """`demo` accounts can only be used while the demo door is open."""

    type: ClassVar[str] = "account.opened"
    demo: bool = False


class RoleGranted(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "role.granted"
    role: Role
    granted_by: UUID
    association: UUID | None = None


class RoleWithdrawn(Told, frozen=True, kw_only=True):
    type: ClassVar[str] = "role.withdrawn"
    role: Role
    withdrawn_by: UUID
    association: UUID | None = None
