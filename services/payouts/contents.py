"""Whose content an auditor's package of a case is made of here: reports and their papers, letters about recovery, and
the account, for those alone who may see it."""

from __future__ import annotations

from uuid import UUID

from services.payouts.api.grants import seen_grant
from services.payouts.api.reports import SCOPE as CASE
from services.payouts.ordering import ACCOUNTS
from shared.files import SCOPE as ATTACHMENT
from shared.http.content_routes import Sight
from shared.http.visit import Visit


async def sight(visit: Visit, case: UUID) -> Sight:
    """Raises Unknown, also before there is a grant."""
    grant = await seen_grant(visit, case)
    files = [(file.id, ATTACHMENT) for file in grant.papers]
    accounts = [(grant.association, ACCOUNTS)] if grant.association else []
    if visit.office.policy.lets("see_payee", visit.actor, None):
        return Sight([(case, CASE), *files, *accounts])
    return Sight([(case, CASE), *files], accounts)
