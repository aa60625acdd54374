"""Routes of bank files: ordered, made, fetched. The file is the same to the byte whenever it is fetched."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, put

from services.payouts import ordering, views
from services.payouts.api.seeing import seen
from services.payouts.domain.batch import Batch
from services.payouts.domain.batch_rules import BATCH, PAYMENTS_MAX
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit
from shared.identity import Role
from shared.refused import Unknown

XML = "application/xml"


class BatchBody(Body, frozen=True, kw_only=True):
    """At most so many payments as one file holds, in the order they are to stand."""

    programme: UUID
    execute_on: date
    payments: Annotated[list[UUID], msgspec.Meta(min_length=1, max_length=PAYMENTS_MAX)]


class ShownBatch(msgspec.Struct, frozen=True):
    id: UUID
    version: int
    status: str
    next: Role | None
    programme: UUID
    message_id: str
    execute_on: date
    payments: list[UUID]
    sum_ore: int
    sha256: str | None
    accepted: int
    rejected: int


@put("/batches/{batch:uuid}", name="order_batch")
async def order_batch(batch: UUID, data: BatchBody, visit: Visit) -> Response[Any]:
    """Put payments into a bank file: first the order, then the file."""
    command, order = await ordering.order_of(visit.office, batch, data.programme, data.execute_on, data.payments)
    sealed = await ordering.sealed_order(visit.office, batch, order) if order else ()
    await visit.do(command, sealed=sealed, must_match=False)
    outcome, file = await ordering.made(visit.office, batch)
    return visit.answered(await visit.office.desk.do(visit.ticket(outcome, file)))


@get("/batches", name="list_batches")
async def list_batches(visit: Visit, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[views.ListedBatch]:
    """Bank files, the latest day of payment first."""
    return await views.list_batches(visit.office.pool, visit.actor.id, after, limit)


@get("/batches/{batch:uuid}", name="see_batch")
async def see_batch(batch: UUID, visit: Visit) -> Response[Any]:
    """A bank file: what is in it and what the bank has said."""
    state = await _open_to(visit, batch)
    shown = ShownBatch(
        id=state.id,
        version=state.version,
        status=state.status,
        next=BATCH.moves[state.status],
        programme=state.programme,
        message_id=state.message_id,
        execute_on=state.execute_on,
        payments=list(state.payments),
        sum_ore=state.sum_ore,
        sha256=state.sha256,
        accepted=state.accepted,
        rejected=state.rejected,
    )
    return visit.shown(state, shown)


@get("/batches/{batch:uuid}/file", name="download_batch")
async def download_batch(batch: UUID, visit: Visit) -> Response[bytes]:
    """pain.001, for the bank; and for the auditor, who holds it against the digest in the trail. Whoever opens it reads
    of every case in it."""
    state = await _open_to(visit, batch)
    visit.is_about(*state.cases)
    content = await ordering.file_of(visit.office, state)
    headers = {"Content-Disposition": f'attachment; filename="{state.message_id}.xml"', "Cache-Control": "no-store"}
    return Response(content, media_type=XML, headers=headers)


async def _open_to(visit: Visit, batch: UUID) -> Batch:
    """Raises Unknown for whoever has a conflict of interest in any of its cases."""
    state = await seen(visit, batch, Batch)
    if await views.is_barred_from_any(visit.office.pool, visit.actor.id, state.cases):
        raise Unknown
    return state


ROUTES = (order_batch, list_batches, see_batch, download_batch)
