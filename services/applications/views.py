"""Lists: calls, associations, drafts and cases, each page one statement, by keys and never by counting rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from services.applications.drafts import NOT_SENT_IN, SIGNED, set_down_of
from shared.catalogue.applications import SetDown
from shared.clock import by_the_programme
from shared.http.lists import Page, page, read_cursor
from shared.words import Text


class ListedCall(msgspec.Struct, frozen=True):
    """`now` is what the programme's clock shows."""

    id: UUID
    version: int
    status: str
    programme: UUID
    title: Text
    opens_at: datetime
    closes_at: datetime
    budget_ore: int
    decision_planned_by: date
    practice: bool
    now: datetime


class ListedProgramme(msgspec.Struct, frozen=True):
    """`now` is what the programme's clock shows."""

    id: UUID
    version: int
    title: Text
    practice: bool
    offset_s: int
    now: datetime


class ListedAssociation(msgspec.Struct, frozen=True):
    """`name` is None where it has been lawfully erased."""

    id: UUID
    organisation_number: str
    name: str | None


class ListedDraft(msgspec.Struct, frozen=True):
    """One that is not sent in is erased by itself once `kept_until` is past; `now` is by its programme's clock.
    `signed_by` has given the first of two signatures, and waits for the second. `set_down` where the fund writes it."""

    id: UUID
    version: int
    call: UUID
    call_title: Text
    association: UUID
    association_name: str | None
    closes_at: datetime
    saved_at: datetime
    kept_until: datetime
    now: datetime
    signed_by: UUID | None
    signed_at: datetime | None
    set_down: SetDown | None


class ListedCase(msgspec.Struct, frozen=True):
    """`title` and `association_name` are None where they have been lawfully erased, and in a protected case for
    everybody but the association: who wants to know opens the case, and is noted."""

    id: UUID
    version: int
    status: str
    number: str
    call: UUID
    association: UUID
    association_name: str | None
    title: str | None
    amount_applied_ore: int
    received_at: datetime
    completion_due_on: date | None
    outcome: str | None
    granted_ore: int | None
    protected: bool


PROGRAMMES = """
select id, version, title_sv, title_en, practice, offset_s, clock_timestamp() as at
from programme where $1::uuid is null or id > $1 order by id limit $2
"""


async def list_programmes(pool: Any, after: str | None, limit: int) -> Page[ListedProgramme]:
    (seen,) = read_cursor(after, tuple[UUID]) or (None,)
    rows = await pool.fetch(PROGRAMMES, seen, limit + 1)
    return page(rows, limit, _programme, lambda row: (row["id"],))


def _programme(row: Any) -> ListedProgramme:
    values = dict(row)
    title = Text(values.pop("title_sv"), values.pop("title_en"))
    return ListedProgramme(title=title, now=by_the_programme(values.pop("at"), values["offset_s"]), **values)


CALLS = """
select call.id, call.version, call.status, call.programme, call.title_sv, call.title_en, call.opens_at, call.closes_at,
    call.budget_ore, call.decision_planned_by, programme.practice,
    clock_timestamp() + make_interval(secs => programme.offset_s) as now
from call join programme on programme.id = call.programme
where ($1::timestamptz is null or (call.opens_at, call.id) < ($1, $2))
    and ($3 or call.status not in ('draft', 'decided'))
order by call.opens_at desc, call.id desc limit $4
"""


async def list_calls(pool: Any, unpublished_too: bool, after: str | None, limit: int) -> Page[ListedCall]:
    """The latest first."""
    opens_at, seen = read_cursor(after, tuple[datetime, UUID]) or (None, None)
    rows = await pool.fetch(CALLS, opens_at, seen, unpublished_too, limit + 1)
    return page(rows, limit, _call, lambda row: (row["opens_at"], row["id"]))


def _call(row: Any) -> ListedCall:
    values = dict(row)
    title = Text(values.pop("title_sv"), values.pop("title_en"))
    return ListedCall(title=title, **values)


ASSOCIATIONS = """
select association.id, association.organisation_number, name.text as name
from association left join clear as name on name.owner = association.id and name.field = 'name'
where ($1::uuid is null or association.id > $1)
    and ($2::text is null or association.organisation_number = $2)
    and ($3::uuid[] is null or association.id = any($3))
order by association.id limit $4
"""


async def list_associations(
    pool: Any, number: str | None, only: Collection[UUID] | None, after: str | None, limit: int
) -> Page[ListedAssociation]:
    """All, or `only` these, or the one with the number."""
    (seen,) = read_cursor(after, tuple[UUID]) or (None,)
    rows = await pool.fetch(ASSOCIATIONS, seen, number, None if only is None else list(only), limit + 1)
    return page(rows, limit, lambda row: ListedAssociation(**row), lambda row: (row["id"],))


DRAFTS = f"""
select draft.id, draft.version, draft.call, call.title_sv, call.title_en, draft.association,
    name.text as association_name, call.closes_at, draft.saved_at, signing.signed_by, signing.signed_at,
    draft.route, draft.came_on, draft.set_down_by, draft.set_down_at,
    call.closes_at + programme.drafts_days * interval '1 day' as kept_until,
    clock_timestamp() + make_interval(secs => programme.offset_s) as now
from draft {SIGNED} join call on call.id = draft.call join programme on programme.id = draft.programme
    left join clear as name on name.owner = draft.association and name.field = 'name'
where {{whose}} and ($2::uuid is null or draft.id > $2) and {NOT_SENT_IN}
order by draft.id limit $3
"""  # noqa: S608 - the condition is ours
OWN_DRAFTS = "draft.association = any($1)"
HELPED_DRAFTS = "(draft.id, draft.association) in (select * from unnest($4::uuid[], $5::uuid[]))"
SET_DOWN_DRAFTS = "draft.route is not null"


async def list_drafts(
    pool: Any, own: Collection[UUID], helped: Mapping[UUID, UUID], sets_down: bool, after: str | None, limit: int
) -> Page[ListedDraft]:
    """Of one's `own` associations, those `helped` with, each with whose it is, and where one `sets_down` what comes on
    paper, those that the fund writes."""
    (seen,) = read_cursor(after, tuple[UUID]) or (None,)
    values: list[object] = [list(own), seen, limit + 1]
    whose = [OWN_DRAFTS]
    if helped:
        whose.append(HELPED_DRAFTS)
        values += [list(helped), list(helped.values())]
    if sets_down:
        whose.append(SET_DOWN_DRAFTS)
    rows = await pool.fetch(DRAFTS.format(whose=f"({' or '.join(whose)})"), *values)
    return page(rows, limit, _draft, lambda row: (row["id"],))


def _draft(row: Any) -> ListedDraft:
    values = dict(row)
    title = Text(values.pop("title_sv"), values.pop("title_en"))
    set_down = set_down_of(row)
    for name in ("route", "came_on", "set_down_by", "set_down_at"):
        del values[name]
    return ListedDraft(call_title=title, set_down=set_down, **values)


class NamedCase(msgspec.Struct, frozen=True):
    """What a case is called and where it stands, as `ListedCase` has it: for whoever lists what another service
    knows."""

    id: UUID
    status: str
    association_name: str | None
    title: str | None


COLUMNS = """
    id, version, status, number, call, association, amount_applied_ore, received_at, completion_due_on, outcome,
    granted_ore, protected
"""
OF_NAMED = "id, status, received_at"
CASES = """
select {columns},
    (select text from clear where owner = application.association and field = 'name' and {told}) as association_name,
    (select text from clear where owner = application.id and field = 'title' and {told}) as title
from application
where position($1 in barred) <= 0 and number <> '' {narrowed}
order by received_at desc, id desc limit $2
"""
"""`<= 0` rather than `= 0`: the planner takes an equality to leave few cases, and would sort the whole register for one
page. The words are looked up for the page's own rows only."""


class Narrowing(msgspec.Struct, frozen=True):
    """Which cases a list is about; None is all. `own` are the associations whose cases the person may see."""

    own: Collection[UUID] | None = None
    call: UUID | None = None
    status: str | None = None
    ids: Collection[UUID] | None = None
    search: str | None = None


SEARCH = """(application.number ilike {0} or ({told} and (
    application.id in (select owner from clear where field = 'title' and text ilike {0})
    or application.association in (
        select owner from clear where field = 'name' and text ilike {0}
        union all select id from association where organisation_number like replace({0}, '_', '')))))"""
"""By number, title, the association's name or its organisation number, anywhere in them; a protected case by its number
alone. Organisation numbers are kept as digits, and read with a hyphen."""

TOLD_TO_ALL = "not application.protected"


def as_pattern(words: str) -> str:
    """The words as they are, anywhere: no sign of theirs is a pattern's own, but a hyphen stands for any one sign,
    because what is EX 2026/00017 here is EX-2026-00017 at the bank and in the names of files."""
    for sign in "\\%_":
        words = words.replace(sign, f"\\{sign}")
    return f"%{words.replace('-', '_')}%"


async def list_cases(
    pool: Any, person: UUID, narrowing: Narrowing, after: str | None, limit: int, brief: bool = False
) -> Page[ListedCase] | Page[NamedCase]:
    """The latest first, without those in which the person has a conflict of interest (H7). `brief` is their names
    and where they stand, alone."""
    values: list[object] = [str(person), limit + 1]
    narrowed = ""
    told = TOLD_TO_ALL if narrowing.own is None else "true"

    def also(condition: str, *more: object) -> None:
        nonlocal narrowed
        names = [f"${len(values) + number}" for number, _ in enumerate(more, start=1)]
        values.extend(more)
        narrowed += f" and {condition.format(*names, told=told)}"

    if narrowing.own is not None:
        also("application.association = any({})", list(narrowing.own))
    if narrowing.call is not None:
        also("application.call = {}", narrowing.call)
    if narrowing.status is not None:
        also("application.status = {}", narrowing.status)
    if narrowing.ids is not None:
        also("application.id = any({})", list(narrowing.ids))
    if narrowing.search:
        also(SEARCH, as_pattern(narrowing.search))
    if (seen := read_cursor(after, tuple[datetime, UUID])) is not None:
        also("(application.received_at, application.id) < ({}, {})", *seen)
    columns = OF_NAMED if brief else COLUMNS
    rows = await pool.fetch(CASES.format(columns=columns, narrowed=narrowed, told=told), *values)
    return page(rows, limit, _named if brief else _listed, lambda row: (row["received_at"], row["id"]))


def _listed(row: Any) -> ListedCase:
    return ListedCase(**row)


def _named(row: Any) -> NamedCase:
    return NamedCase(row["id"], row["status"], row["association_name"], row["title"])


async def clear_words(pool: Any, case: UUID, association: UUID) -> tuple[str | None, str | None]:
    """What an application is called and what its association is, where they are kept."""
    rows = await pool.fetch(
        "select field, text from clear where owner = $1 and field = 'title' or owner = $2 and field = 'name'",
        case,
        association,
    )
    found = {row["field"]: row["text"] for row in rows}
    return found.get("title"), found.get("name")
