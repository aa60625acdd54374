"""Routes of support persons: an association invites them to one of its drafts, sees them, and takes it back."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post, put

from services.web.domain.helping import AcceptHelp, EndHelp, Help, InviteHelper
from services.web.helping import link
from services.web.helping.link import ITEM, Invitee
from services.web.letters.reading import NotNow, NotThere
from services.web.letters.seeing import the_reading
from services.web.signing_in import links
from services.web.signing_in.people import SCOPE, Email
from shared.http.after import NotHeardYet
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page, page, read_cursor
from shared.http.visit import Visit, as_bytes
from shared.refused import Unknown
from shared.words import Language, Line, Text

APPLICATIONS = "applications"
LISTED = """
select id, status, draft, invited_by, account, expires_at, until from help
where association = any($1) and ($2::uuid is null or draft = $2) and ($3::uuid is null or id > $3)
order by id limit $4
"""


class Inviting(Body, frozen=True, kw_only=True):
    draft: UUID
    email: Email
    language: Language = "sv"


class Accepting(Body, frozen=True, kw_only=True):
    """`key` is the one in the letter's link."""

    key: Line


class ListedHelp(msgspec.Struct, frozen=True):
    """`account` is there once they have accepted. Names and addresses are shown on the draft's page alone."""

    id: UUID
    status: str
    draft: UUID
    invited_by: UUID
    account: UUID | None
    expires_at: datetime
    until: datetime


@put("/helpers/{helper:uuid}", name="invite_helper")
async def invite_helper(helper: UUID, data: Inviting, visit: Visit) -> Response[Any]:
    """Records it. The letter with the link goes out from the page that asks for it."""
    visit.office.policy.knock(visit.operation, visit.actor)
    draft = await _draft(visit, data.draft)
    association = UUID(draft["association"])
    visit.office.policy.enter(visit.operation, visit.actor, association)
    invitee = Invitee(
        email=data.email,
        language=data.language,
        association=draft["association_name"] or "",
        call=await _call(visit, draft["call"]),
    )
    sealed = await visit.sealed(helper, SCOPE, {ITEM: as_bytes(invitee)})
    command = InviteHelper(subject=helper, draft=data.draft, association=association)
    return await visit.do(command, sealed=sealed, must_match=False)


async def _draft(visit: Visit, draft: UUID) -> Any:
    """The draft, if whoever asks may read it. Raises Unknown."""
    try:
        return await the_reading(visit).read(APPLICATIONS, f"/drafts/{draft}", visit.actor, visit.after)
    except NotThere:
        raise Unknown from None
    except NotNow:
        raise NotHeardYet from None


async def _call(visit: Visit, call: str) -> Text:
    try:
        return msgspec.convert((await the_reading(visit).rules_of("calls", call))["rules"]["title"], Text)
    except NotNow:
        raise NotHeardYet from None


@get("/helpers/{helper:uuid}", name="see_help")
async def see_help(helper: UUID, visit: Visit) -> Response[Any]:
    state = await visit.see(helper)
    if not isinstance(state, Help):
        raise Unknown
    shown = ListedHelp(
        id=state.id,
        status=state.status,
        draft=state.draft,
        invited_by=state.invited_by,
        account=state.account,
        expires_at=state.expires_at,
        until=state.until,
    )
    return visit.shown(state, shown)


@get("/helpers", name="list_help")
async def list_help(
    visit: Visit, draft: UUID | None = None, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[ListedHelp]:
    """Who helps with the drafts of one's own associations, has helped, or is asked to; or with one of them."""
    (seen,) = read_cursor(after, tuple[UUID]) or (None,)
    rows = await visit.office.pool.fetch(LISTED, list(visit.actor.associations), draft, seen, limit + 1)
    return page(rows, limit, lambda row: ListedHelp(**row), lambda row: (row["id"],))


@post("/helpers/{helper:uuid}/acceptance", name="accept_help", status_code=200)
async def accept_help(helper: UUID, data: Accepting, visit: Visit) -> Response[Any]:
    """For whoever holds the link in the letter."""
    visit.office.policy.knock(visit.operation, visit.actor)
    await link.opened(visit.office, helper, data.key, visit.actor.id.bytes)
    done = await visit.do(AcceptHelp(subject=helper, account=visit.actor.id), must_match=False)
    await links.forget(visit.office.pool, helper)
    return done


@delete("/helpers/{helper:uuid}", name="end_help", status_code=200)
async def end_help(helper: UUID, visit: Visit) -> Response[Any]:
    """Takes it back, answered or not. Whom the letter went to is forgotten."""
    done = await visit.do(EndHelp(subject=helper, why="taken_back"), must_match=False)
    await links.forget(visit.office.pool, helper)
    return done


ROUTES = (invite_helper, see_help, list_help, accept_help, end_help)
