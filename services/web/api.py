"""Routes of the accounts: one short function each, no rules."""

from datetime import datetime
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Response, delete, get, put
from litestar.params import QueryParameter

from services.web.domain.account import (
    Account,
    ConfirmRole,
    Ending,
    GrantRole,
    OpenAccount,
    Proposal,
    WithdrawRole,
)
from services.web.domain.invitation import Invitation, Invite, WithdrawInvitation
from services.web.domain.signature import Signature
from services.web.signing_in import links
from services.web.signing_in.people import ITEM, SCOPE, Contact, Email
from services.web.signing_in.signing import EVIDENCE, TEXT
from services.web.signing_in.signing import SCOPE as SIGNED
from services.web.views import ListedInvitation, list_accounts, list_invitations, list_proposed
from shared.http.body import Body, moment
from shared.http.engine_routes import Nothing
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit, as_bytes
from shared.identity import Post, Role
from shared.life import State
from shared.office import Office
from shared.refused import Unknown
from shared.words import Language

Kind = TypeVar("Kind", bound=State)


class Me(msgspec.Struct, frozen=True):
    id: UUID
    posts: tuple[Post, ...]


class ShownAccount(msgspec.Struct, frozen=True):
    """`proposals` are powerful roles that wait for a second person; `endings` those that end by themselves."""

    id: UUID
    version: int
    demo: bool
    posts: tuple[Post, ...]
    proposals: tuple[Proposal, ...]
    endings: tuple[Ending, ...]


class Granting(Body, frozen=True):
    """`until` is when the role ends by itself."""

    until: datetime | None = None


class Invited(Body, frozen=True):
    """`until` is when the role ends by itself, for whoever accepts."""

    email: Email
    role: Role
    association: UUID | None = None
    language: Language = "sv"
    until: datetime | None = None


class ShownSignature(msgspec.Struct, frozen=True):
    """The text exactly as it was signed, and how its signer showed who they are."""

    id: UUID
    signed_by: UUID
    level: str
    text: str
    evidence: dict[str, Any]


For = Annotated[UUID | None, QueryParameter(name="association", required=False)]
OnlyProposed = Annotated[bool, QueryParameter(name="only_proposed", required=False)]


@get("/me", name="see_me")
async def see_me(visit: Visit) -> Me:
    """Who the token stands for."""
    return Me(visit.actor.id, visit.actor.posts)


async def _seen(visit: Visit, subject: UUID, kind: type[Kind]) -> Kind:
    """One of that kind. Raises Unknown, also where the id is something else's."""
    state = await visit.see(subject)
    if not isinstance(state, kind):
        raise Unknown
    return state


@put("/accounts/{account:uuid}", name="open_account")
async def open_account(account: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    return await visit.do(OpenAccount(subject=account), must_match=False)


@get("/accounts/{account:uuid}", name="see_account")
async def see_account(account: UUID, visit: Visit) -> Response[Any]:
    state = await _seen(visit, account, Account)
    shown = ShownAccount(state.id, state.version, state.demo, state.posts, state.proposals, state.endings)
    return visit.shown(state, shown)


@get("/accounts", name="list_accounts")
async def list_of_accounts(office: Office, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[Any]:
    return await list_accounts(office.pool, after, limit)


@put("/accounts/{account:uuid}/roles/{role:str}", name="grant_role")
async def grant_role(account: UUID, role: Role, data: Granting, visit: Visit, association: For = None) -> Response[Any]:
    """Grants it, or gives it a new end; what takes two is proposed, and granted when somebody else confirms."""
    command = GrantRole(subject=account, role=role, association=association, until=moment("until", data.until))
    return await visit.do(command, must_match=False)


@get("/proposed-roles", name="list_proposed_roles")
async def list_of_proposed_roles(office: Office, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[Any]:
    """Accounts with roles that wait for a second person."""
    return await list_proposed(office, after, limit)


@put("/accounts/{account:uuid}/roles/{role:str}/confirmation", name="confirm_role")
async def confirm_role(
    account: UUID, role: Role, data: Nothing, visit: Visit, association: For = None
) -> Response[Any]:
    """The second person: whoever neither proposed the role nor is to have it."""
    command = ConfirmRole(subject=account, role=role, association=association)
    return await visit.do(command, must_match=False)


@delete("/accounts/{account:uuid}/roles/{role:str}", name="withdraw_role", status_code=200)
async def withdraw_role(
    account: UUID, role: Role, visit: Visit, association: For = None, only_proposed: OnlyProposed = False
) -> Response[Any]:
    """Takes it back, and what is proposed for it; or only what is proposed."""
    command = WithdrawRole(subject=account, role=role, association=association, only_proposed=only_proposed)
    return await visit.do(command, must_match=False)


@put("/invitations/{invitation:uuid}", name="invite")
async def invite(invitation: UUID, data: Invited, visit: Visit) -> Response[Any]:
    """Records it. The letter with the link goes out from the page that asks for it."""
    contact = Contact(email=data.email, language=data.language)
    sealed = await visit.sealed(invitation, SCOPE, {ITEM: as_bytes(contact)})
    until = moment("until", data.until)
    command = Invite(subject=invitation, role=data.role, association=data.association, until=until)
    return await visit.do(command, sealed=sealed, must_match=False)


@get("/invitations/{invitation:uuid}", name="see_invitation")
async def see_invitation(invitation: UUID, visit: Visit) -> Response[Any]:
    state = await _seen(visit, invitation, Invitation)
    shown = ListedInvitation(
        state.id, str(state.status), state.role, state.association, state.invited_by, state.expires_at, state.until
    )
    return visit.shown(state, shown)


@get("/invitations", name="list_invitations")
async def list_of_invitations(office: Office, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[Any]:
    """Those that are not answered yet."""
    return await list_invitations(office.pool, after, limit)


@delete("/invitations/{invitation:uuid}", name="withdraw_invitation", status_code=200)
async def withdraw_invitation(invitation: UUID, visit: Visit) -> Response[Any]:
    done = await visit.do(WithdrawInvitation(subject=invitation), must_match=False)
    await links.forget(visit.office.pool, invitation)
    return done


@get("/signatures/{signature:uuid}", name="see_signature")
async def see_signature(signature: UUID, visit: Visit) -> Response[Any]:
    state = await _seen(visit, signature, Signature)
    kept = await visit.office.store.open_all(visit.office.pool, signature, SIGNED)
    shown = ShownSignature(
        signature, state.signed_by, state.level, kept[TEXT].decode(), msgspec.json.decode(kept[EVIDENCE])
    )
    return visit.shown(state, shown)


ROUTES = (
    see_me,
    open_account,
    see_account,
    list_of_accounts,
    grant_role,
    list_of_proposed_roles,
    confirm_role,
    withdraw_role,
    invite,
    see_invitation,
    list_of_invitations,
    withdraw_invitation,
    see_signature,
)
