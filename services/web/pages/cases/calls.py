"""Calls as the fund's own people handle them: from a draft to its preparation."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.web.pages.cases.desk import calls, can_be_put_right, days, drawn
from services.web.site.amounts import read_ore, write_ore
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form, as_uuid, read_day
from services.web.site.money_and_time import ZONE, as_moment
from shared.identity import Role
from shared.programme import CallRules
from shared.refused import Unknown
from shared.uuid7 import uuid7
from shared.words import Text

READERS = (Role.OFFICER, Role.COORDINATOR, Role.DECISION_MAKER, Role.ADMINISTRATOR, Role.SECRETARY)
OPENS_AT = time(8, 0)
CLOSES_AT = time(23, 59, 59)

STEPS: dict[str, tuple[str, str, Text, Role, Text]] = {
    "decide": (
        "decide_call",
        "decision",
        Text("Besluta om utlysningen", "Decide on the call"),
        Role.DECISION_MAKER,
        Text("Utlysningen är beslutad.", "The call is decided."),
    ),
    "publish": (
        "publish_call",
        "publication",
        Text("Publicera utlysningen", "Publish the call"),
        Role.OFFICER,
        Text("Utlysningen är publicerad. Nu ändras den inte mer.", "The call is published. It changes no more."),
    ),
    "prepare": (
        "start_preparation",
        "preparation",
        Text("Börja bereda ansökningarna", "Start the preparation"),
        Role.OFFICER,
        Text("Beredningen har börjat.", "The preparation has begun."),
    ),
    "cancel": (
        "cancel_call",
        "cancellation",
        Text("Ställ in utlysningen", "Cancel the call"),
        Role.OFFICER,
        Text("Utlysningen är inställd.", "The call is cancelled."),
    ),
}
"""Step on the page → (operation, the service's path, the button, who, what is said afterwards)."""

AMOUNTS = ("budget_ore", "amount_min_ore", "amount_max_ore")
DATES = ("decision_planned_by", "report_due")
NUMBERS = ("completion_days", "max_completion_rounds", "max_applications_per_organisation")
USUAL = {one.name: one.default for one in msgspec.structs.fields(CallRules) if one.name in NUMBERS}
"""What holds where a call says nothing else."""
SUPPORT = ("contact", "help_text")


@get("/calls/manage", name="page_calls_of_ours")
async def calls_page(caller: Caller) -> Response[Any]:
    caller.required(*READERS)
    all_calls, clocks = await asyncio.gather(calls(caller), days(caller))
    return drawn(
        caller,
        "cases/calls.html",
        calls=all_calls,
        days=clocks,
        may_draft=caller.holds(Role.OFFICER) and bool(clocks.programmes),
        may_publish_programme=caller.holds(Role.OFFICER),
    )


async def _show(caller: Caller, call: UUID, wrong: Wrong | None = None) -> Response[Any]:
    shown, clocks = await asyncio.gather(caller.ask("applications", f"/calls/{call}"), days(caller))
    programme = clocks.programmes.get(shown.json["programme"])
    counts = await caller.ask_if_there("review", "/case-counts", call=call)
    return drawn(
        caller,
        "cases/call.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        call=shown.json,
        rules=shown.json["rules"],
        version=shown.version,
        steps=[
            (step, caller.say(text), step == "cancel")
            for step, (operation, _, text, _, _) in STEPS.items()
            if operation in shown.may
        ],
        may_change="draft_call" in shown.may,
        programme=programme,
        counts=counts.json if counts else None,
        today=clocks.of(shown.json["programme"]),
    )


@get("/calls/manage/{call:uuid}", name="page_call_of_ours")
async def call_page(call: UUID, caller: Caller) -> Response[Any]:
    caller.required(*READERS)
    return await _show(caller, call)


@post("/calls/manage/{call:uuid}/{step:str}", name="post_call_step")
async def take_step(call: UUID, step: str, caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER, Role.DECISION_MAKER)
    if step not in STEPS:
        raise Unknown
    _, path, _, role, done = STEPS[step]
    caller.required(role)
    form = await caller.form()
    try:
        await caller.tell("applications", "POST", f"/calls/{call}/{path}", form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _show(caller, call, wrong)
    return caller.goes_on(f"/calls/manage/{call}", caller.say(done))


# Drafting


async def _draft(caller: Caller, call: UUID, wrong: Wrong | None = None, written: Form | None = None) -> Response[Any]:
    shown, all_calls, clocks = await asyncio.gather(
        caller.ask_if_there("applications", f"/calls/{call}"), calls(caller), days(caller)
    )
    programme = shown.json["programme"] if shown else _programme(caller, written)
    if programme not in clocks.programmes:
        programme = next(iter(clocks.programmes), None)
    known = shown.json["rules"] if shown else await _like_the_last(caller, all_calls, programme, clocks.of(programme))
    return drawn(
        caller,
        "cases/call_draft.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        call=str(call),
        version=shown.version if shown else None,
        is_new=shown is None,
        programme=programme,
        programmes=[(name, one["title"][caller.language]) for name, one in clocks.programmes.items()],
        fields={name: written.get(name) for name in written.names()} if written else as_fields(known),
    )


def _programme(caller: Caller, written: Form | None) -> str:
    return written.get("programme") if written else caller.request.query_params.get("programme", "")


async def _like_the_last(caller: Caller, all_calls: list[dict[str, Any]], programme: str | None, today: date) -> Any:
    """A new call begins as the programme's last one, with dates from today."""
    last = next((one for one in all_calls if one["programme"] == programme), None)
    if last is None:
        return {}
    rules = (await caller.ask("applications", f"/calls/{last['id']}")).json["rules"]
    opens = today + timedelta(days=14)
    return rules | {
        "opens_at": datetime.combine(opens, OPENS_AT, ZONE).isoformat(),
        "closes_at": datetime.combine(opens + timedelta(days=42), CLOSES_AT, ZONE).isoformat(),
        "decision_planned_by": (opens + timedelta(days=100)).isoformat(),
        "activity_period": {
            "starts_on": (opens + timedelta(days=110)).isoformat(),
            "ends_on": (opens + timedelta(days=300)).isoformat(),
        },
        "report_due": (opens + timedelta(days=360)).isoformat(),
    }


def as_fields(rules: Mapping[str, Any]) -> dict[str, str]:
    """A call's rules as the form has them."""
    support, period = rules.get("support") or {}, rules.get("activity_period") or {}
    fields = {f"title_{code}": (rules.get("title") or {}).get(code, "") for code in ("sv", "en")}
    fields |= {name: write_ore(rules.get(name)) for name in AMOUNTS}
    fields |= {name: str(rules.get(name, "")) for name in DATES}
    fields |= {name: str(rules.get(name, USUAL[name])) for name in NUMBERS}
    fields |= {name: str(period.get(name, "")) for name in ("starts_on", "ends_on")}
    for name in SUPPORT:
        fields |= {f"{name}_{code}": (support.get(name) or {}).get(code, "") for code in ("sv", "en")}
    for name in ("opens", "closes"):
        at = as_moment(rules.get(f"{name}_at"))
        fields[f"{name}_on"] = at.date().isoformat() if at else ""
        fields[f"{name}_clock"] = at.strftime("%H:%M") if at else ("08:00" if name == "opens" else "23:59")
    return fields | {"phone": support.get("phone") or "", "email": support.get("email") or ""}


def as_rules(caller: Caller, form: Form, known: Mapping[str, Any]) -> dict[str, Any]:
    """The form as a call's rules; what it does not ask for stays as it was. Raises Wrong with what is unreadable."""
    errors: list[tuple[str, str]] = []

    def day(name: str) -> str:
        found = read_day(form.get(name))
        if found is None:
            errors.append((name, caller.gettext("Write a day here.")))
            return ""
        return found.isoformat()

    def ore(name: str) -> int:
        amount = read_ore(form.get(name))
        if not isinstance(amount, int):
            errors.append((name, caller.gettext("Write an amount in kronor here.")))
            return 0
        return amount

    def moment(name: str, end: bool) -> str:
        on = day(f"{name}_on")
        try:
            clock = time.fromisoformat(form.get(f"{name}_clock").replace(".", ":") or "00:00")
        except ValueError:
            errors.append((f"{name}_clock", caller.gettext("Write a time as 08:00.")))
            return ""
        clock = clock.replace(second=59) if end and clock.second == 0 and clock.minute == 59 else clock
        return datetime.combine(date.fromisoformat(on), clock, ZONE).isoformat() if on else ""

    def text(name: str) -> dict[str, str]:
        sv, en = form.get(f"{name}_sv"), form.get(f"{name}_en")
        if not sv:
            errors.append((f"{name}_sv", caller.gettext("Write something here.")))
        return {"sv": sv, "en": en or sv}

    support: dict[str, Any] = {"contact": text("contact"), "help_text": text("help_text")}
    support |= {name: form.get(name) for name in ("phone", "email") if form.get(name)}
    if "drop_in" in (known.get("support") or {}):
        support["drop_in"] = known["support"]["drop_in"]
    rules: dict[str, Any] = {
        **known,
        "title": text("title"),
        "opens_at": moment("opens", end=False),
        "closes_at": moment("closes", end=True),
        "activity_period": {"starts_on": day("starts_on"), "ends_on": day("ends_on")},
        "support": support,
        **{name: day(name) for name in DATES},
        **{name: ore(name) for name in AMOUNTS},
    }
    for name in NUMBERS:
        if written := form.get(name):
            if written.isascii() and written.isdigit() and len(written) < 4:
                rules[name] = int(written)
            else:
                errors.append((name, caller.gettext("Write a whole number here.")))
    if errors:
        raise Wrong(422, "", errors[0][1], tuple(errors))
    return rules


@get("/calls/manage/draft", name="page_draft_call")
async def draft_page(caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    return await _draft(caller, as_uuid(caller.request.query_params.get("call", "")) or uuid7())


@post("/calls/manage/draft", name="post_draft_call")
async def draft(caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    form = await caller.form()
    call = as_uuid(form.get("call")) or uuid7()
    shown = await caller.ask_if_there("applications", f"/calls/{call}")
    try:
        rules = as_rules(caller, form, shown.json["rules"] if shown else {})
        body = {"programme": form.get("programme"), "rules": rules}
        await caller.tell("applications", "PUT", f"/calls/{call}", body, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _draft(caller, call, on_the_form(wrong), form)
    return caller.goes_on(f"/calls/manage/{call}", caller.gettext("The draft is kept."))


ON_THE_FORM = {
    "title": "title_sv",
    "opens_at": "opens_on",
    "closes_at": "closes_on",
    "activity_period": "starts_on",
    "support": "contact_sv",
}


def on_the_form(wrong: Wrong) -> Wrong:
    """What the service says of a call's rules, said at the fields that the form has for them."""
    errors = []
    for field, message in wrong.errors:
        name = field.removeprefix("rules.").partition(".")[0]
        errors.append((ON_THE_FORM.get(name, name), message))
    return Wrong(wrong.status, wrong.title, wrong.detail, tuple(errors), wrong.reference)


ROUTES = (calls_page, draft_page, draft, call_page, take_step)
