"""Who may do what: one table per service, by the name of the operation. A route without a row fails the build."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

import msgspec

from shared.identity import Actor, Post, Role
from shared.refused import NoRole, Unknown


class May(msgspec.Struct, frozen=True):
    """A role that may; with `own`, only for its own association's things, and for a helper only for the one draft;
    with `set_down`, only for what the fund itself writes down for an association."""

    role: Role
    own: bool = False
    set_down: bool = False


IN_EVERY_SERVICE: Mapping[str, tuple[May, ...]] = {
    "react": (May(Role.FUND),),
    "journal_root": (May(Role.AUDITOR), May(Role.ADMINISTRATOR)),
    "list_parked": (May(Role.ADMINISTRATOR), May(Role.AUDITOR)),
    "release_parked": (May(Role.ADMINISTRATOR),),
    "list_held_facts": (May(Role.DATA_PROTECTION_OFFICER),),
    "find_mentions": (May(Role.DATA_PROTECTION_OFFICER),),
}
"""What the engine itself does, the same everywhere."""


class Policy:
    """The table, and the one place where it is read. `open_to_all` names questions that need no token: what they
    show is public, so neither a role nor an association is asked for."""

    def __init__(self, rows: Mapping[str, tuple[May, ...]], open_to_all: frozenset[str] = frozenset()) -> None:
        self.rows = {**IN_EVERY_SERVICE, **rows}
        self.open_to_all = open_to_all
        self._roles = {operation: frozenset(may.role for may in row) for operation, row in self.rows.items()}

    def knock(self, operation: str, actor: Actor) -> None:
        """Raises Forbidden where no role of the person's may do this to anything."""
        if operation in self.open_to_all:
            return
        roles = self._roles.get(operation, frozenset())
        if not any(post.role in roles for post in actor.posts):
            raise NoRole

    def enter(
        self,
        operation: str,
        actor: Actor,
        association: UUID | None,
        draft: UUID | None = None,
        *,
        set_down: bool = False,
    ) -> None:
        """Raises Forbidden as `knock` does, and Unknown where it is another association's. `draft` where it is about
        one that is there: its helpers come in too. `set_down` where the fund writes it for the association."""
        self.knock(operation, actor)
        if not self.lets(operation, actor, association, draft, set_down=set_down):
            raise Unknown

    def lets(
        self,
        operation: str,
        actor: Actor,
        association: UUID | None,
        draft: UUID | None = None,
        *,
        set_down: bool = False,
    ) -> bool:
        """Whether `enter` would let them through: for showing what may be done."""
        if operation in self.open_to_all:
            return True
        rows = self.rows.get(operation, ())
        return any(self._allows(may, actor, association, draft) for may in rows if set_down or not may.set_down)

    def sees_all(self, operation: str, actor: Actor) -> bool:
        """Whether a list is theirs whole, or only their own associations' part of it."""
        return any(actor.holds(may.role) and not (may.own or may.set_down) for may in self.rows[operation])

    @staticmethod
    def _allows(may: May, actor: Actor, association: UUID | None, draft: UUID | None) -> bool:
        if not may.own:
            return actor.holds(may.role)
        if may.role is Role.HELPER:
            return draft is not None and Post(Role.HELPER, association, draft) in actor.posts
        return association is not None and any(
            post.role is may.role and post.association == association for post in actor.posts
        )
