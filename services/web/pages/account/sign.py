"""Signing: the exact text, and showing anew who one is. Another page has its reader sign in one of two ways:

    return await page_to_sign(caller, "mine.html", text, returns_to, …)   # mine.html shows the text, and includes
                                                                          # "account/ways_to_sign.html" below it
    return caller.goes_on(await begin(caller, text, returns_to))          # or a page of ours shows it

Either way the person comes back to `returns_to?signature=<id>`, and there

    signature = await finish(caller, id, text)                            # raises NotSigned: the text is another now
"""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.web.pages.account.ground import (
    SURE,
    browser_for,
    browser_of,
    desk_of,
    network_of,
    refused_page,
    remembering,
    signed_in,
)
from services.web.signing_in import rate_limits, signing
from services.web.signing_in.provider import Provider
from services.web.signing_in.signing import Begun, NotSurelyEnough, Way
from services.web.site.caller import Caller
from services.web.site.sessions import Level
from shared.refused import Refused

TEMPLATE = "account/sign.html"


class Ways(msgspec.Struct, frozen=True):
    """How this person may show anew who they are, for this text; `options` are a passkey's, where they have one."""

    path: str
    is_demo: bool
    providers: tuple[Provider, ...]
    options: str | None
    has_password: bool


async def begin(caller: Caller, text: str, returns_to: str) -> str:
    """Where to send the person to read the text and sign it. Raises SignInFirst, NotSurelyEnough."""
    return f"/sign/{await signing.begin(caller.site.office, caller.account, _level(caller), text, returns_to)}"


async def page_to_sign(caller: Caller, template: str, text: str, returns_to: str, /, **given: Any) -> Response[Any]:
    """A page that shows the text itself and the ways to sign it. Raises SignInFirst, NotSurelyEnough."""
    path, browser = await begin(caller, text, returns_to), browser_for(caller)
    answer = caller.page(template, ways=await _ways(caller, path, browser), **given)
    return remembering(caller, browser, answer)


async def finish(caller: Caller, signature: UUID, text: str) -> UUID:
    """The signature under exactly this text: made now, or the same again. Raises NotSigned, Unknown."""
    return await signing.finish(caller.site.office, caller.account, signature, text)


def _level(caller: Caller) -> Level:
    caller.required()
    if caller.level is None or caller.level not in signing.SIGNS:
        raise NotSurelyEnough
    return caller.level


async def _ways(caller: Caller, path: str, browser: str) -> Ways:
    desk, level = desk_of(caller), _level(caller)
    if level not in SURE:
        return Ways(path, is_demo=True, providers=(), options=None, has_password=False)
    keys = await desk.passkeys.of(caller.account) if desk.passkeys.are_possible else []
    return Ways(
        path,
        is_demo=False,
        providers=desk.party.providers,
        options=await desk.passkeys.ask(browser, caller.account) if keys else None,
        has_password=await desk.passwords.has(caller.account),
    )


async def _given(caller: Caller, one: Begun, browser: str) -> dict[str, Any]:
    return {
        "paragraphs": one.text.split("\n\n"),
        "returns_to": one.returns_to,
        "ways": await _ways(caller, f"/sign/{one.id}", browser),
    }


@get("/sign/{one:uuid}", name="page_sign")
async def sign_page(one: UUID, caller: Caller) -> Response[Any]:
    begun, browser = await signing.begun(caller.site.office, caller.account, one), browser_for(caller)
    return remembering(caller, browser, caller.page(TEMPLATE, **await _given(caller, begun, browser)))


@post("/sign/{one:uuid}", name="post_sign", status_code=303)
async def sign(one: UUID, caller: Caller) -> Response[Any]:
    """Shown anew by password, by passkey, or in a demo by the button alone; with a new session id either way."""
    office = caller.site.office
    begun = await signing.begun(office, caller.account, one)
    try:
        way = await _shown_anew(caller)
    except Refused as refused:
        browser = browser_for(caller)
        answer = refused_page(caller, TEMPLATE, refused, **await _given(caller, begun, browser))
        return remembering(caller, browser, answer)
    level = Level.DEMO if way == "practice" else Level.LOCAL
    await signing.shown_anew(office, begun, way, level)
    return await signed_in(caller, caller.account, level, begun.back)


async def _shown_anew(caller: Caller) -> Way:
    """Raises WrongPassword, NoPasskey, TooMany, NotSurelyEnough."""
    form, desk, level = await caller.form(), desk_of(caller), _level(caller)
    if level is Level.DEMO:
        return "practice"
    await rate_limits.count(caller.site.office.pool, ("signing.account", caller.account.bytes))
    if credential := form.get("credential"):
        await desk.passkeys.use(credential, browser_of(caller), network_of(caller), caller.account)
        return "passkey"
    await desk.passwords.show_again(caller.account, form.get("password"), network_of(caller))
    return "password"


ROUTES = (sign_page, sign)
