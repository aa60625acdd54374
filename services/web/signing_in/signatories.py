"""Who may sign for an association now: who was ever let in to, and holds the role still."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from services.web.domain.account import Account
from shared.identity import Role
from shared.office import Office

EVER = """
select distinct subject_id from journal
where type = 'role.granted' and event -> 'data' ->> 'role' = 'signatory' and event -> 'data' ->> 'association' = $1
"""


async def signatories_of(office: Office, association: UUID, known: Collection[UUID] = ()) -> list[UUID]:
    """Their accounts, in one order. `known` are people who have signed for it, perhaps by a role for every association,
    as the people of a demo have."""
    ever = {row["subject_id"] for row in await office.pool.fetch(EVER, str(association))}
    _, states = await office.book.load(office.pool, ever | set(known))
    return sorted(
        one.id
        for one in states.values()
        if isinstance(one, Account) and one.actor.holds_for(Role.SIGNATORY, association)
    )
