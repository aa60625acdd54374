"""One's own ways in: a password and passkeys. Changing them ends every other session of the account."""

from typing import Any

from litestar import Response, get, post

from services.web.pages.account.ground import (
    again_first,
    browser_for,
    browser_of,
    desk_of,
    is_fresh,
    refused_page,
    remembering,
    required_surely,
    signed_in,
)
from services.web.signing_in import people
from services.web.signing_in.passwords import LENGTH_MIN
from services.web.site.caller import Caller
from shared.refused import Refused


@get("/me/password", name="page_my_password")
async def password_page(caller: Caller) -> Response[Any]:
    required_surely(caller)
    if not is_fresh(caller):
        return again_first(caller)
    return caller.page("account/password.html", **await _given(caller))


@post("/me/password", name="post_my_password", status_code=303)
async def set_password(caller: Caller) -> Response[Any]:
    required_surely(caller)
    if not is_fresh(caller):
        return again_first(caller)
    try:
        await desk_of(caller).passwords.set(caller.account, (await caller.form()).get("password"))
    except Refused as refused:
        return refused_page(caller, "account/password.html", refused, **await _given(caller))
    return await _everywhere_else_out(
        caller, caller.gettext("The password is changed, and you are signed out elsewhere.")
    )


@post("/me/password/remove", name="post_my_password_gone", status_code=303)
async def remove_password(caller: Caller) -> Response[Any]:
    required_surely(caller)
    if not is_fresh(caller):
        return again_first(caller)
    await desk_of(caller).passwords.remove(caller.account)
    return await _everywhere_else_out(caller, caller.gettext("The password is gone, and you are signed out elsewhere."))


async def _given(caller: Caller) -> dict[str, Any]:
    has = await desk_of(caller).passwords.has(caller.account)
    contact = await people.contact_of(caller.site.office, caller.account)
    return {"has": has, "email": contact.email or "", "length_min": LENGTH_MIN}


@get("/me/passkeys", name="page_my_passkeys")
async def passkeys_page(caller: Caller) -> Response[Any]:
    required_surely(caller)
    if not is_fresh(caller):
        return again_first(caller)
    return await _passkeys(caller, None)


@post("/me/passkeys", name="post_my_passkeys", status_code=303)
async def add_passkey(caller: Caller) -> Response[Any]:
    required_surely(caller)
    if not is_fresh(caller):
        return again_first(caller)
    try:
        await desk_of(caller).passkeys.add(caller.account, (await caller.form()).get("credential"), browser_of(caller))
    except Refused as refused:
        return await _passkeys(caller, refused)
    return caller.goes_on("/me", said=caller.gettext("The passkey is a way in to your account now."))


@post("/me/passkeys/remove", name="post_my_passkey_gone", status_code=303)
async def remove_passkey(caller: Caller) -> Response[Any]:
    required_surely(caller)
    if not is_fresh(caller):
        return again_first(caller)
    written = (await caller.form()).get("credential")
    for credential in await desk_of(caller).passkeys.of(caller.account):
        if credential.hex() == written:
            await desk_of(caller).passkeys.remove(caller.account, credential)
    return await _everywhere_else_out(caller, caller.gettext("The passkey is gone, and you are signed out elsewhere."))


async def _passkeys(caller: Caller, refused: Refused | None) -> Response[Any]:
    desk, browser = desk_of(caller), browser_for(caller)
    contact = await people.contact_of(caller.site.office, caller.account)
    shown_name = contact.email or contact.name or "Bifall"
    options = await desk.passkeys.offer(caller.account, shown_name, browser) if desk.passkeys.are_possible else None
    if refused is None:
        answer: Response[Any] = caller.page("account/passkeys.html", options=options)
    else:
        answer = refused_page(caller, "account/passkeys.html", refused, options=options)
    return remembering(caller, browser, answer)


async def _everywhere_else_out(caller: Caller, said: str) -> Response[Any]:
    """Whoever had got in another way is out; this browser stays in, with a new session, for as long as it would have:
    nobody has shown anew who they are."""
    session = caller.session
    await caller.site.sessions.end_all(caller.account)
    if session is None:
        return caller.goes_on("/sign-in")
    return await signed_in(caller, session.account, session.level, "/me", said=said, since=session.signed_in_at)


ROUTES = (password_page, set_password, remove_password, passkeys_page, add_passkey, remove_passkey)
