"""What is being written down for others; and to begin: which call, for whom, how it came and on which day."""

from typing import Any
from uuid import UUID, uuid5

import msgspec
from litestar import Response, get, post

from services.web.pages.applying.drafts import SENT_IN, SETS_DOWN, Call, Draft, opened
from services.web.pages.applying.mine import PARTICULARS, missing_particulars, with_number
from services.web.pages.applying.reuse import known_answers
from services.web.pages.cases.desk import calls, drawn
from services.web.pages.cases.words import SET_DOWN_FROM, said
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form, as_uuid, read_day
from services.web.site.names import known_names
from services.web.site.rules import rules_of
from shared.refused import Unknown

REFUSED = 422
TAKES = frozenset({"open", "closed"})
"""Calls that something can be registered in: a paper that came in time may be written down when the time is over."""
ROUTES_IN = ("paper", "oral")
HOW = ("call", "organisation_number", "route", "came_on")
AT_THE_NUMBER = "organisation_number"
PUT_RIGHT = frozenset({400, 403, 409, REFUSED})
"""What a service answers where the page itself is the place to mend it."""


@get("/set-down", name="page_set_down")
async def list_page(caller: Caller) -> Response[Any]:
    caller.required(*SETS_DOWN)
    drafts = [one for one in (await _drafts(caller)) if UUID(one["association"]) not in caller.associations]
    return drawn(
        caller,
        "setting_down/list.html",
        drafts=drafts,
        names=await known_names(caller, (one["set_down"]["set_down_by"] for one in drafts)),
        set_down_from=said(SET_DOWN_FROM, caller.language),
    )


async def _drafts(caller: Caller) -> list[dict[str, Any]]:
    """Everybody's, the first begun first."""
    return [one for one in await caller.ask_whole("applications", "/drafts") if one["set_down"]]


@get("/set-down/new", name="page_set_down_new")
async def new_page(caller: Caller, call: str = "") -> Response[Any]:
    caller.required(*SETS_DOWN)
    return await _new(caller, {"call": call, "language": "sv"})


async def _new(
    caller: Caller, values: dict[str, str], wrong: Wrong | None = None, is_new: bool = False
) -> Response[Any]:
    """`is_new` where the association has to be registered first."""
    return drawn(
        caller,
        "setting_down/new.html",
        status=REFUSED if wrong else 200,
        wrong=wrong,
        values=values,
        is_new=is_new,
        calls=[(one["id"], one["title"][caller.language]) for one in await calls(caller) if one["status"] in TAKES],
    )


@post("/set-down/new", name="begin_to_set_down")
async def begin(caller: Caller) -> Response[Any]:
    """The form's key is the draft's id: pressing twice begins one."""
    caller.required(*SETS_DOWN)
    form = await caller.form()
    values = {name: form.get(name) for name in (*HOW, *PARTICULARS)}
    is_new = bool(form.get("is_new"))
    if missing := _missing(caller, values):
        return await _new(caller, values, _told(missing), is_new)
    try:
        association = next(iter(await with_number(caller, values[AT_THE_NUMBER])), None)
        if association is None and not is_new:
            said = caller.gettext("No association has that number here yet. Write who it is, and it is registered.")
            return await _new(caller, values, _told(((AT_THE_NUMBER, said),)), is_new=True)
        if association is None:
            if unsaid := missing_particulars(caller, values):
                return await _new(caller, values, _told(unsaid), is_new=True)
            association = await _register(caller, form, values)
        await _begin(caller, form, values, association)
    except Wrong as wrong:
        if wrong.status not in PUT_RIGHT:
            raise
        return await _new(caller, values, _with_a_place(wrong), is_new)
    return caller.goes_on(f"/drafts/{form.key}")


async def _register(caller: Caller, form: Form, values: dict[str, str]) -> str:
    association = str(uuid5(UUID(form.key), "association"))
    body = {name: values[name] for name in (AT_THE_NUMBER, *PARTICULARS) if values[name]}
    await caller.tell("applications", "PUT", f"/associations/{association}", body, key=association)
    return association


async def _begin(caller: Caller, form: Form, values: dict[str, str], association: str) -> None:
    """With what the fund knows of the association filled in, and nothing of what it wrote another time: the paper says
    what it says."""
    found = await caller.ask("applications", f"/calls/{values['call']}")
    known = await caller.ask("applications", f"/associations/{association}")
    rules = await rules_of(caller, msgspec.json.decode(found.body, type=Call).programme)
    body = {
        "call": values["call"],
        "association": association,
        "route": values["route"],
        "came_on": values["came_on"],
        "answers": known_answers(rules, known.json, {}),
    }
    await caller.tell("applications", "PUT", f"/drafts/{form.key}/set-down", body, form=form)


def _missing(caller: Caller, values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    wrong = []
    if as_uuid(values["call"]) is None:
        wrong.append(("call", caller.gettext("Choose which call it is for.")))
    if not values[AT_THE_NUMBER]:
        wrong.append((AT_THE_NUMBER, caller.gettext("Write the organisation number.")))
    return (*wrong, *_how_is_missing(caller, values))


def _how_is_missing(caller: Caller, values: dict[str, str]) -> tuple[tuple[str, str], ...]:
    wrong = []
    if values["route"] not in ROUTES_IN:
        wrong.append(("route", caller.gettext("Choose how it came.")))
    if read_day(values["came_on"]) is None:
        wrong.append(("came_on", caller.gettext("Write which day it came.")))
    return tuple(wrong)


def _told(errors: tuple[tuple[str, str], ...]) -> Wrong:
    return Wrong(REFUSED, "", "", errors)


def _with_a_place(wrong: Wrong) -> Wrong:
    """What is said of no field stands at the first one."""
    return wrong if wrong.errors else Wrong(wrong.status, wrong.title, "", (("call", wrong.detail),))


# How it came, corrected


async def opened_here(caller: Caller, draft: UUID) -> Draft:
    """A draft that whoever looks sets down for the association. Raises Unknown, SentIn."""
    caller.required(*SETS_DOWN)
    found = await opened(caller, draft)
    if not found.is_set_down_here:
        raise Unknown
    return found


@get("/drafts/{draft:uuid}/set-down", name="page_how_it_came", exception_handlers=SENT_IN)
async def how_page(draft: UUID, caller: Caller) -> Response[Any]:
    return _how(caller, await opened_here(caller, draft))


def _how(
    caller: Caller, draft: Draft, wrong: Wrong | None = None, written: dict[str, str] | None = None
) -> Response[Any]:
    how = draft.set_down
    return drawn(
        caller,
        "setting_down/how.html",
        status=REFUSED if wrong else 200,
        wrong=wrong,
        draft=draft,
        values=written or {"route": how.route if how else "", "came_on": str(how.came_on) if how else ""},
    )


@post("/drafts/{draft:uuid}/set-down", name="correct_how_it_came", exception_handlers=SENT_IN)
async def correct(draft: UUID, caller: Caller) -> Response[Any]:
    """The day was mistyped, or what seemed to be told came on paper."""
    found, form = await opened_here(caller, draft), await caller.form()
    values = {name: form.get(name) for name in ("route", "came_on")}
    if missing := _how_is_missing(caller, values):
        return _how(caller, found, _told(missing), values)
    body = {"call": found.saved.call, "association": found.saved.association, **values}
    try:
        await caller.tell("applications", "PUT", f"/drafts/{draft}/set-down", body, form=form)
    except Wrong as wrong:
        if wrong.status not in PUT_RIGHT:
            raise
        errors = wrong.errors or (("came_on", wrong.detail),)
        return _how(caller, found, Wrong(wrong.status, wrong.title, "", errors), values)
    return caller.goes_on(found.path, said=caller.gettext("The changes are saved."))


ROUTES = (list_page, new_page, begin, how_page, correct)
