"""What is mine: each case and draft with what happens now and who moves next, and everything that has a date."""

import asyncio
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.web.pages.applying.drafts import HELPED, WRITERS
from services.web.pages.applying.happening import Dated, Happening, Turn, dates_of, happening
from services.web.pages.applying.matters import Matter, the_matter
from services.web.site.alphabet import in_order
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import local_path
from services.web.site.money_and_time import last_day
from shared.deadlines import local_date
from shared.identity import Role

LOOKED_INTO_MAX = 12
"""Cases told of in full; older ones stand in a list."""
REFUSED = 422
ALREADY = 409
DONE = frozenset({"closed", "disposed"})
PARTICULARS = ("name", "town", "email", "phone", "street", "postal_code", "language")


class Told(msgspec.Struct, frozen=True):
    matter: Matter
    now: Happening


@get("/my", name="page_my")
async def my_page(caller: Caller) -> Response[Any]:
    caller.required(*HELPED)
    drafts, calls = await asyncio.gather(*(caller.ask_whole("applications", path) for path in ("/drafts", "/calls")))
    theirs = [draft for draft in drafts if _is_theirs(caller, draft)]
    cases, associations = await _of_associations(caller)
    open_cases = [case for case in cases if case["status"] not in DONE]
    matters = await asyncio.gather(*(the_matter(caller, UUID(case["id"])) for case in open_cases[:LOOKED_INTO_MAX]))
    told = [Told(matter, happening(caller, matter)) for matter in matters]
    first = {Turn.YOURS: 0, Turn.OURS: 1, Turn.NOBODYS: 2}
    known = {matter.id for matter in matters}
    return caller.page(
        "applying/my.html",
        drafts=[_draft(caller, draft) for draft in theirs],
        told=sorted(told, key=lambda one: first[one.now.turn]),
        older=[case for case in cases if case["id"] not in known],
        associations=in_order(associations, "name", caller.language),
        calls=[{**call, "last_day": last_day(call["closes_at"])} for call in calls if call["status"] == "open"],
        dates=_dates(caller, matters, theirs),
        several=len(associations) > 1,
    )


def _is_theirs(caller: Caller, draft: dict[str, Any]) -> bool:
    """What the fund's own people write down for others they find on a page of its own."""
    return draft["set_down"] is None or UUID(draft["association"]) in caller.associations


def _draft(caller: Caller, draft: dict[str, Any]) -> dict[str, Any]:
    return {
        **draft,
        **_days(draft),
        "is_helped": UUID(draft["association"]) not in caller.associations,
        "waits_for": _waits_for(caller, draft),
    }


def _days(draft: dict[str, Any]) -> dict[str, Any]:
    """The days of a draft by its programme's clock. Once it `is_over`, what matters is how long it is kept (A3)."""
    closes_at, now = (datetime.fromisoformat(draft[name]) for name in ("closes_at", "now"))
    return {
        "last_day": last_day(draft["closes_at"]),
        "kept_until": last_day(draft["kept_until"]),
        "today": local_date(now),
        "is_over": now > closes_at and draft["set_down"] is None,
    }


def _waits_for(caller: Caller, draft: dict[str, Any]) -> str:
    """Where one of two has signed: whether it was the reader, or whether they are the `other`."""
    if draft["signed_by"] == str(caller.account):
        return "me"
    signs = caller.actor is not None and caller.actor.holds_for(Role.SIGNATORY, UUID(draft["association"]))
    return "other" if signs else "nobody"


async def _of_associations(caller: Caller) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Cases and associations; none for whoever only helps: the fund's own people would be shown everybody's."""
    if not caller.holds(*WRITERS):
        return [], []
    cases, associations = await asyncio.gather(
        *(caller.ask_whole("applications", path) for path in ("/cases", "/associations"))
    )
    return cases, associations


def _dates(caller: Caller, matters: list[Matter], drafts: list[dict[str, Any]]) -> list[tuple[Dated, str, date | None]]:
    """Everything with a date, the first first: what it is about, and which day its programme's clock shows."""
    found: list[tuple[Dated, str, date | None]] = [
        (dated, matter.title, matter.today) for matter in matters for dated in dates_of(caller, matter)
    ]
    for draft in drafts:
        if draft["set_down"]:  # it counts from the day it came
            continue
        days, address = _days(draft), f"/drafts/{draft['id']}"
        dated = Dated(days["last_day"], caller.gettext("Last day to send it in"), address)
        if days["is_over"]:
            dated = Dated(days["kept_until"], caller.gettext("Last day that the draft is kept"), address)
        about = caller.gettext("Draft for %(association)s") % {"association": draft["association_name"] or ""}
        found.append((dated, about, days["today"]))
    return sorted(found, key=lambda one: one[0].on)


# Associations


@get("/my/associations/new", name="page_register_association")
async def register_page(caller: Caller, next: str = "") -> Response[Any]:
    caller.required(*WRITERS)
    return caller.page("applying/association.html", next=local_path(next, ""), values={"language": caller.language})


@post("/my/associations/new", name="register_my_association")
async def register(caller: Caller) -> Response[Any]:
    """The form's key is the association's id: pressing twice registers it once."""
    caller.required(*WRITERS)
    form = await caller.form()
    values = {name: form.get(name) for name in ("organisation_number", *PARTICULARS)}
    onward = local_path(form.get("next"), "/my")
    if missing := missing_particulars(caller, values):
        return _register_again(caller, values, onward, Wrong(REFUSED, "", "", missing))
    body = {name: value for name, value in values.items() if value}
    association, said = form.key, caller.gettext("The association is registered.")
    try:
        await caller.tell("applications", "PUT", f"/associations/{association}", body, form=form)
    except Wrong as wrong:
        if wrong.status >= 500 or wrong.status in (401, 403):
            raise
        own = await _own_with(caller, values["organisation_number"]) if wrong.status == ALREADY else None
        if own is None:
            return _register_again(caller, values, onward, wrong)
        association, said = own, caller.gettext("The association is already yours.")
    if onward.startswith("/apply/"):
        onward = f"{onward}?association={association}"  # the one that is meant, among others
    return caller.goes_on(onward, said=said)


async def _own_with(caller: Caller, number: str) -> str | None:
    """The caller's own association with the number, if it is theirs already."""
    own = {str(one) for one in caller.associations}
    return next((one for one in await with_number(caller, number) if one in own), None)


async def with_number(caller: Caller, number: str) -> list[str]:
    """The associations that have it. Raises Wrong for what is no number of an association."""
    found = await caller.ask("applications", "/associations", organisation_number=number)
    return [str(one["id"]) for one in found.json["items"]]


@get("/my/associations/{association:uuid}", name="page_my_association")
async def association_page(association: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    return await _particulars(caller, association)


async def _particulars(
    caller: Caller, association: UUID, wrong: Wrong | None = None, written: dict[str, str] | None = None
) -> Response[Any]:
    shown = await caller.ask("applications", f"/associations/{association}")
    return caller.page(
        "applying/particulars.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        association=shown.json,
        version=shown.version,
        may_change="change_association" in shown.may,
        values=written or {name: shown.json["particulars"].get(name) or "" for name in PARTICULARS},
    )


@post("/my/associations/{association:uuid}", name="change_my_association")
async def change(association: UUID, caller: Caller) -> Response[Any]:
    caller.required(*WRITERS)
    form = await caller.form()
    values = {name: form.get(name) for name in PARTICULARS}
    body = {name: value for name, value in values.items() if value}
    missing = missing_particulars(caller, values)
    try:
        if missing:
            raise Wrong(REFUSED, "", "", missing)
        await caller.tell("applications", "POST", f"/associations/{association}/particulars", body, form=form)
    except Wrong as wrong:
        if wrong.status not in (400, REFUSED):
            raise
        return await _particulars(caller, association, wrong, values)
    return caller.goes_on(f"/my/associations/{association}", said=caller.gettext("The changes are saved."))


def missing_particulars(caller: Caller, values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """What has to be said of an association and is not, of what the page asks for."""
    said = {
        "organisation_number": caller.gettext("Write the organisation number."),
        "name": caller.gettext("Write what the association is called."),
        "town": caller.gettext("Write which town it is in."),
    }
    return tuple((name, words) for name, words in said.items() if name in values and not values[name])


def _register_again(caller: Caller, values: dict[str, str], onward: str, wrong: Wrong) -> Response[Any]:
    if not wrong.errors:
        wrong = Wrong(wrong.status, wrong.title, wrong.detail, (("organisation_number", wrong.detail),))
    return caller.page("applying/association.html", status=REFUSED, wrong=wrong, next=onward, values=values)


ROUTES = (my_page, register_page, register, association_page, change)
