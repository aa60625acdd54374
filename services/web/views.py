"""Lists of accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from shared.http.lists import Page, page, read_cursor


class ListedAccount(msgspec.Struct, frozen=True):
    id: UUID
    demo: bool
    posts: int


async def list_accounts(pool: Any, after: str | None, limit: int) -> Page[ListedAccount]:
    seen = read_cursor(after, tuple[UUID])
    rows = await pool.fetch(
        "select id, demo, posts from account where $1::uuid is null or id > $1 order by id limit $2",
        seen[0] if seen else None,
        limit + 1,
    )
    return page(rows, limit, lambda row: ListedAccount(row["id"], row["demo"], row["posts"]), lambda row: (row["id"],))
