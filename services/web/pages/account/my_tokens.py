"""Tokens for programs: made here, shown once, for some services or only for reading, until a date."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.account.ground import again_first, is_fresh, refused_page
from services.web.signing_in import rate_limits
from services.web.site.caller import Caller
from services.web.site.sessions import Level
from services.web.tokens import TOKENS_MAX, Scope
from shared.refused import FieldError, Forbidden, Refused
from shared.words import Text

DAY_S = 86_400
DAYS = ("7", "30", "90", "365")
READ = "read"
TEMPLATE = "account/tokens.html"
SERVICES = {
    "applications": Text("ansökningar", "applications"),
    "review": Text("bedömning och beslut", "assessment and decisions"),
    "payouts": Text("pengar", "money"),
    "audit": Text("spåret", "the trail"),
    "web": Text("konton och brev", "accounts and letters"),
}
"""What people call them."""


def _required(caller: Caller) -> None:
    """Whoever signed in with an e-mail code makes no tokens. Raises SignInFirst, Forbidden."""
    caller.required()
    if caller.level is Level.EMAIL:
        raise Forbidden(
            "Det här går bara när du har loggat in med e-legitimation, lösenord eller nyckel.",
            "This takes having signed in with an e-ID, a password or a passkey.",
        )


async def _given(caller: Caller) -> dict[str, Any]:
    return {
        "tokens": await caller.site.tokens.of(caller.account),
        "services": [(name, caller.say(SERVICES[name])) for name in sorted(caller.site.services)],
        "called": {name: caller.say(words) for name, words in SERVICES.items()},
        "days": DAYS,
    }


@get("/me/tokens", name="page_my_tokens")
async def tokens_page(caller: Caller) -> Response[Any]:
    _required(caller)
    return caller.page(TEMPLATE, **await _given(caller))


@post("/me/tokens", name="post_my_tokens", status_code=200)
async def make_token(caller: Caller) -> Response[Any]:
    """The token itself stands on the answer, and nowhere ever again."""
    _required(caller)
    if not is_fresh(caller):
        return again_first(caller)
    form = await caller.form()
    try:
        scope, days = await _asked(caller, form.all("services"), form.get("may"), form.get("days"))
    except Refused as refused:
        return refused_page(caller, TEMPLATE, refused, written=form, **await _given(caller))
    demo = caller.level is Level.DEMO
    token = await caller.site.tokens.make(
        caller.account, days * DAY_S, demo=demo, scope=scope, level=caller.level or Level.EMAIL, asked=form.key
    )
    called = [caller.say(SERVICES[name]) for name in scope.services or ()]
    return caller.page("account/token_made.html", token=token, scope=scope, called=called, days=days)


async def _asked(caller: Caller, services: list[str], may: str, days: str) -> tuple[Scope, int]:
    """Raises Refused."""
    await rate_limits.count(caller.site.office.pool, ("token.made", caller.account.bytes))
    known = [name for name in services if name in caller.site.services and name in SERVICES]
    if not known:
        raise _wrong("services", Text("Välj minst en tjänst.", "Choose at least one service."))
    if may not in (READ, "write"):
        raise _wrong("may", Text("Välj vad nyckeln får göra.", "Choose what the token may do."))
    if days not in DAYS:
        raise _wrong("days", Text("Välj hur länge nyckeln ska gälla.", "Choose how long the token is to last."))
    if len(await caller.site.tokens.of(caller.account)) >= TOKENS_MAX:
        raise _wrong("", Text("Du har redan så många nycklar som ryms.", "You already have as many tokens as fit."))
    return Scope(tuple(sorted(set(known))), may == READ), int(days)


def _wrong(field: str, what: Text) -> Refused:
    return Refused(what.sv, what.en, (FieldError(field, what),))


@post("/me/tokens/{token:uuid}/withdraw", name="post_my_token_gone", status_code=303)
async def withdraw_token(token: UUID, caller: Caller) -> Response[Any]:
    caller.required()
    await caller.site.tokens.withdraw(caller.account, token)
    return caller.goes_on("/me/tokens", said=caller.gettext("The token no longer works."))


ROUTES = (tokens_page, make_token, withdraw_token)
