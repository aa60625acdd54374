"""Routes of reports: what the money was used for, told by the association and read by an officer."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.payouts.api.grants import seen_grant
from services.payouts.api.seeing import Nothing
from services.payouts.domain.grant import ApproveReport, Grant, StartReview, SubmitReport
from shared.http.body import Body
from shared.http.visit import Visit, as_bytes
from shared.identifiers import LOOKS_PERSONAL, find_personal_numbers
from shared.refused import FieldError, Refused, Unknown
from shared.words import Code, Count, FreeText, Ore

SCOPE = "case"
ANSWERS_MAX = 200

Figures = Annotated[dict[Code, Count], msgspec.Meta(max_length=ANSWERS_MAX)]
Words = Annotated[dict[Code, FreeText], msgspec.Meta(max_length=ANSWERS_MAX)]


class ReportBody(Body, frozen=True, kw_only=True):
    """`figures` by indicator, for statistics; `words` by question of the report form, for the officer."""

    spent_ore: Ore
    unspent_ore: Ore
    figures: Figures = {}
    words: Words = {}


class WrittenReport(msgspec.Struct, frozen=True):
    """The words as they are kept."""

    words: dict[str, str]


class ReadReport(msgspec.Struct, frozen=True):
    spent_ore: int
    unspent_ore: int
    figures: dict[str, int]
    words: dict[str, str]


@post("/grants/{case:uuid}/report", name="report", status_code=200)
async def report(case: UUID, data: ReportBody, visit: Visit) -> Response[Any]:
    """Report what was spent, what is left and what came of it. May be sent anew until it is approved."""
    _refuse_people(data.words)
    grant = await visit.office.book.read(visit.office.pool, case)
    count = grant.reports if isinstance(grant, Grant) else 0
    item = {f"report-{count + 1}": as_bytes(WrittenReport(dict(data.words)))}
    sealed = await visit.sealed(case, SCOPE, item)
    command = SubmitReport(
        subject=case,
        spent_ore=data.spent_ore,
        unspent_ore=data.unspent_ore,
        figures=dict(data.figures),
        content=sealed[0].digest,
    )
    return await visit.do(command, sealed=sealed)


@get("/grants/{case:uuid}/report", name="read_report")
async def read_report(case: UUID, visit: Visit) -> Response[Any]:
    """The report as it was last sent in."""
    grant = await seen_grant(visit, case)
    if grant.report is None:
        raise Unknown
    content = await visit.office.store.open(visit.office.pool, case, SCOPE, f"report-{grant.reports}")
    words = msgspec.json.decode(content, type=WrittenReport).words if content else {}
    told = grant.report
    return visit.shown(grant, ReadReport(told.spent_ore, told.unspent_ore, dict(told.figures), words))


@post("/grants/{case:uuid}/report-review", name="review_report", status_code=200)
async def review_report(case: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """An officer begins to read the report."""
    return await visit.do(StartReview(subject=case))


@post("/grants/{case:uuid}/report-approval", name="approve_report", status_code=200)
async def approve_report(case: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """The report is in order. What was not used is to come back."""
    return await visit.do(ApproveReport(subject=case))


def _refuse_people(words: dict[str, str]) -> None:
    """H11: a personal number has no place in what anybody may ask to read."""
    errors = tuple(
        FieldError(f"words.{key}", LOOKS_PERSONAL) for key, text in words.items() if find_personal_numbers(text)
    )
    if errors:
        raise Refused(LOOKS_PERSONAL.sv, LOOKS_PERSONAL.en, errors)


ROUTES = (report, read_report, review_report, approve_report)
