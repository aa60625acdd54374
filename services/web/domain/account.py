"""An account: a person known by a pseudonym, and the posts they hold.

A powerful role takes two people: one proposes it, another confirms. What the fund itself grants (to whoever registers
an association, to the demo's people, to the first administrator) is granted at once. A role may have an end: then the
fund takes it back by itself, as a fact like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from shared.catalogue import Event
from shared.catalogue.web import AccountOpened, RoleDeclined, RoleGranted, RoleProposed, RoleWithdrawn
from shared.identity import Actor, Post, Role
from shared.life import Changes, Circumstances, Command, Kind, State
from shared.refused import FieldError, Forbidden, Refused
from shared.words import Text

POSTS_MAX = 500
"""More posts than any person can hold would not fit the token that carries them."""

POWERFUL = frozenset({Role.ADMINISTRATOR, Role.ATTESTER, Role.DECISION_MAKER, Role.FINANCE})
"""Whoever holds one of these can move money or give others the right to: two people grant it."""

"""Whoever registers an association has these for it. Given from outside they open drafts that no officer sees (H8)."""


class Status(StrEnum):
    ACTIVE = "active"  # nobody waits for anything


class Proposal(msgspec.Struct, frozen=True):
    """A powerful role that waits for a second person."""

    post: Post
    proposed_by: UUID
    until: datetime | None = None


class Ending(msgspec.Struct, frozen=True):
    """A role that ends by itself."""

    post: Post
    until: datetime


class Account(State, frozen=True, kw_only=True):
    posts: tuple[Post, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    endings: tuple[Ending, ...] = ()
    demo: bool = False

    def ends(self, post: Post) -> datetime | None:
        return next((one.until for one in self.endings if one.post == post), None)

    @property
    def actor(self) -> Actor:
        return Actor(self.id, self.posts)


class OpenAccount(Command, frozen=True, kw_only=True):
    demo: bool = False


class GrantRole(Command, frozen=True, kw_only=True):
    """Held already, it is granted anew with its new end, or with none."""

    role: Role
    association: UUID | None = None
    until: datetime | None = None


class ConfirmRole(Command, frozen=True, kw_only=True):
    role: Role
    association: UUID | None = None


class WithdrawRole(Command, frozen=True, kw_only=True):
    """What is proposed for the role goes with it; `only_proposed` leaves what is held as it is."""

    role: Role
    association: UUID | None = None
    only_proposed: bool = False


class EndRoles(Command, frozen=True, kw_only=True):
    """The time of some of the account's roles has come."""


LIFE = {
    (None, AccountOpened): Status.ACTIVE,
    (Status.ACTIVE, RoleGranted): Status.ACTIVE,
    (Status.ACTIVE, RoleWithdrawn): Status.ACTIVE,
    (Status.ACTIVE, RoleProposed): Status.ACTIVE,
    (Status.ACTIVE, RoleDeclined): Status.ACTIVE,
}
MOVES = {Status.ACTIVE: None}
LABELS = {Status.ACTIVE: Text("Kontot är öppet", "The account is open")}


def decide(account: Account | None, command: Command, here: Circumstances) -> list[Event]:
    match command:
        case OpenAccount():
            return [] if account else [AccountOpened(demo=command.demo)]
        case GrantRole():
            _refuse_own(command.subject, here)
            refuse_past(command.until, here)
            refuse_helper(command.role, here)
            return granted(account, Post(command.role, command.association), here.actor, command.until)
        case ConfirmRole():
            return _confirm(account, command, here)
        case WithdrawRole():
            return _withdraw(account, command, here)
        case EndRoles():
            return _end(account, here)
    raise LookupError(type(command).__name__)


def evolve(account: Account | None, event: Event) -> Changes:
    posts = account.posts if account else ()
    proposals = account.proposals if account else ()
    endings = account.endings if account else ()
    match event:
        case AccountOpened():
            return {"demo": event.demo}
        case RoleGranted():
            post = Post(event.role, event.association, event.draft)
            held = posts if post in posts else (*posts, post)
            others = tuple(one for one in endings if one.post != post)
            ends = (*others, Ending(post, event.until)) if event.until else others
            return {"posts": held, "endings": ends, "proposals": _without(proposals, post)}
        case RoleWithdrawn():
            gone = Post(event.role, event.association, event.draft)
            return {
                "posts": tuple(post for post in posts if post != gone),
                "endings": tuple(one for one in endings if one.post != gone),
            }
        case RoleProposed():
            post = Post(event.role, event.association)
            return {"proposals": (*_without(proposals, post), Proposal(post, event.proposed_by, event.until))}
        case RoleDeclined():
            return {"proposals": _without(proposals, Post(event.role, event.association))}
    return {}


def _without(proposals: tuple[Proposal, ...], post: Post) -> tuple[Proposal, ...]:
    return tuple(proposal for proposal in proposals if proposal.post != post)


def takes_two(post: Post) -> bool:
    """Whether one administrator's word is not enough for the post."""
    if post.role is Role.HELPER:  # the association's own affair: it lets in to one draft
        return False
    return post.role in POWERFUL or post.role is Role.SIGNATORY or post.association is not None


def refuse_helper(role: Role, here: Circumstances) -> None:
    """Raises Refused: who helps with a draft is the association's own affair."""
    if role is Role.HELPER and not here.actor.holds(Role.FUND):
        raise Refused(
            "Den som ska hjälpa till bjuds in av föreningen.", "Whoever is to help is invited by the association."
        )


def proposal_of(account: Account | None, post: Post) -> Proposal | None:
    return next((one for one in account.proposals if one.post == post), None) if account else None


def granted(account: Account | None, post: Post, by: Actor, until: datetime | None = None) -> list[Event]:
    """What granting the post comes to: granted at once, proposed where it takes two, or nothing where it is held just
    so. Raises Refused."""
    if account is None or (post in account.posts and (by.holds(Role.FUND) or account.ends(post) == until)):
        return []  # nobody to grant it to (an account of another house), or held already
    if post.role is Role.FUND:
        raise Refused("Den rollen har bara systemet självt.", "Only the system itself has that role.")
    if len(account.posts) + len(account.proposals) >= POSTS_MAX:
        raise Refused("Kontot har redan så många roller som ryms.", "The account already holds as many roles as fit.")
    if takes_two(post) and not by.holds(Role.FUND):
        if (proposal := proposal_of(account, post)) and proposal.until == until:
            return []
        return [RoleProposed(role=post.role, association=post.association, proposed_by=by.id, until=until)]
    return [RoleGranted(role=post.role, association=post.association, draft=post.draft, granted_by=by.id, until=until)]


def refuse_past(until: datetime | None, here: Circumstances) -> None:
    """Raises Refused for a role that would end before it began."""
    if until is not None and until <= here.at:
        words = Text("Rollen ska sluta efter i dag.", "The role has to end after today.")
        raise Refused(words.sv, words.en, (FieldError("until", words),))


def _end(account: Account | None, here: Circumstances) -> list[Event]:
    over = [one.post for one in account.endings if one.until <= here.at] if account else []
    return [withdrawn(post, here.actor) for post in over]


def withdrawn(post: Post, by: Actor) -> RoleWithdrawn:
    return RoleWithdrawn(role=post.role, association=post.association, draft=post.draft, withdrawn_by=by.id)


def _confirm(account: Account | None, command: ConfirmRole, here: Circumstances) -> list[Event]:
    post = Post(command.role, command.association)
    proposal = proposal_of(account, post)
    if account is not None and post in account.posts and proposal is None:
        return []
    _refuse_own(command.subject, here)
    if proposal is None:
        raise Refused("Ingen har föreslagit den rollen för kontot.", "Nobody has proposed that role for the account.")
    refuse_past(proposal.until, here)
    if proposal.proposed_by == here.actor.id:
        raise Forbidden(
            "Du har själv föreslagit rollen. Någon annan måste bekräfta den.",
            "You proposed the role yourself. Somebody else has to confirm it.",
        )
    refuse_former_administrator(proposal.proposed_by, here)
    return [
        RoleGranted(
            role=post.role,
            association=post.association,
            granted_by=here.actor.id,
            proposed_by=proposal.proposed_by,
            until=proposal.until,
        )
    ]


def refuse_former_administrator(account: UUID, here: Circumstances) -> None:
    """What an administrator began counts only while they are one. Raises Refused."""
    began = here.also.get(account)
    if not isinstance(began, Account) or not began.actor.holds(Role.ADMINISTRATOR):
        raise Refused(
            "Den som började är inte administratör längre. En administratör behöver göra om det.",
            "Whoever began this is no longer an administrator. An administrator has to do it again.",
        )


def _withdraw(account: Account | None, command: WithdrawRole, here: Circumstances) -> list[Event]:
    post = Post(command.role, command.association)
    proposal = proposal_of(account, post)
    if account is None or (post not in account.posts and proposal is None):
        return []
    _refuse_own(command.subject, here)
    taken: list[Event] = []
    if proposal is not None:
        taken.append(RoleDeclined(role=post.role, association=post.association, declined_by=here.actor.id))
    if post in account.posts and not command.only_proposed:
        taken.append(withdrawn(post, here.actor))
    return taken


def _refuse_own(subject: UUID, here: Circumstances) -> None:
    """An administrator cannot change their own rights alone."""
    if here.actor.id == subject:
        raise Forbidden("Du kan inte ändra dina egna roller.", "You cannot change your own roles.")


def _proposers(account: Account | None, command: Command) -> Iterable[UUID]:
    if account is not None and isinstance(command, ConfirmRole):
        return [one.proposed_by for one in account.proposals if one.proposed_by != account.id]
    return ()


def _offers_to(account: Account, actor: Actor, operation: str) -> bool:
    if operation == "confirm_role":
        return actor.id != account.id and any(one.proposed_by != actor.id for one in account.proposals)
    return actor.id != account.id


ACCOUNT = Kind(
    name="account",
    state=Account,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(OpenAccount, GrantRole, ConfirmRole, WithdrawRole, EndRoles),
    moves=MOVES,
    labels=LABELS,
    table="account",
    columns={"demo": "boolean", "posts": "integer", "proposals": "integer", "ends_at": "timestamptz"},
    row=lambda account: {
        "demo": account.demo,
        "posts": len(account.posts),
        "proposals": len(account.proposals),
        "ends_at": min((one.until for one in account.endings), default=None),
    },
    needs=_proposers,
    offers={
        "grant_role": (RoleGranted, RoleProposed),
        "confirm_role": RoleGranted,
        "withdraw_role": (RoleWithdrawn, RoleDeclined),
    },
    offers_to=_offers_to,
)
