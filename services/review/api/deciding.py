"""Routes of the proposal, the user representatives' statement and the decision."""

from typing import Any
from uuid import UUID

from litestar import Response, post

from services.review import content
from services.review.api.looking import the_case
from services.review.content import Words
from services.review.domain.case.commands import GiveStatement, MakeDecision, Opinion, Propose
from shared.http.body import Body
from shared.http.visit import Visit
from shared.words import Code, FreeText, Line, Ore


class ProposalBody(Body, frozen=True, kw_only=True):
    outcome: Code
    granted_ore: Ore = 0
    reason: Code | None = None
    words: FreeText = ""


class StatementBody(Body, frozen=True, kw_only=True):
    opinion: Opinion
    words: FreeText = ""


class DecisionBody(Body, frozen=True, kw_only=True):
    """On the authority of a meeting or of a delegation: exactly one of them."""

    outcome: Code
    granted_ore: Ore = 0
    reason: Code | None = None
    meeting: UUID | None = None
    delegation: Line | None = None
    words: FreeText = ""


@post("/cases/{case:uuid}/proposal", name="propose")
async def propose(case: UUID, data: ProposalBody, visit: Visit) -> Response[Any]:
    """Propose a decision, or revise the proposal."""
    state = await the_case(visit, case)
    sealed = await content.seal(visit, case, content.proposal(state.proposals + 1), Words(data.words))
    command = Propose(
        subject=case,
        outcome=data.outcome,
        granted_ore=data.granted_ore,
        reason=data.reason,
        content=sealed[0].digest,
    )
    return await visit.do(command, sealed=sealed)


@post("/cases/{case:uuid}/statement", name="give_statement")
async def give_statement(case: UUID, data: StatementBody, visit: Visit) -> Response[Any]:
    """Say what the user representatives think of the proposal."""
    state = await the_case(visit, case)
    sealed = await content.seal(visit, case, content.statement(state.statements + 1), Words(data.words))
    return await visit.do(GiveStatement(subject=case, opinion=data.opinion, content=sealed[0].digest), sealed=sealed)


@post("/cases/{case:uuid}/decision", name="decide")
async def decide(case: UUID, data: DecisionBody, visit: Visit) -> Response[Any]:
    """Decide. Only a person can."""
    state = await the_case(visit, case)
    sealed = await content.seal(visit, case, content.decision(state.decisions + 1), Words(data.words))
    command = MakeDecision(
        subject=case,
        outcome=data.outcome,
        granted_ore=data.granted_ore,
        reason=data.reason,
        explained=bool(data.words.strip()),
        content=sealed[0].digest,
        meeting=data.meeting,
        delegation=data.delegation,
    )
    return await visit.do(command, sealed=sealed)


ROUTES = (propose, give_statement, decide)
