"""What the pages of accounts stand on: the desk, the browser's own secret, where a call comes from, being signed in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response

from services.web.domain.account import Account
from services.web.loopback import on_loopback
from services.web.signing_in.begun import BROWSER, LIFE_S
from services.web.signing_in.desk import NoAddress, SignInDesk, sign_in_desk
from services.web.signing_in.id_token import NotSignedIn
from services.web.signing_in.lookup import secret
from services.web.signing_in.rate_limits import TooMany
from services.web.site import cookies
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import local_path, stands_at
from services.web.site.navigation import home
from services.web.site.sessions import Level, lent
from shared.refused import Forbidden, Refused

BROWSER_SECRET_MAX = 64
FRESH = timedelta(minutes=15)
"""Ways in are changed only shortly after signing in: a session left open somewhere gives nobody a way back."""

SURE = frozenset({Level.LOCAL, Level.EID})


def desk_of(caller: Caller) -> SignInDesk:
    """Raises NoAddress where this installation's address is not known, and the call is not this machine's own."""
    url = caller.site.about.public_url
    if url is None and on_loopback(caller.request):
        url = f"http://{caller.request.headers['host']}"
    if url is None:
        raise NoAddress
    return sign_in_desk(caller.site.office, url)


def network_of(caller: Caller) -> bytes:
    client = caller.request.client
    return desk_of(caller).lookup.network(client.host if client else "")


def is_demo(caller: Caller) -> bool:
    """Whether the demo's people may be chosen here: while a demo runs, on its own machine."""
    return caller.site.about.demo and on_loopback(caller.request)


# The browser: a secret of its own, so that what it begins only it can go on with.


def browser_of(caller: Caller) -> str:
    return caller.request.cookies.get(_name(caller), "")[:BROWSER_SECRET_MAX]


def browser_for(caller: Caller) -> str:
    """Its secret, or a new one to give it with `remembering`."""
    return browser_of(caller) or secret()


def remembering(caller: Caller, browser: str, answer: Response[Any]) -> Response[Any]:
    answer.set_cookie(cookies.made(caller.site.about, _name(caller), browser, LIFE_S))
    return answer


def _name(caller: Caller) -> str:
    return f"__Host-{BROWSER}" if caller.site.about.is_https else BROWSER


# Being signed in


async def signed_in(
    caller: Caller,
    account: UUID,
    level: Level,
    next_: str | None,
    said: str | None = None,
    *,
    is_anew: bool = False,
    since: datetime | None = None,
) -> Response[Any]:
    """A new session, whatever the browser had before, and on to where they were going. `is_anew`: they were signed in,
    and have shown once more who they are. `since`: they were signed in from then on, and have shown nothing. Raises
    NotSignedIn."""
    state = await caller.site.office.book.read(caller.site.office.pool, account)
    if not isinstance(state, Account) or (state.demo and level is not Level.DEMO):
        raise NotSignedIn("account")
    caller.begin_session(
        await caller.site.sessions.begin(account, level, caller.session_id, is_anew=is_anew, signed_in_at=since)
    )
    return caller.goes_on(local_path(next_, home(lent(state.actor, level))), said)


def next_of(caller: Caller, wanted: str | None) -> str:
    """A page of ours to go on to, or nothing: never another site."""
    return local_path(wanted, "")


def with_next(path: str, next_: str) -> str:
    return f"{path}?next={quote(next_, safe='/')}" if next_ else path


def required_surely(caller: Caller) -> None:
    """For changing the ways in: signed in with more than an e-mail code, as no demo person, and lately.
    Raises SignInFirst, Forbidden."""
    caller.required()
    if caller.level not in SURE:
        raise Forbidden(
            "Det här går bara när du har loggat in med e-legitimation, lösenord eller nyckel.",
            "This takes having signed in with an e-ID, a password or a passkey.",
        )


def is_fresh(caller: Caller) -> bool:
    return caller.session is not None and datetime.now(UTC) - caller.session.signed_in_at < FRESH


def again_first(caller: Caller, back: str | None = None) -> Response[Any]:
    """They come `back`, or to where they were."""
    return caller.goes_on(
        with_next("/sign-in", back or stands_at(caller.request)),
        said=caller.gettext("You signed in some time ago. Sign in again, and you come back here."),
    )


# What was refused


def wrong_of(caller: Caller, refused: Refused) -> Wrong:
    return Wrong.from_text(refused.status, refused.title, refused.detail, refused.errors, caller.language)


def refused_page(caller: Caller, template: str, refused: Refused, **given: Any) -> Response[Any]:
    """The same page again, with what was wrong first."""
    answer = caller.page(template, wrong=wrong_of(caller, refused), status=refused.status, **given)
    if isinstance(refused, TooMany):
        answer.headers["Retry-After"] = str(refused.again_s)
    return answer
