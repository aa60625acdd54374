"""Routes of the panel's assessment."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, post

from services.review import content
from services.review.api.looking import the_case
from services.review.content import Reasons
from services.review.domain.case.commands import CloseAssessment, OpenAssessment, Score
from shared.http.body import Body
from shared.http.engine_routes import Nothing
from shared.http.visit import Visit
from shared.programme.keys import LIST_MAX
from shared.words import Code, Count, FreeText


class ScoreBody(Body, frozen=True, kw_only=True):
    """Whole points by criterion, and reasons where the programme asks for them or one wants to give them."""

    scores: Annotated[dict[Code, Count], msgspec.Meta(max_length=LIST_MAX)]
    reasons: Annotated[dict[Code, FreeText], msgspec.Meta(max_length=LIST_MAX)] = {}


@post("/cases/{case:uuid}/assessment", name="open_assessment")
async def open_assessment(case: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Let the panel begin."""
    return await visit.do(OpenAssessment(subject=case))


@post("/cases/{case:uuid}/scores", name="score")
async def score(case: UUID, data: ScoreBody, visit: Visit) -> Response[Any]:
    """Give one's own points, or give them anew. Nobody has to know that others have scored meanwhile."""
    state = await the_case(visit, case)
    item = content.reasons(visit.actor.id, state.submissions.get(visit.actor.id, 0) + 1)
    sealed = await content.seal(visit, case, item, Reasons(data.reasons))
    reasoned = frozenset(code for code, words in data.reasons.items() if words.strip())
    command = Score(subject=case, scores=data.scores, reasoned=reasoned, content=sealed[0].digest)
    return await visit.do(command, sealed=sealed, must_match=False)


@post("/cases/{case:uuid}/assessment/closing", name="close_assessment")
async def close_assessment(case: UUID, data: Nothing, visit: Visit) -> Response[Any]:
    """Close the assessment, once there is a quorum."""
    return await visit.do(CloseAssessment(subject=case))


ROUTES = (open_assessment, score, close_assessment)
