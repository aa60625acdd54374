"""Whose content an auditor's package of a case is made of here: the letters, for those who may read them all."""

from __future__ import annotations

from uuid import UUID

from services.web.letters.seeing import Sight as OfLetters
from services.web.letters.seeing import sight_of
from services.web.letters.sheet import SCOPE
from shared.http.content_routes import Sight
from shared.http.visit import Visit
from shared.refused import Unknown


async def sight(visit: Visit, case: UUID) -> Sight:
    """Raises as `sight_of`, and Unknown for whoever sees only some of them."""
    if await sight_of(visit, case) != OfLetters():
        raise Unknown
    return Sight([(case, SCOPE)])
