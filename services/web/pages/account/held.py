"""Everything that is held about somebody, to read, to print and to take away: for themselves, and for the data
protection officer when somebody asks on paper."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get

from services.web.pages.account.roles import ROLES
from services.web.pages.account.written import Lines, as_read, rules_of_cases
from services.web.pages.audit.in_words import told
from services.web.pages.audit.reads import seen_in_words
from services.web.site.caller import Caller
from services.web.site.forms import SignInFirst
from services.web.subject_access.everything import Everything, Holds, everything
from shared.http.lists import PAGE_MAX
from shared.identity import Actor, Post, Role
from shared.programme import ProgrammeRules
from shared.words import Text

SOURCES: dict[str, Text] = {
    "applications": Text("Ansökningar och föreningar", "Applications and associations"),
    "review": Text("Prövning och beslut", "Review and decisions"),
    "payouts": Text("Pengar och redovisning", "Money and reports"),
    "audit": Text("Spåret", "The trail"),
    "web": Text("Konton, brev och underskrifter", "Accounts, letters and signatures"),
}


class Told(msgspec.Struct, frozen=True):
    """One fact as the page tells it."""

    at: str
    words: str
    by_them: bool
    written: list[Lines]
    files: list[str]


async def _own_drafts(caller: Caller) -> list[dict[str, Any]]:
    """What they have begun and not sent in: nobody else may ask for it (H8). What they only help with is another's."""
    listed = await caller.ask_if_there("applications", "/drafts", limit=PAGE_MAX)
    own = [one for one in listed.json["items"] if UUID(one["association"]) in caller.associations] if listed else []
    paths = [("applications", f"/drafts/{one['id']}") for one in own]
    return [one.json for one in await caller.ask_all_there(*paths) if one is not None]


def _asker(caller: Caller, *roles: Role) -> Actor:
    caller.required(*roles)
    if caller.actor is None:
        raise SignInFirst
    return caller.actor


async def _own(caller: Caller) -> Everything:
    asker = _asker(caller)
    return await everything(caller.site, asker.id, asker, await _own_drafts(caller))


async def _of(caller: Caller, account: UUID) -> Everything:
    asker = _asker(caller, Role.DATA_PROTECTION_OFFICER)
    await caller.ask("web", f"/accounts/{account}")  # there is such an account
    return await everything(caller.site, account, asker, [])


async def _page(caller: Caller, held: Everything, file: str) -> Response[Any]:
    """What was written is folded away, or the page is as long as all of it together; `?open=yes` unfolds it for
    paper."""
    rules = await rules_of_cases(caller, held.services.values())
    return caller.page(
        "account/data.html",
        held=held,
        file=file,
        unfolded=caller.request.query_params.get("open") == "yes",
        own=held.account == caller.account,
        roles=list(dict.fromkeys(_words(caller, one) for one in held.roles)),
        sources=[
            (name, caller.say(SOURCES.get(name, Text(name, name))), holds, list(_told(caller, held, holds, rules)))
            for name, holds in held.services.items()
        ],
        read=lambda text: as_read(text, None, caller.language),
        read_by=[seen_in_words(caller, one) for one in held.read_by_them],
        read_about=[seen_in_words(caller, one) for one in held.read_about_them],
    )


def _words(caller: Caller, post: Post) -> str:
    return caller.say(ROLES[post.role])


def _told(caller: Caller, held: Everything, holds: Holds, rules: Mapping[str, ProgrammeRules]) -> Iterable[Told]:
    names = {str(held.account): held.contact.name} if held.contact.name else {}
    for fact in holds.facts:
        event, written = fact["event"], fact["written"]
        of_case = rules.get(event["subject"])
        texts = [as_read(one["text"], of_case, caller.language) for one in written if one["text"] is not None]
        files = [one["name"] for one in written if one["text"] is None and one["name"] is not None]
        yield Told(event["time"], told(event, event["type"], caller.language, names), fact["by_them"], texts, files)


def _file(caller: Caller, held: Everything) -> Response[Any]:
    answer = caller.json(held)
    answer.headers["Content-Disposition"] = 'attachment; filename="bifall.json"'
    return answer


@get("/me/data", name="page_my_data")
async def my_data_page(caller: Caller) -> Response[Any]:
    return await _page(caller, await _own(caller), "/me/data.json")


@get("/me/data.json", name="file_my_data")
async def my_data(caller: Caller) -> Response[Any]:
    return _file(caller, await _own(caller))


@get("/administer/accounts/{account:uuid}/data", name="page_account_data")
async def account_data_page(account: UUID, caller: Caller) -> Response[Any]:
    return await _page(caller, await _of(caller, account), f"/administer/accounts/{account}/data.json")


@get("/administer/accounts/{account:uuid}/data.json", name="file_account_data")
async def account_data(account: UUID, caller: Caller) -> Response[Any]:
    return _file(caller, await _of(caller, account))


ROUTES = (my_data_page, my_data, account_data_page, account_data)
