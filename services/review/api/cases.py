"""Routes of cases: lists, one case, the formal check, declarations, and the last step."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import QueryParameter

from services.review import content, showing, views
from services.review.api.looking import the_case, the_case_with_rules
from services.review.content import Words
from services.review.domain.case.commands import (
    AnswerEligibility,
    CloseCase,
    DeclareInterest,
    ReopenCheck,
    RequestCompletion,
    StartCheck,
)
from services.review.views import CaseCounts, ListedCase, Narrowing, Order, Reader, ShownBudget, Sort
from shared.catalogue.review import (
    CaseReopened,
    CaseStruckOff,
    ClockFollowed,
    ConditionAnswered,
    ContentNote,
    DecisionAppealed,
    DecisionMade,
    DecisionStands,
)
from shared.happened import Happened, happened
from shared.http.body import Body
from shared.http.engine_routes import Nothing
from shared.http.lists import PAGE_DEFAULT, After, Ids, Limit, Page, read_ids
from shared.http.visit import At, Visit
from shared.identity import Role
from shared.programme.keys import LIST_MAX
from shared.refused import Unknown
from shared.words import CODE_MAX, Code, FreeText

OfCall = Annotated[UUID | None, QueryParameter(name="call", required=False)]
WithStatus = Annotated[str | None, QueryParameter(name="status", max_length=CODE_MAX, required=False)]
WaitsFor = Annotated[Role | None, QueryParameter(name="waits_for", required=False)]
OfAssociation = Annotated[UUID | None, QueryParameter(name="association", required=False)]
SortedBy = Annotated[Sort, QueryParameter(name="sort", required=False)]
EACH_DEFAULT = 12
EACH_MAX = 50
Each = Annotated[int, QueryParameter(name="each", ge=1, le=EACH_MAX, required=False)]
InBrief = Annotated[
    bool, QueryParameter(name="brief", required=False, description="Not the case, only whether one may read it whole.")
]
InOrder = Annotated[Order | None, QueryParameter(name="order", required=False)]


class CompletionBody(Body, frozen=True, kw_only=True):
    """What is missing, by the form's own keys, and the letter that says why and how."""

    missing: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1, max_length=LIST_MAX)]
    letter: FreeText


class AnswerBody(Body, frozen=True, kw_only=True):
    condition: Code
    met: bool


class EligibilityBody(Body, frozen=True, kw_only=True):
    """An answer to each condition, and what the panel is to know before it reads."""

    answers: Annotated[tuple[AnswerBody, ...], msgspec.Meta(max_length=LIST_MAX)]
    content_notes: Annotated[tuple[ContentNote, ...], msgspec.Meta(max_length=LIST_MAX)] = ()


class InterestBody(Body, frozen=True, kw_only=True):
    """The kind of conflict of interest, or null for none. It has to be said either way."""

    conflict: Code | None


def _reader(visit: Visit) -> Reader:
    return Reader(
        person=visit.actor.id,
        own=None if visit.sees_all else visit.actor.associations,
        declares=not showing.sees_undeclared(visit.actor),
    )


@get("/cases", name="list_cases")
async def list_cases(
    visit: Visit,
    call: OfCall = None,
    status: WithStatus = None,
    waits_for: WaitsFor = None,
    association: OfAssociation = None,
    ids: Ids = None,
    sort: SortedBy = Sort.RECEIVED,
    order: InOrder = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> Page[ListedCase]:
    """Cases, the latest first: all but those one has a conflict of interest in, or one's own associations'."""
    narrowing = Narrowing(
        call=call,
        status=status,
        waits_for=waits_for,
        association=association,
        ids=read_ids(ids),
        sort=sort,
        order=order,
    )
    return await views.list_cases(visit.office.pool, _reader(visit), narrowing, after, limit)


@get("/case-lanes", name="list_lanes")
async def list_lanes(visit: Visit, call: OfCall = None, each: Each = EACH_DEFAULT) -> list[ListedCase]:
    """The latest cases of every stage: for a board."""
    return await views.list_lanes(visit.office.pool, _reader(visit), call, each)


@get("/case-counts", name="count_cases")
async def count_cases(visit: Visit, call: OfCall = None, ids: Ids = None) -> CaseCounts:
    """How many cases stand where, and for whom they wait; without those one has a conflict of interest in.

    Of one call, or of several by their `ids`.
    """
    calls = read_ids(ids) if call is None else [call]
    return await views.count_cases(visit.office.pool, visit.actor.id, calls)


@get("/cases/{case:uuid}", name="see_case")
async def see_case(case: UUID, visit: Visit, at: At = None, brief: InBrief = False) -> Response[Any]:
    """One case: whole, enough to declare one's interests, or as the association sees it."""
    visit.as_of(at)
    if brief:
        state = showing.in_register(await the_case(visit, case))
        return visit.shown(state, showing.in_brief(visit.actor, state, visit.sees_all))
    seen, rules = await the_case_with_rules(visit, case)
    state = showing.in_register(seen)
    if showing.sees_whole(visit.actor, state):
        return visit.shown(state, showing.whole(visit.actor, state, rules, await content.written(visit, state)))
    if visit.sees_all:
        return visit.shown(state, showing.to_declare(visit.actor, state, rules))
    return visit.shown(state, showing.own(state, rules, await content.written(visit, state)))


@get("/cases/{case:uuid}/happened", name="see_happened")
async def see_happened(case: UUID, visit: Visit) -> Happened:
    """What its association is told has happened here and the case itself gives no day for: appeals and how they ended,
    decisions also where a court has set them aside, and that it was struck off."""
    state = await the_case(visit, case)
    if state.blanked:
        return Happened([])
    told = (DecisionMade, DecisionAppealed, DecisionStands, CaseReopened, CaseStruckOff)
    return await happened(visit.office.pool, (case,), told, state.programme, ClockFollowed)


@get("/calls/{call:uuid}", name="see_budget")
async def see_budget(call: UUID, visit: Visit) -> ShownBudget:
    """What a call has to give, what is granted of it, and what is left."""
    shown = await views.see_budget(visit.office.pool, call)
    if shown is None:
        raise Unknown
    return shown


@post("/cases/{case:uuid}/check", name="start_check")
async def start_check(case: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Start the formal check, or take it over."""
    return await visit.do(StartCheck(subject=case))


@post("/cases/{case:uuid}/completion-requests", name="request_completion")
async def request_completion(case: UUID, data: CompletionBody, visit: Visit) -> Response[Any]:
    """Ask the association for what is missing."""
    state = await the_case(visit, case)
    sealed = await content.seal(visit, case, content.letter(len(state.completions) + 1), Words(data.letter))
    command = RequestCompletion(subject=case, missing=data.missing, content=sealed[0].digest)
    return await visit.do(command, sealed=sealed)


@post("/cases/{case:uuid}/check-reopening", name="reopen_check")
async def reopen_check(case: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Take the answers to the conditions back, before the panel has assessed and before anything is decided."""
    return await visit.do(ReopenCheck(subject=case))


@post("/cases/{case:uuid}/eligibility", name="answer_eligibility")
async def answer_eligibility(case: UUID, data: EligibilityBody, visit: Visit) -> Response[Any]:
    """Answer every condition of eligibility."""
    answers = tuple(ConditionAnswered(one.condition, one.met) for one in data.answers)
    return await visit.do(AnswerEligibility(subject=case, answers=answers, content_notes=data.content_notes))


@post("/cases/{case:uuid}/interests", name="declare_interest")
async def declare_interest(case: UUID, data: InterestBody, visit: Visit) -> Response[Any]:
    """Say about oneself whether one has a conflict of interest. A conflict bars at once."""
    return await visit.do(DeclareInterest(subject=case, conflict=data.conflict), must_match=False)


@post("/cases/{case:uuid}/closing", name="close_case")
async def close_case(case: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Close a case without a grant, once it is final."""
    return await visit.do(CloseCase(subject=case))


ROUTES = (
    list_cases,
    list_lanes,
    count_cases,
    see_case,
    see_happened,
    see_budget,
    start_check,
    request_completion,
    answer_eligibility,
    reopen_check,
    declare_interest,
    close_case,
)
