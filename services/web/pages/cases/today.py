"""Today: what is late, what waits for whoever looks, and the dates that come next. One page for each who works here."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

import msgspec
from litestar import Response, get

from services.web.pages.cases.desk import STAFF, Days, calls, days, drawn, named
from services.web.pages.cases.late import YOU, Dated, what_is_late
from services.web.pages.cases.words import SHORT, WHO
from services.web.pages.money.today import by_status
from services.web.site.caller import Caller
from services.web.site.labels import LABELS
from services.web.site.money_and_time import Written, as_day
from shared.deadlines import adjustment_last_day
from shared.identity import Role

SHOWN = 8
COUNTED_MAX = 100
MEETINGS = 20


class Task(msgspec.Struct, frozen=True):
    """One thing to do. `kind` is the tag's."""

    text: str
    href: str
    hint: str = ""
    tag: str = ""
    kind: str = "wait"


class Part(msgspec.Struct):
    """What waits under one heading: the oldest first, and the way to all of them."""

    title: str
    tasks: list[Task]
    count: int
    all_href: str | None = None
    progress: tuple[int, int] | None = None


class Desk(msgspec.Struct):
    """What is on it, as each role fills it."""

    parts: list[Part]
    dates: list[Dated]


@get("/today", name="page_today")
async def today_page(caller: Caller) -> Response[Any]:
    caller.required(*STAFF)
    clocks = await days(caller)
    desk = Desk([], [])
    fillers = [fill for role, fill in FILLERS if caller.holds(role)]
    filled, overdue = await asyncio.gather(
        asyncio.gather(*(fill(caller, clocks) for fill in fillers)), what_is_late(caller, clocks)
    )
    for found in filled:
        desk.parts += found.parts
        desk.dates += found.dates
    parts = [part for part in desk.parts if part.count or part.progress]
    late = sorted((*overdue, *(one for one in desk.dates if one.is_late)), key=lambda one: one.on)
    coming = sorted((one for one in desk.dates if not one.is_late), key=lambda one: one.on)
    return drawn(
        caller,
        "cases/today.html",
        parts=parts,
        late=late,
        late_count=sum(one.count for one in late),
        dates=coming[:SHOWN],
        waiting=sum(part.count for part in parts),
    )


# Officers and coordinators


async def _officer(caller: Caller, clocks: Days) -> Desk:
    rows, counts, due, dated, reports = await asyncio.gather(
        _cases(caller, waits_for=Role.OFFICER, order="asc", limit=SHOWN),
        caller.ask("review", "/case-counts"),
        _cases(caller, status="completion_requested", sort="due", limit=SHOWN),
        _dates_of_calls(caller, clocks),
        _of_money(caller, Role.OFFICER),
    )
    part = Part(
        caller.gettext("Cases that wait for you"),
        [_case_task(caller, row) for row in rows],
        counts.json["waiting"].get("officer", 0),
        "/cases?waits_for=officer&order=asc",
    )
    completions = [
        Dated(
            date.fromisoformat(row["completion_due_on"]),
            clocks.of(row["programme"]),
            caller.gettext("%(number)s: the last day to complete") % {"number": row["number"]},
            f"/cases/{row['id']}",
            caller.say(WHO[Role.APPLICANT]),
        )
        for row in due
        if row["completion_due_on"]
    ]
    return Desk([part, *await _calls_that_wait(caller, Role.OFFICER), *reports], [*completions, *dated])


async def _coordinator(caller: Caller, clocks: Days) -> Desk:
    counts, dated = await asyncio.gather(caller.ask("review", "/case-counts"), _dates_of_calls(caller, clocks))
    waiting = counts.json["waiting"]
    tasks = [
        Task(caller.gettext("Waits for the association"), "/cases?waits_for=applicant", tag=str(waiting["applicant"]))
        for _ in range(1 if waiting.get("applicant") else 0)
    ]
    return Desk([Part(caller.gettext("Associations that may need help"), tasks, len(tasks))], dated)


# The panel


async def _panel(caller: Caller, clocks: Days) -> Desk:
    """The reading list, and how far one has come."""
    rows = await _cases(caller, waits_for=Role.PANEL, order="asc", limit=COUNTED_MAX)
    to_read = [row for row in rows if row["status"] == "assessing"]
    left = [row for row in to_read if not row["has_scored"]]
    unheard = [row for row in rows if row["status"] == "proposed"]
    parts = [
        Part(
            caller.gettext("Your reading list"),
            [_reading_task(caller, row) for row in left[:SHOWN]],
            len(left),
            "/assessing",
            (len(to_read) - len(left), len(to_read)) if to_read else None,
        ),
        Part(
            caller.gettext("Proposals that wait for the panel's statement"),
            [
                Task(_name(caller, row), f"/cases/{row['id']}", row["number"], caller.gettext("Statement"))
                for row in unheard[:SHOWN]
            ],
            len(unheard),
            "/assessing",
        ),
    ]
    return Desk(parts, [])


def _reading_task(caller: Caller, row: dict[str, Any]) -> Task:
    if not row["declared"]:
        told = caller.gettext("Say first whether you have a conflict of interest")
        return Task(_name(caller, row), f"/cases/{row['id']}/interest", row["number"], told)
    return Task(_name(caller, row), f"/assessing/{row['id']}", row["number"], caller.gettext("To assess"))


# Who decides, and the board's secretary


async def _decision_maker(caller: Caller, clocks: Days) -> Desk:
    rows, counts, meetings, waiting_calls, recoveries = await asyncio.gather(
        _cases(caller, waits_for=Role.DECISION_MAKER, order="asc", limit=SHOWN),
        caller.ask("review", "/case-counts"),
        caller.ask("review", "/meetings", limit=MEETINGS),
        _calls_that_wait(caller, Role.DECISION_MAKER),
        _of_money(caller, Role.DECISION_MAKER),
    )
    to_decide = Part(
        caller.gettext("To decide"),
        [_case_task(caller, row) for row in rows],
        counts.json["waiting"].get("decision_maker", 0),
        "/cases?waits_for=decision_maker&order=asc",
    )
    parts, dates = _meetings(caller, meetings.json["items"], clocks, Role.DECISION_MAKER)
    return Desk([to_decide, *parts, *waiting_calls, *recoveries], dates)


async def _secretary(caller: Caller, clocks: Days) -> Desk:
    meetings, counts = await asyncio.gather(
        caller.ask("review", "/meetings", limit=MEETINGS), caller.ask("review", "/case-counts")
    )
    parts, dates = _meetings(caller, meetings.json["items"], clocks, Role.SECRETARY)
    ready = counts.json["waiting"].get("decision_maker", 0)
    if ready:
        told = caller.gettext("Cases that are ready for a meeting")
        task = Task(
            caller.gettext("Call a meeting"), "/meetings/call", caller.gettext("Choose which cases it takes up")
        )
        parts.append(Part(told, [task], ready, "/cases?waits_for=decision_maker"))
    return Desk(parts, dates)


def _meetings(caller: Caller, rows: list[dict[str, Any]], clocks: Days, role: Role) -> tuple[list[Part], list[Dated]]:
    """Meetings whose next step is the role's, and the days that bind: held, adjusted, posted, taken down."""
    tasks: list[Task] = []
    dates: list[Dated] = []
    for row in rows:
        today, held = clocks.of(row["programme"]), date.fromisoformat(row["held_on"])
        href = f"/meetings/{row['id']}"
        who = _mover(caller, row["status"], role)
        if row["status"] == "posted" and row["appeal_last_day"]:
            down = date.fromisoformat(row["appeal_last_day"]) + timedelta(days=1)
            if role is Role.SECRETARY:
                dates.append(Dated(down, today, caller.gettext("The notice may come down"), href, who))
                if down <= today:
                    tasks.append(_meeting_task(caller, row))
        elif row["status"] in LABELS.waiting_for(role, "meeting"):
            if row["status"] == "called" and held > today:
                dates.append(Dated(held, today, caller.gettext("Meeting"), href, who))
            else:
                tasks.append(_meeting_task(caller, row))
            if row["status"] == "ended":
                last = adjustment_last_day(held)
                dates.append(Dated(last, today, caller.gettext("The last day to adjust the minutes"), href, who))
        elif row["status"] == "called":
            dates.append(Dated(held, today, caller.gettext("Meeting"), href, who))
    return [Part(caller.gettext("Meetings"), tasks, len(tasks), "/meetings")], dates


def _mover(caller: Caller, status: str, role: Role) -> str:
    """Whom a meeting waits for, as whoever looks would say it."""
    mover = LABELS.mover(status, "meeting")
    return caller.say(YOU if mover == role else WHO[mover]) if mover else ""


def _meeting_task(caller: Caller, row: dict[str, Any]) -> Task:
    return Task(
        caller.gettext("Meeting on %(day)s") % {"day": Written(caller.language).day(row["held_on"])},
        f"/meetings/{row['id']}",
        LABELS.label(row["status"], "meeting", caller.language),
        caller.gettext("Waits for you"),
    )


# Money


async def _finance(caller: Caller, clocks: Days) -> Desk:
    return Desk(await _of_money(caller, Role.FINANCE), [])


async def _attester(caller: Caller, clocks: Days) -> Desk:
    return Desk(await _of_money(caller, Role.ATTESTER), [])


MONEY = (
    ("grant", "grants", "/money/grants?status={status}"),
    ("payment", "payments", "/money/payments?status={status}"),
    ("recovery", "recoveries", "/money/recoveries?status={status}"),
    ("payee", "payees", "/money/accounts"),
)
"""What each kind is called, under what the money's figures have it, and where it is shown."""
TO_CLOSE = "settling"
"""Grants that finance has the last move with, and that an officer closes after it."""


async def _of_money(caller: Caller, role: Role) -> list[Part]:
    """How much of each kind waits for the role; the money's own pages show which."""
    shown = await caller.ask_if_there("payouts", "/figures")
    figures = by_status(shown.json) if shown else {}
    tasks, total = [], 0
    for kind, name, where in MONEY:
        closes = [TO_CLOSE] if (role, kind) == (Role.OFFICER, "grant") else []
        for status in (*LABELS.waiting_for(role, kind), *closes):
            if waiting := figures.get(name, {}).get(status, {}).get("count", 0):
                label = LABELS.label(status, kind, caller.language)
                tasks.append(Task(label, where.format(status=status), tag=str(waiting)))
                total += waiting
    return [Part(caller.gettext("Money that waits for you"), tasks, total)]


# What several share


async def _cases(caller: Caller, **asked: Any) -> list[dict[str, Any]]:
    return await named(caller, (await caller.ask("review", "/cases", **asked)).json["items"])


def _name(caller: Caller, row: dict[str, Any]) -> str:
    return row["title"] or caller.gettext("A case without a name")


def _case_task(caller: Caller, row: dict[str, Any]) -> Task:
    hint = " · ".join(one for one in (row["number"], row["association_name"]) if one)
    return Task(_name(caller, row), f"/cases/{row['id']}", hint, caller.say(SHORT[row["status"]]))


async def _calls_that_wait(caller: Caller, role: Role) -> list[Part]:
    waiting = [call for call in await calls(caller) if call["status"] in LABELS.waiting_for(role, "call")]
    waiting = [call for call in waiting if call["status"] != "in_preparation"]
    tasks = [
        Task(
            call["title"][caller.language],
            f"/calls/manage/{call['id']}",
            tag=LABELS.label(call["status"], "call", caller.language),
        )
        for call in waiting
    ]
    return [Part(caller.gettext("Calls that wait for you"), tasks[:SHOWN], len(tasks), "/calls/manage")]


async def _dates_of_calls(caller: Caller, clocks: Days) -> list[Dated]:
    found = []
    for call in await calls(caller):
        today, name = clocks.of(call["programme"]), call["title"][caller.language]
        href = f"/calls/manage/{call['id']}"
        if call["status"] == "published" and (opens := as_day(call["opens_at"])):
            found.append(Dated(opens, today, caller.gettext("%(call)s opens") % {"call": name}, href))
        if call["status"] in ("published", "open") and (closes := as_day(call["closes_at"])):
            found.append(Dated(closes, today, caller.gettext("%(call)s closes") % {"call": name}, href))
    return [one for one in found if not one.is_late]


Filler = Callable[[Caller, Days], Awaitable[Desk]]

FILLERS: tuple[tuple[Role, Filler], ...] = (
    (Role.OFFICER, _officer),
    (Role.COORDINATOR, _coordinator),
    (Role.PANEL, _panel),
    (Role.DECISION_MAKER, _decision_maker),
    (Role.SECRETARY, _secretary),
    (Role.FINANCE, _finance),
    (Role.ATTESTER, _attester),
)

ROUTES = (today_page,)
