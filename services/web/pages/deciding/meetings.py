"""Meetings of the body that decides: called with an agenda, opened, ended, minutes adjusted, notice up and down."""

import asyncio
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from services.web.pages.cases.desk import MEETING_READERS, calls, can_be_put_right, days, drawn, named
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form, as_uuid, read_day
from services.web.site.names import known_names
from shared.deadlines import adjustment_last_day, notice_last_day
from shared.identity import Role
from shared.refused import Unknown
from shared.uuid7 import uuid7
from shared.words import Text

ROWS = 30
AGENDA_MAX = 100

STEPS: dict[str, tuple[str, Text, tuple[Role, ...], Text]] = {
    "open": (
        "opening",
        Text("Öppna sammanträdet", "Open the meeting"),
        (Role.DECISION_MAKER,),
        Text("Sammanträdet är öppnat.", "The meeting is open."),
    ),
    "end": (
        "end",
        Text("Avsluta sammanträdet", "End the meeting"),
        (Role.DECISION_MAKER,),
        Text("Sammanträdet är avslutat.", "The meeting has ended."),
    ),
    "adjust": (
        "adjustment",
        Text("Justera protokollet", "Adjust the minutes"),
        (Role.DECISION_MAKER,),
        Text("Protokollet är justerat.", "The minutes are adjusted."),
    ),
    "post": (
        "notice",
        Text("Sätt upp anslaget", "Post the notice"),
        (Role.SECRETARY,),
        Text("Anslaget är uppe, och tiden för överklagande löper.", "The notice is up, and the time to appeal runs."),
    ),
    "remove": (
        "notice-removal",
        Text("Ta ner anslaget", "Take down the notice"),
        (Role.SECRETARY,),
        Text("Anslaget är nere.", "The notice is down."),
    ),
}
"""Step on the page → (the service's path, the button, who, what is said afterwards)."""

OFFERED_AS = {
    "open": "open_meeting",
    "end": "end_meeting",
    "adjust": "adjust_minutes",
    "post": "post_notice",
    "remove": "remove_notice",
}


@get("/meetings", name="page_meetings")
async def meetings_page(caller: Caller, after: str | None = None) -> Response[Any]:
    caller.required(*MEETING_READERS)
    page, clocks = await asyncio.gather(caller.ask("review", "/meetings", limit=ROWS, after=after), days(caller))
    return drawn(
        caller,
        "deciding/meetings.html",
        rows=page.json["items"],
        following=f"/meetings?after={page.json['next']}" if page.json["next"] else None,
        days=clocks,
        may_call=caller.holds(Role.SECRETARY),
    )


async def _show(caller: Caller, meeting: UUID, wrong: Wrong | None = None) -> Response[Any]:
    shown, clocks = await asyncio.gather(caller.ask("review", f"/meetings/{meeting}"), days(caller))
    found = shown.json
    agenda = await named(caller, found["agenda"], "case")
    today = clocks.of(found["programme"])
    steps = [(step, text) for step, (_, text, _, _) in STEPS.items() if OFFERED_AS[step] in shown.may]
    return drawn(
        caller,
        "deciding/meeting.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        meeting=found,
        programme=clocks.programmes.get(found["programme"]),
        names=await known_names(caller, [found["chair"]]),
        agenda=agenda,
        version=shown.version,
        may=shown.may,
        steps=[(step, caller.say(text)) for step, text in steps],
        today=today,
        last_days=_last_days(found),
        is_too_early=found["status"] == "called" and date.fromisoformat(found["held_on"]) > today,
        down_early=bool(found["appeal_last_day"]) and today.isoformat() <= (found["appeal_last_day"] or ""),
    )


def _last_days(meeting: dict[str, Any]) -> dict[str, date]:
    """The days the law sets for what comes next."""
    found = {}
    if meeting["status"] == "ended":
        found["adjust"] = adjustment_last_day(date.fromisoformat(meeting["held_on"]))
    if meeting["status"] == "adjusted" and meeting["adjusted_on"]:
        found["post"] = notice_last_day(date.fromisoformat(meeting["adjusted_on"]))
    if meeting["status"] == "posted" and meeting["appeal_last_day"]:
        found["remove"] = date.fromisoformat(meeting["appeal_last_day"]) + timedelta(days=1)
    return found


@get("/meetings/{meeting:uuid}", name="page_meeting")
async def meeting_page(meeting: UUID, caller: Caller) -> Response[Any]:
    caller.required(*MEETING_READERS)
    return await _show(caller, meeting)


@post("/meetings/{meeting:uuid}/{step:str}", name="post_meeting_step")
async def take_step(meeting: UUID, step: str, caller: Caller) -> Response[Any]:
    caller.required(Role.DECISION_MAKER, Role.SECRETARY)
    if step not in STEPS:
        raise Unknown
    path, _, roles, done = STEPS[step]
    caller.required(*roles)
    form = await caller.form()
    try:
        await caller.tell("review", "POST", f"/meetings/{meeting}/{path}", form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _show(caller, meeting, wrong)
    return caller.goes_on(f"/meetings/{meeting}", caller.say(done))


# Calling one


async def _calling(
    caller: Caller, meeting: UUID, wrong: Wrong | None = None, written: Form | None = None
) -> Response[Any]:
    """A new meeting, or one that is called but not opened, to change its day or agenda."""
    shown = await caller.ask_if_there("review", f"/meetings/{meeting}")
    all_calls, clocks = await asyncio.gather(calls(caller), days(caller))
    known = shown.json if shown else None
    call = _chosen_call(caller, written, all_calls, known)
    cases = await _for_the_agenda(caller, call["id"]) if call else []
    chosen = written.all("cases") if written else [item["case"] for item in known["agenda"]] if known else None
    today = clocks.of(call["programme"]) if call else None
    return drawn(
        caller,
        "deciding/calling.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        meeting=str(meeting),
        known=known,
        calls=[one for one in all_calls if one["status"] in ("in_preparation", "all_decided", "closed", "open")],
        call=call,
        cases=cases,
        chosen=[row["id"] for row in cases] if chosen is None else chosen,
        held_on=written.get("held_on") if written else (known["held_on"] if known else today),
    )


def _chosen_call(
    caller: Caller, written: Form | None, all_calls: list[dict[str, Any]], known: dict[str, Any] | None
) -> dict[str, Any] | None:
    asked = written.get("call") if written else caller.request.query_params.get("call", "")
    if not asked and known:
        return next((one for one in all_calls if one["programme"] == known["programme"]), None)
    return next((one for one in all_calls if one["id"] == asked), None)


async def _for_the_agenda(caller: Caller, call: str) -> list[dict[str, Any]]:
    """What can be decided, and what a delegate has decided and reports (KL 6:40)."""
    proposed, decided = await asyncio.gather(
        caller.ask("review", "/cases", call=call, status="proposed", sort="points", limit=AGENDA_MAX),
        caller.ask("review", "/cases", call=call, status="decided", limit=AGENDA_MAX),
    )
    rows = proposed.json["items"] + [row for row in decided.json["items"] if row["delegated"]]
    return await named(caller, rows[:AGENDA_MAX])


@get("/meetings/call", name="page_call_meeting")
async def call_page(caller: Caller) -> Response[Any]:
    caller.required(Role.SECRETARY)
    known = as_uuid(caller.request.query_params.get("meeting", ""))
    return await _calling(caller, known or uuid7())


@post("/meetings/call", name="post_call_meeting")
async def call_meeting(caller: Caller) -> Response[Any]:
    caller.required(Role.SECRETARY)
    form = await caller.form()
    meeting, call = as_uuid(form.get("meeting")) or uuid7(), form.get("call")
    errors = []
    if read_day(form.get("held_on")) is None:
        errors.append(("held_on", caller.gettext("Write the day of the meeting.")))
    if not form.all("cases"):
        errors.append(("cases", caller.gettext("Choose at least one case.")))
    if errors:
        return await _calling(caller, meeting, Wrong(422, "", errors[0][1], tuple(errors)), form)
    shown = await caller.ask("applications", f"/calls/{call}")
    body = {"programme": shown.json["programme"], "held_on": form.get("held_on"), "cases": form.all("cases")}
    try:
        await caller.tell("review", "PUT", f"/meetings/{meeting}", body, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _calling(caller, meeting, wrong, form)
    return caller.goes_on(f"/meetings/{meeting}", caller.gettext("The meeting is called."))


ROUTES = (meetings_page, meeting_page, call_page, call_meeting, take_step)
