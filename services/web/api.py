"""Routes of the accounts: one short function each, no rules."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, delete, get, put
from litestar.params import QueryParameter

from services.web.domain.account import Account, GrantRole, OpenAccount, WithdrawRole
from services.web.views import list_accounts
from shared.http.engine_routes import Nothing
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit
from shared.identity import Post, Role
from shared.office import Office


class Me(msgspec.Struct, frozen=True):
    id: UUID
    posts: tuple[Post, ...]


class ShownAccount(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    demo: bool
    posts: tuple[Post, ...]


For = Annotated[UUID | None, QueryParameter(name="association", required=False)]


@get("/me", name="see_me")
async def see_me(visit: Visit) -> Me:
    """Who the token stands for."""
    return Me(visit.actor.id, visit.actor.posts)


@put("/accounts/{account:uuid}", name="open_account")
async def open_account(account: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    return await visit.do(OpenAccount(subject=account), must_match=False)


@get("/accounts/{account:uuid}", name="see_account")
async def see_account(account: UUID, visit: Visit) -> Response[Any]:
    state = await visit.see(account)
    assert isinstance(state, Account)
    return visit.shown(state, ShownAccount(state.id, state.version, state.demo, state.posts))


@get("/accounts", name="list_accounts")
async def list_of_accounts(office: Office, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[Any]:
    return await list_accounts(office.pool, after, limit)


@put("/accounts/{account:uuid}/roles/{role:str}", name="grant_role")
async def grant_role(account: UUID, role: Role, data: Nothing, visit: Visit, association: For = None) -> Response[Any]:
    command = GrantRole(subject=account, role=role, association=association)
    return await visit.do(command, must_match=False)


@delete("/accounts/{account:uuid}/roles/{role:str}", name="withdraw_role", status_code=200)
async def withdraw_role(account: UUID, role: Role, visit: Visit, association: For = None) -> Response[Any]:
    command = WithdrawRole(subject=account, role=role, association=association)
    return await visit.do(command, must_match=False)


ROUTES = (see_me, open_account, see_account, list_of_accounts, grant_role, withdraw_role)
