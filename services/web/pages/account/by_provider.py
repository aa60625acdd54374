"""Signing in with an identity provider: away and back. The same way back serves signing and linking.

Going away is a link and no form: a page may send its forms nowhere but here.
"""

from typing import Any
from uuid import UUID

import structlog
from litestar import Response, get

from services.web.pages.account.ground import (
    again_first,
    browser_for,
    browser_of,
    desk_of,
    is_fresh,
    network_of,
    next_of,
    refused_page,
    remembering,
    required_surely,
    signed_in,
)
from services.web.signing_in import accounts, signing
from services.web.signing_in.id_token import Identity, NotSignedIn
from services.web.signing_in.oidc import Away, Purpose
from services.web.site.caller import Caller
from services.web.site.forms import OF_OUR_SITE, refuse_wrong_token
from shared.refused import Refused

log = structlog.get_logger()


async def _away(
    caller: Caller, provider: str, purpose: Purpose, returns_to: str, signing_: UUID | None = None
) -> Response[Any]:
    """Sends the browser to the provider; only where one of our own pages, or the person, asked for it."""
    if caller.request.headers.get("sec-fetch-site", "none") not in OF_OUR_SITE:
        return caller.goes_on("/sign-in")
    browser = browser_for(caller)
    try:
        url = await desk_of(caller).party.begin(
            provider,
            browser,
            network_of(caller),
            purpose=purpose,
            returns_to=returns_to,
            account=caller.actor.id if caller.actor else None,
            signing=signing_,
            language=caller.language,
        )
    except Refused as refused:
        return not_signed_in(caller, refused)
    return remembering(caller, browser, caller.goes_on(url))


def not_signed_in(caller: Caller, refused: Refused) -> Response[Any]:
    why = refused.why if isinstance(refused, NotSignedIn) else type(refused).__name__
    log.info("sign_in.refused", why=why)
    return refused_page(caller, "account/not_signed_in.html", refused)


@get("/sign-in/with/{provider:str}", name="page_sign_in_with")
async def sign_in_with(provider: str, caller: Caller) -> Response[Any]:
    return await _away(caller, provider, "sign_in", next_of(caller, caller.request.query_params.get("next")))


@get("/me/link/{provider:str}", name="page_link_provider")
async def link_with(provider: str, caller: Caller) -> Response[Any]:
    """The link on one's own page carries the session's token: no other site can have one link what is not one's own."""
    required_surely(caller)
    if not is_fresh(caller):
        return again_first(caller, "/me")  # this address is of the session that ends
    refuse_wrong_token(caller.token_of_forms, caller.request.query_params.get("csrf", ""))
    return await _away(caller, provider, "link", "/me")


@get("/sign/{one:uuid}/with/{provider:str}", name="page_sign_with")
async def sign_with(one: UUID, provider: str, caller: Caller) -> Response[Any]:
    begun = await signing.begun(caller.site.office, caller.account, one)
    if begun.is_signed:
        return caller.goes_on(begun.back)
    return await _away(caller, provider, "sign", f"/sign/{one}", one)


@get("/sign-in/with/{provider:str}/back", name="page_back_from_provider")
async def back(provider: str, caller: Caller) -> Response[Any]:
    answer = {name: str(value) for name, value in caller.request.query_params.items()}
    try:
        away, identity = await desk_of(caller).party.finish(provider, answer, browser_of(caller))
        return await _welcomed(caller, away, identity)
    except Refused as refused:
        return not_signed_in(caller, refused)


async def _welcomed(caller: Caller, away: Away, identity: Identity) -> Response[Any]:
    """Raises Refused."""
    office, lookup = caller.site.office, desk_of(caller).lookup
    if away.purpose != "sign_in" and (caller.actor is None or caller.actor.id != away.account):
        raise NotSignedIn("another_person")
    if away.purpose == "link":
        await accounts.link(office, lookup, identity, caller.account)
        return caller.goes_on("/me", said=caller.gettext("The e-ID is now a way in to your account."))
    if away.purpose == "sign_in":
        account = await accounts.by_identity(office, lookup, identity, caller.language)
        return await signed_in(caller, account, identity.level, away.returns_to)
    is_same = await accounts.known(office, lookup, identity) == caller.account
    if not is_same or identity.level not in signing.SIGNS or away.signing is None:
        raise NotSignedIn("another_person")
    one = await signing.begun(office, caller.account, away.signing)
    await signing.shown_anew(office, one, "eid", identity.level, identity)
    return await signed_in(caller, caller.account, identity.level, one.back)


ROUTES = (sign_in_with, link_with, sign_with, back)
