"""An invitation: an administrator asks somebody to take a role. Whoever accepts has an account from then on.

A powerful role still waits for a second person after it was accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from services.web.domain.account import Account, granted, refuse_former_administrator, refuse_helper, refuse_past
from services.web.domain.account import Status as AccountStatus
from shared.catalogue import Event
from shared.catalogue.web import AccountOpened, InvitationAccepted, InvitationSent, InvitationWithdrawn
from shared.identity import FUND, Actor, Post, Role
from shared.life import About, Changes, Circumstances, Command, Decided, Kind, State
from shared.refused import Forbidden, Refused
from shared.words import Text

LIFE_DAYS = 14


class Status(StrEnum):
    WAITING = "waiting"  # whoever was invited: accept
    ACCEPTED = "accepted"  # nobody
    WITHDRAWN = "withdrawn"  # nobody


class Invitation(State, frozen=True, kw_only=True):
    role: Role
    invited_by: UUID
    expires_at: datetime
    association: UUID | None = None
    account: UUID | None = None
    until: datetime | None = None

    @property
    def post(self) -> Post:
        return Post(self.role, self.association)


class Invite(Command, frozen=True, kw_only=True):
    """`until` is when the role ends by itself: who audits is invited for the time of the audit."""

    role: Role
    association: UUID | None = None
    until: datetime | None = None


class AcceptInvitation(Command, frozen=True, kw_only=True):
    account: UUID


class WithdrawInvitation(Command, frozen=True, kw_only=True):
    pass


LIFE = {
    (None, InvitationSent): Status.WAITING,
    (Status.WAITING, InvitationAccepted): Status.ACCEPTED,
    (Status.WAITING, InvitationWithdrawn): Status.WITHDRAWN,
}
MOVES = {Status.WAITING: None, Status.ACCEPTED: None, Status.WITHDRAWN: None}
LABELS = {
    Status.WAITING: Text("Inbjudan är skickad", "The invitation has been sent"),
    Status.ACCEPTED: Text("Inbjudan är använd", "The invitation has been used"),
    Status.WITHDRAWN: Text("Inbjudan är återtagen", "The invitation has been withdrawn"),
}


def decide(invitation: Invitation | None, command: Command, here: Circumstances) -> Decided:
    match command:
        case Invite():
            return _invite(invitation, command, here)
        case AcceptInvitation():
            return _accept(invitation, command, here)
        case WithdrawInvitation():
            return [InvitationWithdrawn(withdrawn_by=here.actor.id)] if invitation else []
    raise LookupError(type(command).__name__)


def evolve(invitation: Invitation | None, event: Event) -> Changes:
    match event:
        case InvitationSent():
            return {
                "role": event.role,
                "association": event.association,
                "invited_by": event.invited_by,
                "expires_at": event.expires_at,
                "until": event.until,
            }
        case InvitationAccepted():
            return {"account": event.account}
    return {}


def _invite(invitation: Invitation | None, command: Invite, here: Circumstances) -> list[Event]:
    if invitation is not None:
        same = (invitation.post, invitation.until) == (Post(command.role, command.association), command.until)
        if same and invitation.invited_by == here.actor.id:
            return []
        raise Refused("Inbjudan finns redan.", "There is such an invitation already.")
    if command.role is Role.FUND:
        raise Refused("Den rollen har bara systemet självt.", "Only the system itself has that role.")
    refuse_past(command.until, here)
    refuse_helper(command.role, here)
    expires_at = here.at + timedelta(days=LIFE_DAYS)
    return [
        InvitationSent(
            role=command.role,
            association=command.association,
            invited_by=here.actor.id,
            expires_at=min(expires_at, command.until) if command.until else expires_at,
            until=command.until,
        )
    ]


def _accept(invitation: Invitation | None, command: AcceptInvitation, here: Circumstances) -> Decided:
    if invitation is None or (invitation.account == command.account):
        return []
    if here.at >= invitation.expires_at:
        raise Refused(
            "Inbjudan har gått ut. Be den som bjöd in dig om en ny.",
            "The invitation has expired. Ask whoever invited you for a new one.",
        )
    if command.account == invitation.invited_by:
        raise Forbidden("Du kan inte bjuda in dig själv.", "You cannot invite yourself.")
    inviter = FUND  # itself invites only the first administrator
    if invitation.invited_by != FUND.id:
        refuse_former_administrator(invitation.invited_by, here)
        inviter = Actor(invitation.invited_by, (Post(Role.ADMINISTRATOR),))
    found = here.also.get(command.account)
    account = found if isinstance(found, Account) else None
    opened = [] if account else [About(command.account, AccountOpened())]
    somebody = account or Account(id=command.account, version=0, status=AccountStatus.ACTIVE)
    roles = [About(command.account, event) for event in granted(somebody, invitation.post, inviter, invitation.until)]
    return [InvitationAccepted(account=command.account), *opened, *roles]


def _needs(invitation: Invitation | None, command: Command) -> Iterable[UUID]:
    if invitation is not None and isinstance(command, AcceptInvitation):
        return (command.account, invitation.invited_by)
    return ()


INVITATION = Kind(
    name="invitation",
    state=Invitation,
    life=LIFE,
    evolve=evolve,
    decide=decide,
    commands=(Invite, AcceptInvitation, WithdrawInvitation),
    moves=MOVES,
    labels=LABELS,
    table="invitation",
    columns={
        "role": "text",
        "association": "uuid",
        "invited_by": "uuid",
        "expires_at": "timestamptz",
        "until": "timestamptz",
    },
    row=lambda invitation: {
        "role": str(invitation.role),
        "association": invitation.association,
        "invited_by": invitation.invited_by,
        "expires_at": invitation.expires_at,
        "until": invitation.until,
    },
    needs=_needs,
    offers={"withdraw_invitation": InvitationWithdrawn},
)
