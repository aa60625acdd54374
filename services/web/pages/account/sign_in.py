"""Signing in: the ways there are, the demo's people, and signing out."""

from typing import Any

from litestar import Response, get, post

from services.web.demo_people import NAMES, PEOPLE, account_of
from services.web.letters.post import is_open
from services.web.pages.account.ground import desk_of, is_demo, next_of, signed_in
from services.web.pages.account.roles import ROLES
from services.web.site.caller import Caller
from services.web.site.sessions import Level
from shared.identity import Role
from shared.refused import Unknown


def demo_people(caller: Caller) -> list[tuple[str, str, str]]:
    """(person, name, roles in words): whoever applies first, as a round begins with them."""
    in_turn = sorted(PEOPLE.items(), key=lambda one: Role.APPLICANT not in one[1])
    return [(person, NAMES[person], ", ".join(caller.say(ROLES[role]) for role in held)) for person, held in in_turn]


@get("/sign-in", name="page_sign_in")
async def sign_in_page(caller: Caller) -> Response[Any]:
    desk = desk_of(caller)
    return caller.page(
        "account/sign_in.html",
        next_=next_of(caller, caller.request.query_params.get("next")),
        providers=desk.party.providers,
        people=demo_people(caller) if is_demo(caller) else [],
        has_email=is_open() or is_demo(caller),
    )


@post("/sign-in/demo", name="post_sign_in_demo", status_code=303)
async def sign_in_as(caller: Caller) -> Response[Any]:
    """Only while a demo runs, and only from its own machine."""
    form = await caller.form()
    person = form.get("person")
    if not is_demo(caller) or person not in PEOPLE:
        raise Unknown
    return await signed_in(caller, account_of(person), Level.DEMO, form.get("next"))


@post("/sign-out", name="post_sign_out", status_code=303)
async def sign_out(caller: Caller) -> Response[Any]:
    await caller.site.sessions.end(caller.session_id)
    caller.end_session()
    return caller.goes_on("/", said=caller.gettext("You are signed out."))


@post("/sign-out/everywhere", name="post_sign_out_everywhere", status_code=303)
async def sign_out_everywhere(caller: Caller) -> Response[Any]:
    """Every session of the account ends, and every token of it."""
    account = caller.account
    await caller.site.sessions.end_all(account)
    await caller.site.tokens.withdraw_all(account)
    caller.end_session()
    return caller.goes_on("/", said=caller.gettext("You are signed out everywhere. Your tokens no longer work."))


ROUTES = (sign_in_page, sign_in_as, sign_out, sign_out_everywhere)
