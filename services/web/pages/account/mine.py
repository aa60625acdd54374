"""The page about oneself: what is held here, ways in, sessions, and everything to take away."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.web.pages.account.ground import SURE, desk_of, refused_page
from services.web.pages.account.roles import ROLES
from services.web.signing_in import people
from services.web.signing_in.own_data import own_data
from services.web.site.caller import Caller
from services.web.site.sessions import Level
from shared.http.lists import PAGE_MAX
from shared.identity import Post
from shared.refused import Refused
from shared.words import Text

TEMPLATE = "account/me.html"
LEVELS = {
    Level.DEMO: Text("övning", "practice"),
    Level.EMAIL: Text("kod med e-post", "code by e-mail"),
    Level.LOCAL: Text("lösenord eller nyckel", "password or passkey"),
    Level.EID: Text("e-legitimation", "e-ID"),
}


async def given(caller: Caller) -> dict[str, Any]:
    desk = desk_of(caller)
    held = await own_data(caller.site.office, caller.site.tokens, caller.account)
    linked = {one.provider for one in held.identities}
    return {
        "held": held,
        "roles": [_words(caller, one) for one in held.roles if one.association is None or one.draft],
        "for_associations": await _for_associations(caller, held.roles),
        "proposed": [_words(caller, one) for one in held.proposed_roles],
        "level": caller.say(LEVELS[caller.level]) if caller.level else "",
        "levels": {level.value: caller.say(words) for level, words in LEVELS.items()},
        "is_sure": caller.level in SURE,
        "to_link": [one for one in desk.party.providers if one.name not in linked],
        "titles": {one.name: one.title for one in desk.party.providers},
        "has_passkeys": desk.passkeys.are_possible,
    }


def _words(caller: Caller, one: Post) -> str:
    return caller.say(ROLES[one.role])


async def _for_associations(caller: Caller, posts: tuple[Post, ...]) -> list[tuple[str, list[str]]]:
    """Each association with the roles for it, by name."""
    roles: dict[UUID, list[str]] = {}
    for one in posts:
        if one.association is not None and one.draft is None:  # a helper is not told of more than the draft
            roles.setdefault(one.association, []).append(_words(caller, one))
    if not roles:
        return []
    found = await caller.ask_if_there("applications", "/associations", limit=PAGE_MAX)
    names = {UUID(one["id"]): one["name"] for one in found.json["items"]} if found else {}
    nameless = caller.gettext("an association")
    return sorted((names.get(association, nameless), words) for association, words in roles.items())


@get("/me", name="page_me")
async def my_page(caller: Caller) -> Response[Any]:
    caller.required()
    return caller.page(TEMPLATE, **await given(caller))


@post("/me", name="post_me", status_code=303)
async def change_me(caller: Caller) -> Response[Any]:
    """Name, language and how letters come."""
    caller.required()
    office, form = caller.site.office, await caller.form()
    contact = await people.contact_of(office, caller.account)
    language, channel = form.get("language"), form.get("channel")
    try:
        changed = msgspec.structs.replace(
            contact,
            name=people.name_of(form.get("name")),
            language="en" if language == "en" else "sv",
            channel="paper" if channel == "paper" else "email",
        )
    except Refused as refused:
        return refused_page(caller, TEMPLATE, refused, written=form, **await given(caller))
    await people.keep(office, caller.account, changed)
    return caller.goes_on("/me", said=caller.gettext("It is saved."))


ROUTES = (my_page, change_me)
