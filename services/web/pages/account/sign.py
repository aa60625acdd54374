"""Signing: the exact text, and showing anew who one is. Whatever is signed in the pages is signed in this one way:

    return await page_to_sign(caller, "mine.html", act, …)       # mine.html shows the text, and includes
                                                                 # "account/ways_to_sign.html" below it

The person comes back to `act.returns_to?signature=<id>`, and there, with the act put together anew from what is so now,

    return await sign_and_do(caller, act, signature, refused)    # signed and done; or, where the text is another now,
                                                                 # back to read it again
"""

from collections.abc import Awaitable, Callable
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
from services.web.signing_in.signing import SIGNS, Begun, NotSigned, NotSurelyEnough, Way
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.sessions import Level
from shared.identity import Role
from shared.refused import Refused

TEMPLATE = "account/sign.html"
COUNTED = "signing.account"
PARAGRAPH = "\n\n"
IN_THE_WAY = frozenset({409, 422})
"""What a service answers where the rules, and not the page, stand in the way of what was signed."""


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """A text that somebody signs, and what the signature leads to: a command to a service, given once, under the
    signature's own id as its key, so that the fact names the signature."""

    paragraphs: list[str]
    """A paragraph of several lines has a newline between them."""
    read_at: str
    """The page to go to where the text is another now than what was signed."""
    returns_to: str
    case: UUID
    """What is signed is kept as long as the case."""
    service: str
    command: str
    version: int | None
    leads_to: str
    said: str

    @property
    def text(self) -> str:
        return PARAGRAPH.join(self.paragraphs)


class Ways(msgspec.Struct, frozen=True):
    """How this person may show anew who they are, for this text; `options` are a passkey's, where they have one."""

    path: str
    is_demo: bool
    providers: tuple[Provider, ...]
    options: str | None
    has_password: bool


def points(lines: list[str]) -> str:
    """A paragraph whose lines are shown as a list."""
    return "\n".join(f"- {line}" for line in lines)


async def begin(caller: Caller, text: str, returns_to: str, case: UUID | None = None) -> str:
    """Where to send the person to read the text and sign it. Raises SignInFirst, NotSurelyEnough."""
    office, level = caller.site.office, _level(caller)
    return f"/sign/{await signing.begin(office, caller.account, level, text, returns_to, case)}"


def may_sign(caller: Caller, association: UUID) -> bool:
    """Whether they may sign for the association, and have shown who they are surely enough."""
    actor = caller.actor
    return actor is not None and caller.level in SIGNS and actor.holds_for(Role.SIGNATORY, association)


async def page_to_sign(caller: Caller, template: str, act: Act, /, **given: Any) -> Response[Any]:
    """A page that shows the text itself and the ways to sign it. Raises SignInFirst, NotSurelyEnough."""
    path, browser = await begin(caller, act.text, act.returns_to, act.case), browser_for(caller)
    answer = caller.page(template, act=act, ways=await _ways(caller, path, browser), **given)
    return remembering(caller, browser, answer)


async def sign_and_do(
    caller: Caller,
    act: Act,
    signature: UUID | None,
    refused: Callable[[Wrong], Awaitable[Response[Any]]],
    after: Callable[[], Awaitable[Response[Any]]] | None = None,
) -> Response[Any]:
    """The signature under exactly this text, and what it leads to; opened again, the same signature and the same act.
    Without a signature they have thought better of it. `refused` draws what a service says stands in the way, and
    `after` goes on where that depends on what came of it. Raises SignInFirst, Unknown, Wrong."""
    if signature is None:
        return caller.goes_on(act.read_at)
    try:
        await signing.finish(caller.site.office, caller.account, signature, act.text)
    except NotSigned:
        message = caller.gettext("Something was changed while you read. Read through what has changed, and sign again.")
        return caller.goes_on(act.read_at, said=message)
    try:
        await caller.tell(act.service, "POST", act.command, version=act.version, key=str(signature))
    except Wrong as wrong:
        if wrong.status not in IN_THE_WAY:
            raise
        return await refused(wrong)
    return await after() if after else caller.goes_on(act.leads_to, said=act.said)


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
        "paragraphs": one.text.split(PARAGRAPH),
        "returns_to": one.returns_to,
        "ways": await _ways(caller, f"/sign/{one.id}", browser),
    }


@get("/sign/{one:uuid}", name="page_sign")
async def sign_page(one: UUID, caller: Caller) -> Response[Any]:
    begun, browser = await signing.begun(caller.site.office, caller.account, one), browser_for(caller)
    if begun.is_signed:
        return caller.goes_on(begun.back)
    return remembering(caller, browser, caller.page(TEMPLATE, **await _given(caller, begun, browser)))


@post("/sign/{one:uuid}", name="post_sign", status_code=303)
async def sign(one: UUID, caller: Caller) -> Response[Any]:
    """Shown anew by password, by passkey, or in a demo by the button alone; with a new session id either way.
    Pressed again afterwards, it leads where it led."""
    office = caller.site.office
    begun = await signing.begun(office, caller.account, one)
    if begun.is_signed:
        return caller.goes_on(begun.back)
    try:
        way = await _shown_anew(caller)
    except Refused as refused:
        browser = browser_for(caller)
        answer = refused_page(caller, TEMPLATE, refused, **await _given(caller, begun, browser))
        return remembering(caller, browser, answer)
    await rate_limits.forgive(office.pool, COUNTED, caller.account.bytes)
    level = Level.DEMO if way == "practice" else Level.LOCAL
    await signing.shown_anew(office, begun, way, level)
    return await signed_in(caller, caller.account, level, begun.back, is_anew=True)


async def _shown_anew(caller: Caller) -> Way:
    """Raises WrongPassword, NoPasskey, TooMany, NotSurelyEnough."""
    form, desk, level = await caller.form(), desk_of(caller), _level(caller)
    if level is Level.DEMO:
        return "practice"
    await rate_limits.count(caller.site.office.pool, (COUNTED, caller.account.bytes))
    if credential := form.get("credential"):
        await desk.passkeys.use(credential, browser_of(caller), network_of(caller), caller.account)
        return "passkey"
    await desk.passwords.show_again(caller.account, form.get("password"), network_of(caller))
    return "password"


ROUTES = (sign_page, sign)
