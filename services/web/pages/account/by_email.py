"""Signing in with a code by e-mail, and showing that a new address is one's own: ask, write the code, done.

The link in the letter leads to a page with a button: whatever opens links in letters does not use it up.
"""

from typing import Any
from uuid import UUID, uuid4

from litestar import Response, get, post

from services.web.letters.post import NoPost, is_open
from services.web.pages.account.ground import (
    again_first,
    desk_of,
    is_demo,
    is_fresh,
    network_of,
    next_of,
    refused_page,
    required_surely,
    signed_in,
    with_next,
)
from services.web.signing_in import accounts, letters, people
from services.web.signing_in.desk import LetterNotSent
from services.web.signing_in.email_code import Asked
from services.web.site.caller import Caller
from services.web.site.sessions import Level
from shared.refused import Refused


async def _sent(caller: Caller, asked: Asked | None) -> str | None:
    """Sends the letter. In a demo without a mail server its text is given back, to be shown. Raises LetterNotSent."""
    if asked is None:
        return None
    desk = desk_of(caller)
    letter = letters.code(asked, desk.url, caller.language)
    try:
        await desk.send(letter)
    except LetterNotSent as error:
        if isinstance(error.__cause__, NoPost) and is_demo(caller) and not is_open():
            return str(letter.get_content())
        raise
    return None


@get("/sign-in/email", name="page_sign_in_email")
async def email_page(caller: Caller) -> Response[Any]:
    return caller.page("account/email.html", next_=next_of(caller, caller.request.query_params.get("next")), email="")


@post("/sign-in/email", name="post_sign_in_email", status_code=200)
async def ask_code(caller: Caller) -> Response[Any]:
    """The same answer for every address."""
    form = await caller.form()
    next_, email = next_of(caller, form.get("next")), form.get("email")
    try:
        asked = await desk_of(caller).codes.ask(email, network_of(caller))
        shown = await _sent(caller, asked)
    except Refused as refused:
        return refused_page(caller, "account/email.html", refused, next_=next_, email=email)
    id_ = asked.id if asked else uuid4()
    return caller.page("account/email_code.html", action=f"/sign-in/email/{id_}", next_=next_, shown=shown)


@get("/sign-in/email/{code:uuid}", name="page_sign_in_link")
async def link_page(code: UUID, caller: Caller) -> Response[Any]:
    """Where the letter's link leads: nothing is used up until the button is pressed. It says whose address it is, so
    that nobody writes in an account that somebody else sent them the link to."""
    key = caller.request.query_params.get("key", "")
    email = await desk_of(caller).codes.whose(code, key)
    return caller.page("account/email_link.html", action=f"/sign-in/email/{code}", link=key, email=email)


@post("/sign-in/email/{code:uuid}", name="post_sign_in_code", status_code=303)
async def use_code(code: UUID, caller: Caller) -> Response[Any]:
    form = await caller.form()
    desk, next_ = desk_of(caller), next_of(caller, form.get("next"))
    action = f"/sign-in/email/{code}"
    try:
        if link := form.get("link"):
            email = await desk.codes.use_link(code, link, network_of(caller))
        else:
            email = await desk.codes.use_code(code, form.get("code"), network_of(caller))
    except Refused as refused:
        return refused_page(caller, "account/email_code.html", refused, action=action, next_=next_, shown=None)
    account = await accounts.by_address(caller.site.office, desk.lookup, email, caller.language)
    return await signed_in(caller, account, Level.EMAIL, next_, said=caller.gettext("You are signed in."))


# A new address of somebody who is signed in


@get("/me/email", name="page_my_email")
async def my_email_page(caller: Caller) -> Response[Any]:
    required_surely(caller)
    if not is_fresh(caller):
        return again_first(caller)
    return caller.page("account/my_email.html", email="")


@post("/me/email", name="post_my_email", status_code=200)
async def ask_my_email(caller: Caller) -> Response[Any]:
    required_surely(caller)
    email = (await caller.form()).get("email")
    try:
        asked = await desk_of(caller).codes.ask(email, network_of(caller))
        shown = await _sent(caller, asked)
    except Refused as refused:
        return refused_page(caller, "account/my_email.html", refused, email=email)
    id_ = asked.id if asked else uuid4()
    return caller.page("account/email_code.html", action=f"/me/email/{id_}", next_="", shown=shown)


@post("/me/email/{code:uuid}", name="post_my_email_code", status_code=303)
async def use_my_email_code(code: UUID, caller: Caller) -> Response[Any]:
    required_surely(caller)
    if not is_fresh(caller):
        return caller.goes_on(with_next("/sign-in", "/me/email"))
    form, desk = await caller.form(), desk_of(caller)
    try:
        email = await desk.codes.use_code(code, form.get("code"), network_of(caller))
        await people.verified(caller.site.office, desk.lookup, caller.account, email)
    except Refused as refused:
        action = f"/me/email/{code}"
        return refused_page(caller, "account/email_code.html", refused, action=action, next_="", shown=None)
    return caller.goes_on("/me", said=caller.gettext("The address is yours now, and letters go there."))


ROUTES = (email_page, ask_code, link_page, use_code, my_email_page, ask_my_email, use_my_email_code)
