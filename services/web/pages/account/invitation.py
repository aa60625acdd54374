"""An invitation, opened by its link: what one is asked to be, and how to sign in from then on."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.domain.account import takes_two
from services.web.pages.account.administer import last_day_of
from services.web.pages.account.ground import SURE, desk_of, network_of, refused_page, signed_in
from services.web.pages.account.roles import ROLES
from services.web.signing_in import accounts, invitations, people
from services.web.signing_in.invitations import Opened
from services.web.signing_in.passwords import LENGTH_MIN
from services.web.site.caller import Caller
from services.web.site.sessions import Level
from shared.identity import Post
from shared.refused import Refused
from shared.uuid7 import uuid7

TEMPLATE = "account/invitation.html"


def _given(caller: Caller, one: Opened, key: str) -> dict[str, Any]:
    return {
        "one": one,
        "link": key,
        "role": caller.say(ROLES[one.role]),
        "takes_two": takes_two(Post(one.role, one.association)),
        "is_sure": caller.level in SURE,
        "providers": desk_of(caller).party.providers,
        "length_min": LENGTH_MIN,
        "last_day": last_day_of(one.until),
        "here": f"/invitation/{one.id}?key={key}",
    }


@get("/invitation/{invitation:uuid}", name="page_invitation")
async def invitation_page(invitation: UUID, caller: Caller) -> Response[Any]:
    key = caller.request.query_params.get("key", "")
    one = await invitations.opened(caller.site.office, invitation, key, network_of(caller))
    return caller.page(TEMPLATE, **_given(caller, one, key))


@post("/invitation/{invitation:uuid}", name="post_invitation", status_code=303)
async def accept(invitation: UUID, caller: Caller) -> Response[Any]:
    """With the account one is signed in to, or with a new password."""
    form = await caller.form()
    key = form.get("link")
    one = await invitations.opened(caller.site.office, invitation, key, network_of(caller))
    since = None
    try:
        if caller.session is not None and caller.level in SURE and "password" not in form:
            account, level, since = caller.account, caller.session.level, caller.session.signed_in_at
            await invitations.accepted(caller.site.office, desk_of(caller).lookup, one, account)
        else:
            account, level = await _with_password(caller, one, form.get("name"), form.get("password")), Level.LOCAL
    except Refused as refused:
        return refused_page(caller, TEMPLATE, refused, written=form, **_given(caller, one, key))
    said = caller.gettext("You have accepted the invitation.")
    return await signed_in(caller, account, level, "/me", said=said, since=since)


async def _with_password(caller: Caller, one: Opened, name: str, password: str) -> UUID:
    """The account of whoever reads letters to the address: theirs from before, or a new one. Raises Refused.

    Nothing is set before the invitation is accepted: one that is refused changes nobody's password. With a new password
    all else that opened the account to somebody is over: sessions, and tokens.
    """
    office, desk = caller.site.office, desk_of(caller)
    called = people.name_of(name)
    desk.passwords.refuse_unfit(password)
    account = await people.account_with(office.pool, desk.lookup, one.email) or uuid7()
    await _refuse_past_their_e_id(caller, account)
    await invitations.accepted(office, desk.lookup, one, account)
    await desk.passwords.set(account, password)
    await accounts.renamed(office, account, called)
    await caller.site.sessions.end_all(account)
    await caller.site.tokens.withdraw_all(account)
    return account


async def _refuse_past_their_e_id(caller: Caller, account: UUID) -> None:
    """Raises Refused for an account that is opened with an e-ID, and with no password: a letter that somebody else may
    read gives it none. A forgotten password is another thing, and so is an e-ID that nobody takes any more."""
    office, desk = caller.site.office, desk_of(caller)
    theirs = await accounts.providers_of(office, account) & {provider.name for provider in desk.party.providers}
    if theirs and not await desk.passwords.has(account):
        raise Refused(
            "Du har redan ett konto med e-legitimation. Logga in med den, så kommer du tillbaka hit och tackar ja.",
            "You have an account with an e-ID already. Sign in with that, and you come back here to accept.",
        )


ROUTES = (invitation_page, accept)
