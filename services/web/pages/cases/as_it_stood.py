"""A case as it stood at some moment: what whoever decided then had before them, and nothing that came after.

Each service folds its own facts up to the moment, so what was written then is shown as it was written then. The moment
is chosen by the clock, or as one of the facts in the trail.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from services.web.pages.audit.documents import Held, held, read, spoken_of
from services.web.pages.cases.case import SEE_TRAIL, asked_for, budget, involved, look_up, papers, sections
from services.web.pages.cases.desk import drawn
from services.web.pages.cases.events import done_by, in_words
from services.web.site.caller import Caller
from services.web.site.money_and_time import ZONE
from services.web.site.names import known_names
from shared.refused import Unknown

ROWS = 100
PAGES_MAX = 20
NEARBY = 3
"""How many facts on each side of the moment the page says."""

Told = Annotated[str, QueryParameter(max_length=40, required=False)]


class Stood(msgspec.Struct, frozen=True):
    """A fact of the trail: its moment as the trail has it, who, what in words, and its exact text."""

    at: str
    who: str
    text: str
    exact: str


class Document(msgspec.Struct, frozen=True):
    """Something written or sent in by then: the fact it came with, and whether it is still what it was."""

    at: str
    text: str
    held: Held


@get("/cases/{case:uuid}/as-it-stood", name="page_as_it_stood")
async def as_it_stood_page(
    case: UUID, caller: Caller, at: Told = "", day: Told = "", clock: Told = ""
) -> Response[Any]:
    """At `at`, a moment with its zone, or on a day and at a time by the clock on the wall; else as it stands."""
    caller.required(*SEE_TRAIL)
    moment, is_wrong = read_moment(at, day, clock)
    facts = await _facts(caller, case)
    shown_at = moment or datetime.now(UTC)
    before, after = split(facts, shown_at)
    found = None
    try:
        found = await look_up(caller, case, shown_at.isoformat())
    except Unknown:
        if not facts:
            raise
    names_of_papers = papers(found.rules, caller.language) if found else {}
    documents = await _documents(caller, case, before, names_of_papers)
    local = shown_at.astimezone(ZONE)
    return drawn(
        caller,
        "cases/as_it_stood.html",
        status=422 if is_wrong else 200,
        case=found,
        id=str(case),
        at=shown_at.isoformat(),
        day=day or local.date().isoformat(),
        clock=clock or local.strftime("%H:%M"),
        is_wrong=is_wrong,
        number=found.heading["number"] if found else None,
        words=(found.application or {}) if found else {},
        before=before,
        after=after,
        nearby=[*before[-NEARBY:], *after[:NEARBY]],
        names=await known_names(caller, involved(found)) if found else {},
        today=local.date() + (found.today - datetime.now(ZONE).date()) if found else local.date(),
        sections=sections(found, caller) if found and found.written else [],
        budget=budget(found, caller) if found and found.written else [],
        summary=(found.written or {}).get("answers", {}).get("summary") if found else None,
        criteria=found.rules.assessment.criteria if found else [],
        papers=names_of_papers,
        documents=documents,
        held={one.held.digest: one.held for one in documents},
        asked_for=asked_for(found.rules, caller.language) if found else {},
    )


def read_moment(at: str, day: str, clock: str) -> tuple[datetime | None, bool]:
    """The moment that was asked for, None where none was; and whether what was asked for is no moment.

    A time without seconds is the whole of its minute.
    """
    try:
        if at.strip():
            moment = datetime.fromisoformat(at.strip())
            return (moment.astimezone(UTC), False) if moment.tzinfo else (None, True)
        if not day.strip():
            return None, False
        found = datetime.fromisoformat(f"{day.strip()}T{clock.strip() or '23:59'}")
        if found.second == 0:
            found = found.replace(second=59, microsecond=999_999)
        return found.replace(tzinfo=ZONE).astimezone(UTC), False
    except (ValueError, OverflowError):
        return None, True


def split(facts: list[Stood], moment: datetime) -> tuple[list[Stood], list[Stood]]:
    """What had happened by then, and what had not."""
    before = [one for one in facts if datetime.fromisoformat(one.at) <= moment]
    return before, facts[len(before) :]


async def _facts(caller: Caller, case: UUID) -> list[Stood]:
    """All facts of the case that this code knows the words of, in the order of time."""
    texts: list[str] = []
    after: str | None = None
    for _ in range(PAGES_MAX):
        listed = (await caller.ask("audit", f"/cases/{case}/trail", limit=ROWS, after=after)).json
        texts += [one["text"] for one in listed["items"] if "text" in one]
        if (after := listed["next"]) is None:
            break
    names, me = await known_names(caller, map(done_by, texts)), str(caller.account)
    told = [(in_words(text, caller.language, me, names), text) for text in texts]
    return [Stood(one.at, one.who, one.text, text) for one, text in told if one is not None]


async def _documents(
    caller: Caller, case: UUID, facts: list[Stood], names_of_papers: Mapping[str, str]
) -> list[Document]:
    """All that these facts speak of, each fetched and held against its digest just now."""
    spoken = [(fact, each) for fact in facts for each in spoken_of(read(fact.exact), case)]
    found = await held(caller, [each for _, each in spoken], names_of_papers)
    return [Document(fact.at, fact.text, found[each.digest]) for fact, each in spoken]


ROUTES = (as_it_stood_page,)
