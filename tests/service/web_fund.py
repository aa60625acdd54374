"""What there is of web's own in a fund in which everything has happened: somebody invited, and something signed."""

from __future__ import annotations

from uuid import UUID

from services.command.demo.people import People, new_id
from services.web.domain.account import POWERFUL
from services.web.signing_in import signing
from services.web.site.sessions import Level
from shared.identity import Role
from tests.service.house import TestedHouse


async def grant(people: People, account: UUID, role: Role) -> None:
    """As it takes two people to grant a powerful role."""
    path = f"/api/web/accounts/{account}/roles/{role}"
    await people.put("administrator", path, {})
    if role in POWERFUL:
        await people.put("chair", f"{path}/confirmation", {})


async def invited(people: People) -> UUID:
    invitation = new_id()
    await people.put("administrator", f"/api/web/invitations/{invitation}", {"email": "ny@example.se", "role": "panel"})
    return invitation


async def signed(house: TestedHouse) -> UUID:
    web, signer, text = house.office("web"), house.account("applicant"), "We apply for SEK 30,000."
    one = await signing.begin(web, signer, Level.DEMO, text, "/")
    await signing.shown_anew(web, await signing.begun(web, signer, one), "practice", Level.DEMO)
    return await signing.finish(web, signer, one, text)
