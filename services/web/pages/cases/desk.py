"""What the desk's pages have in common: who sits there, what a list's rows are called, and what day it is where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response

from services.web.pages.cases.words import OPINIONS, OUTCOMES, SHORT, WHO, said
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.money_and_time import ZONE, as_day
from shared.identity import Role
from shared.programme import ProgrammeRules

STAFF = tuple(role for role in Role if role not in (Role.APPLICANT, Role.SIGNATORY, Role.HELPER, Role.FUND))
READERS = (
    Role.OFFICER,
    Role.COORDINATOR,
    Role.PANEL,
    Role.DECISION_MAKER,
    Role.SECRETARY,
    Role.AUDITOR,
    Role.ARCHIVIST,
)
"""Who has the pipeline."""
CASE_READERS = (*READERS, Role.FINANCE, Role.ATTESTER)

RULES_KEPT = 64
PROGRAMMES_MAX = 100
CALLS_MAX = 100

_rules: dict[str, ProgrammeRules] = {}


async def rules_of(caller: Caller, programme: str) -> ProgrammeRules:
    """A programme's rules. They never change once they are published, so they are read once."""
    found = _rules.get(programme)
    if found is None:
        shown = await caller.ask("applications", f"/programmes/{programme}")
        found = msgspec.convert(shown.json["rules"], ProgrammeRules, strict=False)
        while len(_rules) >= RULES_KEPT:
            _rules.pop(next(iter(_rules)))
        _rules[programme] = found
    return found


class Days:
    """What day it is in each programme: a practice programme has a clock of its own."""

    def __init__(self, programmes: Iterable[Mapping[str, Any]]) -> None:
        self.programmes = {str(one["id"]): one for one in programmes}
        self._days = {name: as_day(one["now"]) for name, one in self.programmes.items()}

    def of(self, programme: object) -> date:
        return self._days.get(str(programme)) or datetime.now(ZONE).date()


async def days(caller: Caller) -> Days:
    shown = await caller.ask("applications", "/programmes", limit=PROGRAMMES_MAX)
    return Days(shown.json["items"])


async def calls(caller: Caller) -> list[dict[str, Any]]:
    shown = await caller.ask("applications", "/calls", limit=CALLS_MAX)
    found: list[dict[str, Any]] = shown.json["items"]
    return found


async def named(caller: Caller, rows: Sequence[dict[str, Any]], key: str = "id") -> list[dict[str, Any]]:
    """The rows with title and association_name: review knows none, so that nobody's words are in its journal."""
    if not rows:
        return []
    ids = ",".join(str(row[key]) for row in rows)
    shown = await caller.ask("applications", "/cases", ids=ids, limit=len(rows))
    words = {one["id"]: one for one in shown.json["items"]}
    nothing: dict[str, Any] = {}
    return [
        row | {name: words.get(str(row[key]), nothing).get(name) for name in ("title", "association_name")}
        for row in rows
    ]


def drawn(
    caller: Caller, template: str, *, status: int = 200, wrong: Wrong | None = None, **given: Any
) -> Response[str]:
    """A page of the desk, with its words."""
    language = caller.language
    return caller.page(
        template,
        status=status,
        wrong=wrong,
        who_moves=said(WHO, language),
        outcomes=said(OUTCOMES, language),
        opinions=said(OPINIONS, language),
        stage=said(SHORT, language),
        me=str(caller.account),
        my_roles=frozenset(post.role.value for post in caller.actor.posts) if caller.actor else frozenset(),
        **given,
    )


def can_be_put_right(wrong: Wrong) -> bool:
    """On the page itself, with everything that was written still there. The rest are pages of their own."""
    return wrong.status in (409, 422)


def as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
