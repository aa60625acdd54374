"""Routes of reports: what the money was used for, told by the association and read by an officer."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post, put

from services.payouts import papers
from services.payouts.api.grants import seen_grant
from services.payouts.api.seeing import Nothing
from services.payouts.domain.grant import ApproveReport, Grant, StartReview, SubmitReport
from services.payouts.domain.grant_rules import GRANT
from shared import files
from shared.files import ShownFile
from shared.http import sending
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


class ReportPapers(msgspec.Struct, frozen=True):
    """`sent` are those of the reports sent in; `handed` wait to go with the next, and are the association's own."""

    sent: Sequence[ShownFile]
    handed: Sequence[ShownFile]


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
    handed = await papers.staged(visit.office, grant) if isinstance(grant, Grant) else ()
    command = SubmitReport(
        subject=case,
        spent_ore=data.spent_ore,
        unspent_ore=data.unspent_ore,
        figures=dict(data.figures),
        content=sealed[0].digest,
        attachments=handed,
    )
    answer = await visit.do(command, sealed=sealed)
    await files.forget_rows(visit.office.pool, handed)
    return answer


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


@get("/grants/{case:uuid}/report/papers", name="list_report_papers")
async def list_report_papers(case: UUID, visit: Visit) -> Response[Any]:
    """The papers with the report: receipts and the like."""
    grant = await seen_grant(visit, case)
    handed = await papers.staged(visit.office, grant) if _is_theirs(visit, grant) else ()
    shown = await files.shown(visit.office, (*grant.papers, *handed))
    return visit.shown(grant, ReportPapers(shown[: len(grant.papers)], shown[len(grant.papers) :]))


@get("/grants/{case:uuid}/report/papers/{file:uuid}", name="see_report_paper")
async def see_report_paper(case: UUID, file: UUID, visit: Visit) -> Response[bytes]:
    """A paper with the report; before that is sent in, for the association alone."""
    grant = await seen_grant(visit, case)
    handed = await papers.staged(visit.office, grant) if _is_theirs(visit, grant) else ()
    return await sending.served(visit, files.one_of((*grant.papers, *handed), file))


def _is_theirs(visit: Visit, grant: Grant) -> bool:
    return grant.association in visit.actor.associations


@put(
    "/grants/{case:uuid}/report/papers/{file:uuid}",
    name="attach_to_report",
    request_max_body_size=sending.BODY_MAX_BYTES,
)
async def attach_to_report(
    case: UUID, file: UUID, request: Request[Any, Any, Any], visit: Visit, key: sending.Key, name: sending.Name
) -> ShownFile:
    """Hand in a paper for the report: its bytes as the body, with its own content type."""
    grant = await _reporting(visit, case)
    rules = await papers.rules_of(visit.office, grant)
    if rules is None:
        raise Unknown
    handed = await sending.handed(request, file, case, papers.ROUND, key, name)
    papers.refuse_unfit(rules, handed)
    return await files.stage(visit, handed)


@delete("/grants/{case:uuid}/report/papers/{file:uuid}", name="detach_from_report")
async def detach_from_report(case: UUID, file: UUID, visit: Visit) -> None:
    """Take a paper away again before the report is sent in."""
    grant = await _reporting(visit, case)
    await files.unstage(visit.office.pool, grant.id, papers.ROUND, file)


async def _reporting(visit: Visit, case: UUID) -> Grant:
    """A grant that can be reported, or reported anew. Raises NotNow."""
    grant = await seen_grant(visit, case)
    if "report" not in GRANT.offered(grant):
        raise GRANT.not_now(grant)
    return grant


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


ROUTES = (
    report,
    read_report,
    list_report_papers,
    see_report_paper,
    attach_to_report,
    detach_from_report,
    review_report,
    approve_report,
)
