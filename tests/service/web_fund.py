"""What there is of web's own in a fund in which everything has happened: somebody invited, and something signed."""

from __future__ import annotations

from uuid import UUID

from services.command.demo.people import People, new_id
from services.web.domain.account import POWERFUL, GrantRole, OpenAccount
from services.web.helping import link
from services.web.signing_in import signing
from services.web.site.sessions import Level
from shared.identity import Role
from tests.service.house import URL, Person, TestedHouse


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


async def helped(people: People, draft: object) -> UUID:
    """Somebody asked to help with the draft."""
    helper = new_id()
    await people.put("applicant", f"/api/web/helpers/{helper}", {"email": "stod@example.se", "draft": draft})
    return helper


async def somebody_who_helps(house: TestedHouse, person: Person, draft: object) -> UUID:
    """An account with no other role, let in to the draft by `person`, whose association's it is."""
    web, account, helper = house.office("web"), new_id(), new_id()
    asked = await person.put(f"/api/web/helpers/{helper}", {"email": "hjalp@example.se", "draft": str(draft)})
    assert asked.status_code == 200, asked.text
    for command in (OpenAccount(subject=account, demo=True), GrantRole(subject=account, role=Role.HELPER)):
        await web.act(command, "test")
    written = (await link.letter(web, helper, URL, "Fonden")).get_content()
    key = written.partition("?key=")[2].split()[0]
    await link.accepted(web, await link.opened(web, helper, key, b"a network"), account)
    return account


async def signed(house: TestedHouse) -> UUID:
    web, signer, text = house.office("web"), house.account("applicant"), "We apply for SEK 30,000."
    one = await signing.begin(web, signer, Level.DEMO, text, "/")
    await signing.shown_anew(web, await signing.begun(web, signer, one), "practice", Level.DEMO)
    return await signing.finish(web, signer, one, text)
