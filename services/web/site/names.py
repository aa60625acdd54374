"""People's names, as the pages show them to those who work here.

They are the accounts' own, and go when an account is erased: facts hold ids, and an id without a name is shown by its
role alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from services.web.signing_in import people
from services.web.site.caller import Caller

NOBODY = UUID(int=0)


async def known_names(caller: Caller, accounts: Iterable[str | None]) -> dict[str, str]:
    """By account: the names of those who have one, and "you" for whoever looks."""
    wanted = {UUID(account) for account in accounts if account} - {NOBODY}
    found = {str(account): name for account, name in (await people.names_of(caller.site.office, wanted)).items()}
    if caller.actor is not None and caller.actor.id in wanted:
        found[str(caller.actor.id)] = caller.gettext("you")
    return found
