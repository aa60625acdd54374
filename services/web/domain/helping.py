"""A support person: an association asks somebody to help with one draft, and only with that.

Whoever accepts may read and write in the draft, never sign. The help ends when the application is sent in, when the
association takes it back, or by itself. Whoever tries, decides or pays applications helps with none: they would have a
conflict of interest in it (förvaltningslagen 16 §).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from services.web.domain.account import Account, granted, withdrawn
from shared.catalogue import Event
from shared.catalogue.helping import HelpEnded, HelperAccepted, HelperInvited
from shared.identity import Actor, Post, Role
from shared.life import About, Changes, Circumstances, Command, Decided, Kind, State
from shared.refused import Forbidden, NoRole, Refused
from shared.words import Text

LINK_DAYS = 14
HELP_DAYS = 60
"""From the invitation on; the association may invite anew."""
HELPED_MAX = 50
"""Drafts one person may help with at a time: a token must hold them all."""

MAY_HELP = frozenset({Role.APPLICANT, Role.SIGNATORY, Role.HELPER, Role.COORDINATOR})
"""Nobody who has any other role with the fund."""
WRITES = (Role.APPLICANT, Role.SIGNATORY)
Why = Literal["taken_back", "sent_in", "time_is_up"]


class Status(StrEnum):
    INVITED = "invited"  # whoever was invited: accept
    HELPING = "helping"  # nobody
    ENDED = "ended"  # nobody


class Help(State, frozen=True, kw_only=True):
    """`account` is whose help it is, once they have accepted."""

    draft: UUID
    association: UUID
    invited_by: UUID
    expires_at: datetime
    until: datetime
    account: UUID | None = None

    @property
    def post(self) -> Post:
        return Post(Role.HELPER, self.association, self.draft)


class InviteHelper(Command, frozen=True, kw_only=True):
    draft: UUID
    association: UUID


class AcceptHelp(Command, frozen=True, kw_only=True):
    """By whoever opened the letter's link, for their own account."""

    account: UUID


class EndHelp(Command, frozen=True, kw_only=True):
    why: Why


LIFE = {
    (None, HelperInvited): Status.INVITED,
    (Status.INVITED, HelperAccepted): Status.HELPING,
    (Status.INVITED, HelpEnded): Status.ENDED,
    (Status.HELPING, HelpEnded): Status.ENDED,
}
MOVES = {Status.INVITED: None, Status.HELPING: None, Status.ENDED: None}
LABELS = {
    Status.INVITED: Text("Inbjuden", "Invited"),
    Status.HELPING: Text("Hjälper till", "Helping"),
    Status.ENDED: Text("Hjälpen är slut", "The help is over"),
}


def decide(help_: Help | None, command: Command, here: Circumstances) -> Decided:
    match command:
        case InviteHelper():
            return _invite(help_, command, here)
        case AcceptHelp():
            return _accept(help_, command.account, here) if help_ else []
        case EndHelp(why=why):
            return _end(help_, why, here) if help_ else []
    raise LookupError(type(command).__name__)


def evolve(_: Help | None, event: Event) -> Changes:
    match event:
        case HelperInvited():
            return {
                "draft": event.case,
                "association": event.association,
                "invited_by": event.invited_by,
                "expires_at": event.expires_at,
                "until": event.until,
            }
        case HelperAccepted():
            return {"account": event.account}
    return {}


def _invite(help_: Help | None, command: InviteHelper, here: Circumstances) -> list[Event]:
    if help_ is not None:
        if (help_.draft, help_.invited_by) == (command.draft, here.actor.id):
            return []
        raise Refused("Inbjudan finns redan.", "There is such an invitation already.")
    return [
        HelperInvited(
            case=command.draft,
            association=command.association,
            invited_by=here.actor.id,
            expires_at=here.at + timedelta(days=LINK_DAYS),
            until=here.at + timedelta(days=HELP_DAYS),
        )
    ]


def _accept(help_: Help, accepting: UUID, here: Circumstances) -> Decided:
    if help_.account == accepting:
        return []
    if here.at >= help_.expires_at:
        raise Refused(
            "Inbjudan har gått ut. Be den som bjöd in dig om en ny.",
            "The invitation has expired. Ask whoever invited you for a new one.",
        )
    account = here.also.get(accepting)
    if not isinstance(account, Account) or accepting != here.actor.id:
        raise NoRole
    _refuse_inviter_who_left(help_, here)
    _refuse_who_cannot_help(help_, account.actor)
    roles = granted(account, help_.post, Actor(help_.invited_by, ()), help_.until)
    return [HelperAccepted(case=help_.draft, account=account.id), *(About(account.id, event) for event in roles)]


def _refuse_inviter_who_left(help_: Help, here: Circumstances) -> None:
    inviter = here.also.get(help_.invited_by)
    if not isinstance(inviter, Account) or not any(Post(role, help_.association) in inviter.posts for role in WRITES):
        raise Refused(
            "Den som bjöd in dig företräder inte föreningen längre. Be föreningen om en ny inbjudan.",
            "Whoever invited you no longer acts for the association. Ask the association for a new invitation.",
        )


def _refuse_who_cannot_help(help_: Help, actor: Actor) -> None:
    """Raises Forbidden where there is a conflict of interest, and Refused where there is nothing to accept."""
    if not {post.role for post in actor.posts} <= MAY_HELP:
        raise Forbidden(
            "Du arbetar för fonden. Den som ska pröva eller betala ansökningar kan inte hjälpa till att skriva dem.",
            "You work for the fund. Whoever is to try or pay applications cannot help to write them.",
        )
    if help_.association in actor.associations or help_.post in actor.posts:
        raise Refused("Du kan redan skriva i utkastet.", "You can write in the draft already.")
    if len(actor.drafts_helped) >= HELPED_MAX:
        raise Refused(f"Du hjälper redan till med {HELPED_MAX} utkast.", f"You already help with {HELPED_MAX} drafts.")


def _end(help_: Help, why: Why, here: Circumstances) -> Decided:
    """The role goes with it, where it has not ended by itself already."""
    ended: list[Event | About] = [HelpEnded(case=help_.draft, why=why)]
    account = here.also.get(help_.account) if help_.account else None
    if isinstance(account, Account) and help_.post in account.posts:
        ended.append(About(account.id, withdrawn(help_.post, here.actor)))
    return ended


def _needs(help_: Help | None, command: Command) -> Iterable[UUID]:
    match help_, command:
        case Help(invited_by=inviter), AcceptHelp(account=accepting):
            return (inviter, accepting)
        case Help(account=UUID() as account), EndHelp():
            return (account,)
    return ()


def _whose(help_: Help | None, command: Command) -> UUID | None:
    if help_ is not None:
        return help_.association
    return command.association if isinstance(command, InviteHelper) else None


def _offers_to(help_: Help, actor: Actor, operation: str) -> bool:
    """The association does not accept its own invitation."""
    return operation != "accept_help" or help_.association not in actor.associations


HELP = Kind(
    name="help",
    state=Help,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(InviteHelper, AcceptHelp, EndHelp),
    moves=MOVES,
    labels=LABELS,
    table="help",
    columns={
        "draft": "uuid",
        "association": "uuid",
        "invited_by": "uuid",
        "account": "uuid",
        "expires_at": "timestamptz",
        "until": "timestamptz",
    },
    row=lambda help_: {
        "draft": help_.draft,
        "association": help_.association,
        "invited_by": help_.invited_by,
        "account": help_.account,
        "expires_at": help_.expires_at,
        "until": help_.until,
    },
    association=_whose,
    needs=_needs,
    offers={"accept_help": HelperAccepted, "end_help": HelpEnded},
    offers_to=_offers_to,
)
