"""An account: a person known by a pseudonym, and the posts they hold."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from shared.catalogue import Event
from shared.catalogue.web import AccountOpened, RoleGranted, RoleWithdrawn
from shared.identity import Actor, Post, Role
from shared.life import Changes, Circumstances, Command, Kind, State
from shared.refused import Forbidden, Refused
from shared.words import Text

POSTS_MAX = 500
"""More posts than any person can hold would not fit the token that carries them."""


class Status(StrEnum):
    ACTIVE = "active"  # nobody waits for anything


class Account(State, frozen=True, kw_only=True):
    posts: tuple[Post, ...] = ()
    demo: bool = False

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.posts)


class OpenAccount(Command, frozen=True, kw_only=True):
    demo: bool = False


class GrantRole(Command, frozen=True, kw_only=True):
    role: Role
    association: UUID | None = None


class WithdrawRole(Command, frozen=True, kw_only=True):
    role: Role
    association: UUID | None = None


LIFE = {
    (None, AccountOpened): Status.ACTIVE,
    (Status.ACTIVE, RoleGranted): Status.ACTIVE,
    (Status.ACTIVE, RoleWithdrawn): Status.ACTIVE,
}
MOVES = {Status.ACTIVE: None}
LABELS = {Status.ACTIVE: Text("Kontot är öppet", "The account is open")}


def decide(account: Account | None, command: Command, here: Circumstances) -> list[Event]:
    match command:
        case OpenAccount():
            return [] if account else [AccountOpened(demo=command.demo)]
        case GrantRole():
            return _grant(account, command, here)
        case WithdrawRole():
            return _withdraw(account, command, here)
    raise LookupError(type(command).__name__)


def evolve(account: Account | None, event: Event) -> Changes:
    match event:
        case AccountOpened():
            return {"demo": event.demo}
        case RoleGranted():
            return {"posts": (*_posts(account), Post(event.role, event.association))}
        case RoleWithdrawn():
            gone = Post(event.role, event.association)
            return {"posts": tuple(post for post in _posts(account) if post != gone)}
    return {}


def _posts(account: Account | None) -> tuple[Post, ...]:
    return account.posts if account else ()


def _grant(account: Account | None, command: GrantRole, here: Circumstances) -> list[Event]:
    if account is None or Post(command.role, command.association) in account.posts:
        return []  # nobody to grant it to (an account of another house), or held already
    _refuse_own(command.subject, here)
    if command.role is Role.FUND:
        raise Refused("Den rollen har bara systemet självt.", "Only the system itself has that role.")
    if len(account.posts) >= POSTS_MAX:
        raise Refused("Kontot har redan så många roller som ryms.", "The account already holds as many roles as fit.")
    return [RoleGranted(role=command.role, association=command.association, granted_by=here.actor.id)]


def _withdraw(account: Account | None, command: WithdrawRole, here: Circumstances) -> list[Event]:
    if account is None or Post(command.role, command.association) not in account.posts:
        return []
    _refuse_own(command.subject, here)
    return [RoleWithdrawn(role=command.role, association=command.association, withdrawn_by=here.actor.id)]


def _refuse_own(subject: UUID, here: Circumstances) -> None:
    """An administrator cannot change their own rights alone."""
    if here.actor.id == subject:
        raise Forbidden("Du kan inte ändra dina egna roller.", "You cannot change your own roles.")


ACCOUNT = Kind(
    name="account",
    state=Account,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(OpenAccount, GrantRole, WithdrawRole),
    moves=MOVES,
    labels=LABELS,
    table="account",
    columns={"demo": "boolean", "posts": "integer"},
    row=lambda account: {"demo": account.demo, "posts": len(account.posts)},
    offers={"grant_role": RoleGranted, "withdraw_role": RoleWithdrawn},
    offers_to=lambda account, actor, _: actor.id != account.id,
)
