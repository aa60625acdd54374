"""Whose content an auditor's package of a case is made of here: the case's own, its enclosures', its association's."""

from __future__ import annotations

from uuid import UUID

from services.applications.api.associations import SCOPE as ASSOCIATION
from services.applications.domain.application import Application
from services.applications.submitting import SCOPE as CASE
from shared.files import SCOPE as ATTACHMENT
from shared.http.content_routes import Sight
from shared.http.visit import Visit
from shared.refused import Unknown


async def sight(visit: Visit, case: UUID) -> Sight:
    """Raises Unknown."""
    state = await visit.see(case)
    if not isinstance(state, Application):
        raise Unknown
    files = [(file.id, ATTACHMENT) for file in state.attachments]
    return Sight([(case, CASE), (state.association, ASSOCIATION), *files])
