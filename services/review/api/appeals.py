"""Routes of appeals."""

import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post, put

from services.review import content
from services.review.api.looking import not_barred
from services.review.content import Words
from services.review.domain.appeal import LABELS, MOVES, Appeal, ForwardAppeal, ReceiveAppeal, RecordJudgment
from services.review.domain.case.state import Case
from shared.http.body import Body
from shared.http.engine_routes import Nothing
from shared.http.visit import Visit
from shared.identity import Role
from shared.refused import Unknown
from shared.words import FreeText, Text


class AppealBody(Body, frozen=True, kw_only=True):
    case: UUID
    received_on: datetime.date
    words: FreeText


class JudgmentBody(Body, frozen=True, kw_only=True):
    quashed: bool
    judged_on: datetime.date


class ShownAppeal(msgspec.Struct, frozen=True, kw_only=True):
    id: UUID
    version: int
    status: str
    label: Text
    next: Role | None
    case: UUID
    received_on: datetime.date
    forwarded_on: datetime.date | None
    judged_on: datetime.date | None
    words: str | None


async def _the_appeal(visit: Visit, appeal: UUID) -> tuple[Appeal, Case]:
    """With its case. Raises Unknown where there is none, or none for whoever has a conflict in the case (H7)."""
    state = await visit.see(appeal)
    if not isinstance(state, Appeal):
        raise Unknown
    return state, await not_barred(visit, state.case)


@get("/appeals/{appeal:uuid}", name="see_appeal")
async def see_appeal(appeal: UUID, visit: Visit) -> Response[Any]:
    """An appeal and what it says."""
    state, case = await _the_appeal(visit, appeal)
    written = await content.written(visit, case)
    shown = ShownAppeal(
        id=state.id,
        version=state.version,
        status=str(state.status),
        label=LABELS[state.status],
        next=MOVES[state.status],
        case=state.case,
        received_on=state.received_on,
        forwarded_on=state.forwarded_on,
        judged_on=state.judged_on,
        words=written.words(content.appeal(appeal)),
    )
    return visit.shown(state, shown)


@put("/appeals/{appeal:uuid}", name="receive_appeal")
async def receive_appeal(appeal: UUID, data: AppealBody, visit: Visit) -> Response[Any]:
    """Register an appeal against the decision in a case."""
    case = await not_barred(visit, data.case)
    sealed = await content.seal(visit, data.case, content.appeal(appeal), Words(data.words))
    command = ReceiveAppeal(
        subject=appeal,
        case=data.case,
        programme=case.programme,
        received_on=data.received_on,
        content=sealed[0].digest,
    )
    return await visit.do(command, sealed=sealed, must_match=False)


@post("/appeals/{appeal:uuid}/forwarding", name="forward_appeal")
async def forward_appeal(appeal: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Record that the appeal was sent on to the court."""
    await _the_appeal(visit, appeal)
    return await visit.do(ForwardAppeal(subject=appeal))


@post("/appeals/{appeal:uuid}/judgment", name="record_judgment")
async def record_judgment(appeal: UUID, data: JudgmentBody, visit: Visit) -> Response[Any]:
    """Record what the court said. A quashed decision is prepared anew."""
    await _the_appeal(visit, appeal)
    return await visit.do(RecordJudgment(subject=appeal, quashed=data.quashed, judged_on=data.judged_on))


ROUTES = (see_appeal, receive_appeal, forward_appeal, record_judgment)
