"""Lists of accounts, of roles that wait for a second person, and of invitations."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.web.domain.account import Account, Proposal
from shared.http.lists import Page, page, read_cursor
from shared.identity import Role
from shared.office import Office


class ListedAccount(msgspec.Struct, frozen=True):
    id: UUID
    demo: bool
    posts: int
    proposals: int


class ProposedRoles(msgspec.Struct, frozen=True):
    """`version` is the account's: who confirms says with it (`If-Match`) what they have read."""

    id: UUID
    version: int
    proposals: tuple[Proposal, ...]


class ListedInvitation(msgspec.Struct, frozen=True):
    id: UUID
    status: str
    role: Role
    association: UUID | None
    invited_by: UUID
    expires_at: datetime
    until: datetime | None


async def list_accounts(pool: Any, after: str | None, limit: int) -> Page[ListedAccount]:
    seen = read_cursor(after, tuple[UUID])
    rows = await pool.fetch(
        "select id, demo, posts, proposals from account where $1::uuid is null or id > $1 order by id limit $2",
        seen[0] if seen else None,
        limit + 1,
    )
    return page(
        rows,
        limit,
        lambda row: ListedAccount(row["id"], row["demo"], row["posts"], row["proposals"]),
        lambda row: (row["id"],),
    )


async def list_proposed(office: Office, after: str | None, limit: int) -> Page[ProposedRoles]:
    seen = read_cursor(after, tuple[UUID])
    rows = await office.pool.fetch(
        "select id from account where proposals > 0 and ($1::uuid is null or id > $1) order by id limit $2",
        seen[0] if seen else None,
        limit + 1,
    )
    _, states = await office.book.load(office.pool, [row["id"] for row in rows])

    def shown(row: Any) -> ProposedRoles:
        state = states.get(row["id"])
        return (
            ProposedRoles(state.id, state.version, state.proposals)
            if isinstance(state, Account)
            else ProposedRoles(row["id"], 0, ())
        )

    return page(rows, limit, shown, lambda row: (row["id"],))


async def list_invitations(pool: Any, after: str | None, limit: int) -> Page[ListedInvitation]:
    seen = read_cursor(after, tuple[UUID])
    rows = await pool.fetch(
        "select id, status, role, association, invited_by, expires_at, until from invitation"
        " where status = 'waiting' and ($1::uuid is null or id > $1) order by id limit $2",
        seen[0] if seen else None,
        limit + 1,
    )
    return page(rows, limit, _invitation, lambda row: (row["id"],))


def _invitation(row: Any) -> ListedInvitation:
    return ListedInvitation(
        row["id"],
        row["status"],
        Role(row["role"]),
        row["association"],
        row["invited_by"],
        row["expires_at"],
        row["until"],
    )
