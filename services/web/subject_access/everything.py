"""Everything that is held about somebody: their account, what each service holds, their drafts, and who looked at it.

Each service answers for itself. It is asked as somebody who may ask for exactly that and nothing else; whether the
person in front of the page may, the page says. What was put together, for whom and by whom stands in the access log.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.web.reads.book import book_of
from services.web.reads.read import Read, Through
from services.web.signing_in.own_data import OwnData, own_data
from services.web.site.asking import JSON, Question, Wrong, ask
from services.web.site.site import Site
from shared.http.lists import PAGE_MAX
from shared.identity import Actor, Post, Role

ASKER = Actor(UUID("6269666c-6c00-4000-8000-616363657373"), (Post(Role.DATA_PROTECTION_OFFICER),))
"""Asks the services what they hold. Nobody's account, and nobody can sign in as it."""

REFERENCE = "subject-access"
PAGES_MAX = 200
"""So many pages of facts, or of what is looked through: a longer answer says that there is more."""

READS_MAX = 1_000
OF_A_CASE = frozenset(
    {"application.submitted", "completion.received", "application.withdrawn", "terms.accepted", "report.submitted"}
)
"""What somebody did in a case that is theirs: reads of it are then about them too."""

READ_BY_THEM = """
select at, through, what, roles, case_id as case from read where account = $1 order by at desc, id desc limit $2
"""
READ_ABOUT_THEM = """
select at, through, what, roles, case_id as case from read
where (person = $1 or subject = $1 or case_id = any($2)) and account <> $1 order by at desc, id desc limit $3
"""


class SeenRead(msgspec.Struct, frozen=True):
    """A read, without whoever read: that is somebody else's data. Their role says why they may."""

    at: datetime
    through: str
    what: str
    roles: list[str]
    case: UUID | None


class Holds(msgspec.Struct, frozen=True, kw_only=True):
    """What one service answered. `more` says that it holds more than fits here; `silent` that it did not answer."""

    facts: list[dict[str, Any]] = []
    mentions: list[dict[str, Any]] = []
    more: bool = False
    silent: bool = False


class Everything(OwnData, frozen=True, kw_only=True):
    made_at: datetime
    services: dict[str, Holds]
    drafts: list[dict[str, Any]]
    read_by_them: list[SeenRead]
    read_about_them: list[SeenRead]


async def everything(site: Site, person: UUID, by: Actor, drafts: list[dict[str, Any]]) -> Everything:
    """`drafts` are those the person may see, where it is they who ask. Raises ReadNotKept."""
    held = await own_data(site.office, site.tokens, person)
    words = [word for word in (held.contact.name, held.contact.email) if word]
    await book_of(site.office).keep(
        Read(
            account=by.id,
            roles=tuple(sorted({post.role.value for post in by.posts})),
            through=Through.EXPORT,
            what="/me/data" if by.id == person else "/administer/accounts/{id}/data",
            person=person,
        )
    )
    answers = await asyncio.gather(*(_of(site, name, person, words) for name in site.services))
    services = dict(zip(site.services, answers, strict=True))
    cases = list(_cases(services.values()))
    pool = site.office.worker_pool
    return Everything(
        **msgspec.structs.asdict(held),
        made_at=await pool.fetchval("select clock_timestamp()"),
        services=services,
        drafts=drafts,
        read_by_them=_reads(await pool.fetch(READ_BY_THEM, person, READS_MAX)),
        read_about_them=_reads(await pool.fetch(READ_ABOUT_THEM, person, cases, READS_MAX)),
    )


def _reads(rows: Iterable[Any]) -> list[SeenRead]:
    return [msgspec.convert(dict(row), SeenRead) for row in rows]


def _cases(answers: Iterable[Holds]) -> Iterable[UUID]:
    """The cases in which they acted for their association, and those in whose papers they stand."""
    found = set()
    for holds in answers:
        found |= {
            UUID(fact["event"]["subject"])
            for fact in holds.facts
            if fact["by_them"] and fact["event"].get("type") in OF_A_CASE and not _for_another(fact["event"])
        }
        found |= {UUID(mention["owner"]) for mention in holds.mentions if mention["scope"] == "case"}
    return found


def _for_another(event: dict[str, Any]) -> bool:
    """Registered by whoever works at the fund, on a paper that the association signed: a case that is not theirs."""
    data = event.get("data") or {}
    return bool(data.get("set_down")) and not data.get("signed_by")


async def _of(site: Site, service: str, person: UUID, words: list[str]) -> Holds:
    try:
        facts, more_facts = await _all(site, service, "GET", f"/people/{person}/facts", b"")
        body = msgspec.json.encode({"words": words})
        mentions, more_mentions = await _all(site, service, "POST", f"/people/{person}/mentions", body)
    except Wrong:
        return Holds(silent=True)
    return Holds(facts=facts, mentions=mentions, more=more_facts or more_mentions)


async def _all(site: Site, service: str, method: str, path: str, body: bytes) -> tuple[list[dict[str, Any]], bool]:
    """Every page, and whether there was more than we took. Raises Wrong."""
    found: list[dict[str, Any]] = []
    after: str | None = None
    for _ in range(PAGES_MAX):
        query = {"limit": str(PAGE_MAX)} if method == "GET" else {}
        headers = {"authorization": f"Bearer {site.minter.token(ASKER, service)}", "content-type": JSON}
        asked = Question(
            method=method, path=path, query=query | ({"after": after} if after else {}), headers=headers, body=body
        )
        shown = (await ask(site.services[service], asked, REFERENCE)).json
        found += shown["items"]
        after = shown["next"]
        if after is None:
            return found, False
    return found, True
