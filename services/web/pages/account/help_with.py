"""A letter that asks for help with a draft, opened by its link: what it is, and one button to begin.

Whoever is not signed in is so afterwards, with the address that the letter went to: enough to write, not to sign. The
link is used up then; opened again by whoever it let in, it leads to the draft.
"""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.domain.helping import Help, Status
from services.web.helping import link
from services.web.helping.link import Opened
from services.web.pages.account.ground import desk_of, network_of, refused_page, signed_in
from services.web.signing_in import accounts, people
from services.web.signing_in.links import NoInvitation
from services.web.site.caller import Caller
from services.web.site.sessions import Level
from shared.refused import Refused

TEMPLATE = "account/help_with.html"


def _given(caller: Caller, one: Opened, key: str) -> dict[str, Any]:
    return {"one": one, "link": key, "call": caller.say(one.invitee.call)}


@get("/help-with/{helper:uuid}", name="page_help_with")
async def help_page(helper: UUID, caller: Caller) -> Response[Any]:
    """Nothing is used up until the button is pressed: scanners of mail open links."""
    key = caller.request.query_params.get("key", "")
    try:
        one = await link.opened(caller.site.office, helper, key, network_of(caller))
    except NoInvitation:
        return await _again(caller, helper)
    return caller.page(TEMPLATE, **_given(caller, one, key))


async def _again(caller: Caller, helper: UUID) -> Response[Any]:
    """Whoever has used the link up comes to the draft, when they have signed in. Raises NoInvitation."""
    state = await caller.site.office.book.read(caller.site.office.pool, helper)
    if not isinstance(state, Help) or state.status is not Status.HELPING:
        raise NoInvitation
    if caller.actor is None:
        return caller.page("account/help_again.html", helper=helper)
    if state.account != caller.account:
        raise NoInvitation
    return caller.goes_on(f"/drafts/{state.draft}")


@post("/help-with/{helper:uuid}", name="accept_to_help", status_code=303)
async def accept(helper: UUID, caller: Caller) -> Response[Any]:
    form, office = await caller.form(), caller.site.office
    key = form.get("link")
    try:
        one = await link.opened(office, helper, key, network_of(caller))
    except NoInvitation:
        return await _again(caller, helper)
    said = caller.gettext("Thank you for helping. Everything you write is saved as you go.")
    try:
        if caller.actor is not None:
            await link.accepted(office, one, caller.account)
            return caller.goes_on(f"/drafts/{one.draft}", said=said)
        account = await _by_address(caller, one, form.get("name"))
    except Refused as refused:
        return refused_page(caller, TEMPLATE, refused, written=form, **_given(caller, one, key))
    return await signed_in(caller, account, Level.EMAIL, f"/drafts/{one.draft}", said=said)


async def _by_address(caller: Caller, one: Opened, name: str) -> UUID:
    """The account of whoever reads letters to the address, with a name where it had none. Raises Refused."""
    office, called = caller.site.office, people.name_of(name)
    account = await accounts.by_address(office, desk_of(caller).lookup, one.invitee.email, caller.language)
    await link.accepted(office, one, account)
    if not (await people.contact_of(office, account)).name:
        await accounts.renamed(office, account, called)
    return account


ROUTES = (help_page, accept)
