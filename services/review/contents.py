"""Whose content an auditor's package of a case is made of here: all that was written in the case."""

from __future__ import annotations

from uuid import UUID

from services.review.content import SCOPE
from services.review.domain.case.state import Case
from shared.http.content_routes import Sight
from shared.http.visit import Visit
from shared.refused import Unknown


async def sight(visit: Visit, case: UUID) -> Sight:
    """Raises Unknown."""
    if not isinstance(await visit.see(case), Case):
        raise Unknown
    return Sight([(case, SCOPE)])
