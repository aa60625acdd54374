"""Routes of drafts: saved and fetched by the association and whom it asked to help; discarded and sent in by the
association alone (H8). What came on paper or by word of mouth is written and registered by the fund (A10)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post, put

from services.applications import clearing, drafts, setting_down, submitting, views
from services.applications.domain.association import writes_for_others
from services.applications.domain.programme import Programme
from services.applications.domain.sending import AlreadySentIn
from services.applications.domain.setting_down import SIGNATURES_MAX
from services.applications.domain.signing import signatures_needed
from services.applications.drafts import Draft, Form
from services.applications.files import refuse_unfit, stage, unstage
from services.applications.setting_down import HowItCame
from shared import files
from shared.catalogue.applications import SetDown
from shared.files import ShownFile, one_of
from shared.http import sending
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit
from shared.identity import Role
from shared.programme.keys import Key
from shared.refused import Unknown

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
    """`signatures` is how many it takes to send it in, by what the association has answered so far. `signed_by` is who
    has given the first of two: until the second has signed too, or it is taken back, nothing here can be changed.
    `set_down` where the fund writes it for the association, which then changes nothing in it."""

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
    signatures: int
    signed_by: UUID | None
    signed_at: datetime | None
    set_down: SetDown | None


class SettingDown(Body, frozen=True, kw_only=True):
    """`answers` are what the draft begins with, and count for nothing once it is there."""

    call: UUID
    association: UUID
    route: Literal["paper", "oral"]
    came_on: date
    answers: Answers = {}


class Registering(Body, frozen=True):
    """How many signatures the paper bears."""

    signed_on_paper: Annotated[int, msgspec.Meta(ge=0, le=SIGNATURES_MAX)]


@put("/drafts/{draft:uuid}", name="save_draft")
async def save_draft(draft: UUID, data: DraftBody, visit: Visit) -> Response[Any]:
    """Save what is written so far. Needs If-Match with the draft's version once it is there."""
    version = await drafts.save(visit, draft, data.call, data.association, Form(data.answers))
    by_the_fund = drafts.sets_down(visit.actor, data.association)  # else it would have been refused
    return _tagged(version, SavedDraft(draft, version, next=Role.COORDINATOR if by_the_fund else Role.APPLICANT))


@get("/drafts/{draft:uuid}", name="see_draft")
async def see_draft(draft: UUID, visit: Visit) -> Response[Any]:
    """A draft with everything in it."""
    found = await drafts.own(visit, draft)
    answers = drafts.read_form(await drafts.written(visit.office, draft)).answers
    shown = ShownDraft(
        id=found.id,
        version=found.version,
        status=STATUS,
        programme=found.programme,
        call=found.call,
        association=found.association,
        association_name=await drafts.name_of(visit.office, found.association),
        saved_at=found.saved_at,
        answers=answers,
        attachments=await files.shown(visit.office, found.files),
        signatures=signatures_needed(answers),
        signed_by=found.signed_by,
        signed_at=found.signed_at,
        set_down=found.set_down,
    )
    return _tagged(found.version, shown)


def _tagged(version: int, content: object) -> Response[Any]:
    return Response(content, headers={"ETag": f'"{version}"', "Cache-Control": "no-store"})


@get("/drafts", name="list_drafts")
async def list_drafts(visit: Visit, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[views.ListedDraft]:
    """The drafts of one's own associations, those that one helps with, and for coordinators and officers those that the
    fund sets down for somebody."""
    actor = visit.actor
    every = writes_for_others(actor)
    return await views.list_drafts(visit.office.pool, actor.associations, actor.drafts_helped, every, after, limit)


@delete("/drafts/{draft:uuid}", name="discard_draft")
async def discard_draft(draft: UUID, visit: Visit) -> None:
    """Erase a draft and its files."""
    found = await drafts.own(visit, draft)
    drafts.refuse_reader(visit, found)
    drafts.refuse_signed(found)
    await clearing.discard(visit.office, [found.id])


@post("/drafts/{draft:uuid}/submission", name="submit", status_code=200)
async def submit(draft: UUID, visit: Visit) -> Response[Any]:
    """Sign the draft and send it in. It becomes a case with the same id and a registration number, or every problem is
    told. Where the association is bound by two together, the first of them is answered 202: nothing is sent in yet."""
    return await submitting.submit(visit, draft)


@put("/drafts/{draft:uuid}/set-down", name="set_down")
async def set_down(draft: UUID, data: SettingDown, visit: Visit) -> Response[Any]:
    """Begin to write down an application that came on paper or by word of mouth; once it is there, correct how and on
    which day it came, with If-Match. The association sees what is written."""
    how = HowItCame(data.call, data.association, data.route, data.came_on)
    version = await setting_down.set_down(visit, draft, how, Form(data.answers))
    return _tagged(version, SavedDraft(draft, version, next=Role.COORDINATOR))


@post("/drafts/{draft:uuid}/registration", name="register_on_behalf", status_code=200)
async def register_on_behalf(draft: UUID, data: Registering, visit: Visit) -> Response[Any]:
    """Register what the fund has set down and the association has signed on a paper whose picture is attached, with
    `key=fund:signed_paper`. Needs If-Match with the draft's version. It becomes a case with the same id, and counts
    from the day the paper came."""
    return await submitting.register_on_behalf(visit, draft, data.signed_on_paper)


@delete("/drafts/{draft:uuid}/signature", name="take_back_signature")
async def take_back_signature(draft: UUID, visit: Visit) -> None:
    """Take back the first of two signatures, one's own or the other's: then the draft can be changed again."""
    await submitting.take_back(visit, await drafts.own(visit, draft))


@put("/drafts/{draft:uuid}/attachments/{file:uuid}", name="attach", request_max_body_size=sending.BODY_MAX_BYTES)
async def attach(
    draft: UUID, file: UUID, request: Request[Any, Any, Any], visit: Visit, key: sending.Key, name: sending.Name
) -> ShownFile:
    """Hand in a file: its bytes as the body, with its own content type."""
    found = await drafts.own(visit, draft)
    _, states = await visit.office.book.load(visit.office.pool, [draft, found.programme])
    programme = states.get(found.programme)
    if draft in states:
        raise AlreadySentIn
    drafts.refuse_reader(visit, found)
    drafts.refuse_signed(found)
    if not isinstance(programme, Programme):
        raise Unknown
    handed = await sending.handed(request, file, draft, 0, key, name)
    drafts.refuse_signed(await drafts.own(visit, draft))  # it took its time: somebody may have signed meanwhile
    refuse_unfit(programme.rules, handed, found.set_down is not None)
    return await stage(visit, handed)


@get("/drafts/{draft:uuid}/attachments/{file:uuid}", name="see_attachment")
async def see_attachment(draft: UUID, file: UUID, visit: Visit) -> Response[bytes]:
    """A file of a draft."""
    return await sending.served(visit, one_of((await drafts.own(visit, draft)).files, file))


@delete("/drafts/{draft:uuid}/attachments/{file:uuid}", name="detach")
async def detach(draft: UUID, file: UUID, visit: Visit) -> None:
    """Take a file away from a draft."""
    found: Draft = await drafts.own(visit, draft)
    drafts.refuse_reader(visit, found)
    drafts.refuse_signed(found)
    await unstage(visit.office.pool, found.id, 0, file)


ROUTES = (
    save_draft,
    see_draft,
    list_drafts,
    discard_draft,
    set_down,
    register_on_behalf,
    submit,
    take_back_signature,
    attach,
    see_attachment,
    detach,
)
