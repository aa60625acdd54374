"""Routes of completions: what the fund asked for after the application came, handed in by the association."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post, put

from services.applications import submitting
from services.applications.api.drafts import Answers
from services.applications.domain.application import Application
from services.applications.domain.application_kind import APPLICATION
from services.applications.domain.programme import Programme
from services.applications.files import refuse_unfit, stage, unstage
from shared import files
from shared.catalogue.applications import CompletionReceived
from shared.files import ShownFile
from shared.http import sending
from shared.http.body import Body
from shared.http.visit import Visit
from shared.refused import Unknown


class CompletionBody(Body, frozen=True, kw_only=True):
    """Only the answers that change."""

    answers: Answers


class ShownCompletion(msgspec.Struct, frozen=True):
    """The completion asked for, and the files handed in for it so far. `due_on` is None where nothing is asked."""

    round: int
    due_on: date | None
    attachments: Sequence[ShownFile]


async def awaiting(visit: Visit, case: UUID) -> Application:
    """The application, while a completion of it is asked for. Raises NotNow."""
    application = await submitting.see_application(visit, case)
    if not application.has_place_for(CompletionReceived):
        raise APPLICATION.not_now(application)
    return application


@get("/cases/{case:uuid}/completion", name="see_completion")
async def see_completion(case: UUID, visit: Visit) -> Response[Any]:
    """What is asked for now, and the files handed in for it."""
    application = await submitting.see_application(visit, case)
    staged = await files.staged(visit.office.pool, case, application.round)
    shown = ShownCompletion(application.round, application.due_on, await files.shown(visit.office, staged))
    return visit.shown(application, shown)


@put(
    "/cases/{case:uuid}/completion/attachments/{file:uuid}",
    name="attach_to_completion",
    request_max_body_size=sending.BODY_MAX_BYTES,
)
async def attach_to_completion(
    case: UUID, file: UUID, request: Request[Any, Any, Any], visit: Visit, key: sending.Key, name: sending.Name
) -> ShownFile:
    """Hand in a file for the completion: its bytes as the body, with its own content type."""
    application = await awaiting(visit, case)
    programme = await visit.office.book.read(visit.office.pool, application.programme)
    if not isinstance(programme, Programme):
        raise Unknown
    handed = await sending.handed(request, file, case, application.round, key, name)
    refuse_unfit(programme.rules, handed)
    return await stage(visit, handed)


@delete("/cases/{case:uuid}/completion/attachments/{file:uuid}", name="detach_from_completion")
async def detach_from_completion(case: UUID, file: UUID, visit: Visit) -> None:
    """Take a file away again before the completion is sent."""
    application = await awaiting(visit, case)
    await unstage(visit.office.pool, case, application.round, file)


@post("/cases/{case:uuid}/completion", name="complete", status_code=200)
async def complete(case: UUID, data: CompletionBody, visit: Visit) -> Response[Any]:
    """Send the completion: the answers that change, and the files handed in for it."""
    return await submitting.complete(visit, case, data.answers)


ROUTES = (see_completion, attach_to_completion, detach_from_completion, complete)
