"""What review is made of."""

from __future__ import annotations

from pathlib import Path

from services.review.api import ROUTES
from services.review.contents import sight
from services.review.domain.appeal import APPEAL
from services.review.domain.budget import BUDGET
from services.review.domain.case.disposing import DISPOSAL
from services.review.domain.case.kind import CASE
from services.review.domain.guidelines import GUIDELINES
from services.review.domain.minutes import MEETING
from services.review.due import make_final
from services.review.holding import HOLDING
from services.review.policy import POLICY
from services.review.reactions import REACTIONS
from shared.erasing import dispose
from shared.http.content_routes import content_routes
from shared.service import Service

SERVICE = Service(
    name="review",
    hears=("applications",),
    kinds=(GUIDELINES, BUDGET, CASE, MEETING, APPEAL, DISPOSAL),
    policy=POLICY,
    routes=(*ROUTES, *content_routes(sight)),
    migrations=Path(__file__).parent / "migrations",
    reactions=REACTIONS,
    due=(make_final, dispose),
    holding=HOLDING,
)
