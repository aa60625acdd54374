"""The auditor's first page: is the trail complete, and a way to any case."""

import asyncio
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get
from litestar.params import QueryParameter

from services.web.domain.account import Account
from services.web.pages.audit.standing import standing
from services.web.site.caller import Caller
from shared.identity import Post, Role
from shared.words import LINE_MAX

FOUND_MAX = 20


@get("/audit", name="page_audit")
async def audit_page(
    caller: Caller, q: Annotated[str, QueryParameter(max_length=LINE_MAX, required=False)] = ""
) -> Response[Any]:
    caller.required(Role.AUDITOR)
    kept, compared = await asyncio.gather(standing(caller), caller.ask("audit", "/reconciliations"))
    asked = q.strip()
    if case := _as_id(asked):
        return caller.goes_on(f"/audit/cases/{case}")
    found = await _found(caller, asked) if asked else []
    return caller.page(
        "audit/overview.html",
        sources=kept,
        is_complete=all(one.is_complete for one in kept),
        facts=sum(one.kept for one in kept),
        compared=compared.json,
        differing=[one for one in compared.json if not one["agrees"]],
        asked=asked,
        found=found,
        ends_at=await _ends_at(caller),
    )


async def _ends_at(caller: Caller) -> str | None:
    """When the auditor's own access ends by itself."""
    account = await caller.site.office.book.read(caller.site.office.pool, caller.account)
    ends = account.ends(Post(Role.AUDITOR)) if isinstance(account, Account) else None
    return ends.isoformat() if ends else None


def _as_id(asked: str) -> UUID | None:
    try:
        return UUID(asked)
    except ValueError:
        return None


async def _found(caller: Caller, asked: str) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = (await caller.ask("applications", "/cases", search=asked, limit=FOUND_MAX)).json[
        "items"
    ]
    return listed


ROUTES = (audit_page,)
