"""The names of the people a decision has to name: who decided, and who prepared it."""

from __future__ import annotations

from uuid import UUID

from services.web.letters.facts import Facts
from services.web.letters.telling import Names
from services.web.signing_in.people import names_of
from shared.office import Office


async def names_in(office: Office, facts: Facts) -> Names:
    """By account. Whoever has no name here stands in the letter by their post alone."""
    review = facts.review or {}
    mentioned = (review.get("officer"), (review.get("decision") or {}).get("decided_by"))
    accounts = {UUID(account) for account in mentioned if account}
    return {str(account): name for account, name in (await names_of(office, accounts)).items()}
