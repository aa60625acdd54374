"""Signing in with a local account: a password, or a passkey."""

from typing import Any

from litestar import Response, get, post

from services.web.pages.account.ground import (
    browser_for,
    browser_of,
    desk_of,
    network_of,
    next_of,
    refused_page,
    remembering,
    signed_in,
)
from services.web.signing_in import rate_limits
from services.web.site.caller import Caller
from services.web.site.sessions import Level
from shared.refused import Refused

TEMPLATE = "account/local.html"


@get("/sign-in/local", name="page_sign_in_local")
async def local_page(caller: Caller) -> Response[Any]:
    browser = browser_for(caller)
    next_ = next_of(caller, caller.request.query_params.get("next"))
    answer = caller.page(TEMPLATE, next_=next_, email="", options=await _options(caller, browser))
    return remembering(caller, browser, answer)


@post("/sign-in/local", name="post_sign_in_local", status_code=303)
async def with_password(caller: Caller) -> Response[Any]:
    form = await caller.form()
    try:
        account = await desk_of(caller).passwords.sign_in(form.get("email"), form.get("password"), network_of(caller))
        return await signed_in(caller, account, Level.LOCAL, form.get("next"))
    except Refused as refused:
        return await _again(caller, refused, form.get("next"), form.get("email"))


@post("/sign-in/passkey", name="post_sign_in_passkey", status_code=303)
async def with_passkey(caller: Caller) -> Response[Any]:
    form = await caller.form()
    try:
        account = await desk_of(caller).passkeys.use(form.get("credential"), browser_of(caller), network_of(caller))
        return await signed_in(caller, account, Level.LOCAL, form.get("next"))
    except Refused as refused:
        return await _again(caller, refused, form.get("next"), "")


async def _again(caller: Caller, refused: Refused, next_: str, email: str) -> Response[Any]:
    browser = browser_for(caller)
    options = await _options(caller, browser)
    answer = refused_page(caller, TEMPLATE, refused, next_=next_of(caller, next_), email=email, options=options)
    return remembering(caller, browser, answer)


async def _options(caller: Caller, browser: str) -> str | None:
    """For a passkey, where there may be any. Each is kept for some minutes, so one network is given no more than a
    school with its pupils would use; for those beyond, the page has the password alone."""
    passkeys = desk_of(caller).passkeys
    if not passkeys.are_possible:
        return None
    try:
        await rate_limits.count(caller.site.office.pool, ("passkey.asked", network_of(caller)))
    except rate_limits.TooMany:
        return None
    return await passkeys.ask(browser)


ROUTES = (local_page, with_password, with_passkey)
