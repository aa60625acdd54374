"""Routes of drafts: saved and fetched by the association and whom it asked to help; discarded and sent in by the
association alone (H8)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post, put

from services.applications import clearing, drafts, submitting, views
from services.applications.domain.programme import Programme
from services.applications.drafts import Draft, Form
from services.applications.files import refuse_unfit, stage, unstage
from shared import files
from shared.files import ShownFile, one_of
from shared.http import sending
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit
from shared.identity import Role
from shared.programme.keys import Key
from shared.refused import Already, Unknown

ANSWERS_MAX = 500
STATUS = "draft"

Answers = Annotated[dict[Key, Any], msgspec.Meta(max_length=ANSWERS_MAX)]
"""JSON values under the fields' keys, as `shared.form` describes. A draft may hold anything; sending in checks it."""


class DraftBody(Body, frozen=True, kw_only=True):
    call: UUID
    association: UUID
    answers: Answers


class SavedDraft(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    status: str = STATUS
    next: Role = Role.APPLICANT


class ShownDraft(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    status: str
    programme: UUID
    call: UUID
    association: UUID
    association_name: str | None
    saved_at: datetime
    answers: dict[str, Any]
    attachments: Sequence[ShownFile]


@put("/drafts/{draft:uuid}", name="save_draft")
async def save_draft(draft: UUID, data: DraftBody, visit: Visit) -> Response[Any]:
    """Save what is written so far. Needs If-Match with the draft's version once it is there."""
    version = await drafts.save(visit, draft, data.call, data.association, Form(data.answers))
    return _tagged(version, SavedDraft(draft, version))


@get("/drafts/{draft:uuid}", name="see_draft")
async def see_draft(draft: UUID, visit: Visit) -> Response[Any]:
    """A draft with everything in it."""
    found = await drafts.own(visit, draft)
    shown = ShownDraft(
        id=found.id,
        version=found.version,
        status=STATUS,
        programme=found.programme,
        call=found.call,
        association=found.association,
        association_name=await drafts.name_of(visit.office, found.association),
        saved_at=found.saved_at,
        answers=drafts.read_form(await drafts.written(visit.office, draft)).answers,
        attachments=await files.shown(visit.office, found.files),
    )
    return _tagged(found.version, shown)


def _tagged(version: int, content: object) -> Response[Any]:
    return Response(content, headers={"ETag": f'"{version}"', "Cache-Control": "no-store"})


@get("/drafts", name="list_drafts")
async def list_drafts(visit: Visit, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[views.ListedDraft]:
    """The drafts of one's own associations, and those that one helps with."""
    actor = visit.actor
    return await views.list_drafts(visit.office.pool, actor.associations, actor.drafts_helped, after, limit)


@delete("/drafts/{draft:uuid}", name="discard_draft")
async def discard_draft(draft: UUID, visit: Visit) -> None:
    """Erase a draft and its files."""
    found = await drafts.own(visit, draft)
    await clearing.discard(visit.office, [found.id])


@post("/drafts/{draft:uuid}/submission", name="submit", status_code=200)
async def submit(draft: UUID, visit: Visit) -> Response[Any]:
    """Send the draft in. It becomes a case with the same id and a registration number, or every problem is told."""
    return await submitting.submit(visit, draft)


@put("/drafts/{draft:uuid}/attachments/{file:uuid}", name="attach", request_max_body_size=sending.BODY_MAX_BYTES)
async def attach(
    draft: UUID, file: UUID, request: Request[Any, Any, Any], visit: Visit, key: sending.Key, name: sending.Name
) -> ShownFile:
    """Hand in a file: its bytes as the body, with its own content type."""
    found = await drafts.own(visit, draft)
    _, states = await visit.office.book.load(visit.office.pool, [draft, found.programme])
    programme = states.get(found.programme)
    if draft in states:
        raise Already("Ansökan är redan inskickad.", "The application has already been sent in.")
    if not isinstance(programme, Programme):
        raise Unknown
    handed = await sending.handed(request, file, draft, 0, key, name)
    refuse_unfit(programme.rules, handed)
    return await stage(visit, handed)


@get("/drafts/{draft:uuid}/attachments/{file:uuid}", name="see_attachment")
async def see_attachment(draft: UUID, file: UUID, visit: Visit) -> Response[bytes]:
    """A file of a draft."""
    return await sending.served(visit, one_of((await drafts.own(visit, draft)).files, file))


@delete("/drafts/{draft:uuid}/attachments/{file:uuid}", name="detach")
async def detach(draft: UUID, file: UUID, visit: Visit) -> None:
    """Take a file away from a draft."""
    found: Draft = await drafts.own(visit, draft)
    await unstage(visit.office.pool, found.id, 0, file)


ROUTES = (save_draft, see_draft, list_drafts, discard_draft, submit, attach, see_attachment, detach)
