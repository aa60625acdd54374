"""One group of questions to a page: drawn, saved while one writes, and never in the way of going on."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.web.pages.applying import saving
from services.web.pages.applying.differing import Choice, chosen, written
from services.web.pages.applying.drafts import DRAFTERS, SENT_IN, Draft, address_of, opened
from services.web.pages.applying.fields import TABLES, answer_of
from services.web.pages.applying.questions import Problems, labelled, sum_of
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import Form
from services.web.site.money_and_time import Written
from shared.programme import FieldType, Section

AMOUNT = "amount_applied_ore"
CONFLICT = 409
LOCKED = 423
"""One of two has signed meanwhile: applications takes no more words until that is taken back."""


class Balance(msgspec.Struct, frozen=True):
    """Costs against other money and what is applied for, in öre."""

    costs_ore: int
    other_ore: int
    applied_ore: int

    @property
    def left_ore(self) -> int:
        return self.costs_ore - self.other_ore

    @property
    def agrees(self) -> bool:
        return not (self.costs_ore and self.applied_ore) or self.left_ore == self.applied_ore


@get("/drafts/{draft:uuid}/{group:str}", name="page_group", exception_handlers=SENT_IN)
async def group_page(draft: UUID, group: str, caller: Caller, check: str = "", more: str = "") -> Response[Any]:
    """The questions of one group. `check` shows what is wrong with the answers, `more` an empty row more of a table."""
    caller.required(*DRAFTERS)
    found = await opened(caller, draft)
    section = found.group(group)
    if found.is_only_read:
        return caller.goes_on(f"{found.path}/check")
    problems = found.problems_of(section) if check else []
    told = labelled(section.fields, problems, caller.language)
    return _page(caller, found, section, Wrong(0, "", "", tuple(told)) if told else None, problems, more)


def _page(
    caller: Caller, draft: Draft, group: Section, wrong: Wrong | None, problems: Problems = (), more: str = ""
) -> Response[Any]:
    return caller.page(
        "applying/group.html",
        status=wrong.status if wrong and wrong.status else 200,
        wrong=wrong,
        draft=draft,
        group=group,
        address=f"{draft.path}/{address_of(group)}",
        onward=draft.after(group),
        number=list(draft.groups).index(group) + 1,
        all=draft.parts,
        version=str(saving.seen(draft.saved, group.fields)),
        balance=balance(draft, group),
        questions=[
            draft.form.question(field, draft.answers.get(field.key), problems, int(more == field.key))
            for field in group.fields
        ],
    )


def balance(draft: Draft, group: Section) -> Balance | None:
    """For a group that asks both for an amount and for costs."""
    by_type = {field.type: draft.answers.get(field.key) for field in group.fields}
    applied = draft.answers.get(AMOUNT)
    if FieldType.BUDGET_TABLE not in by_type or AMOUNT not in {field.key for field in group.fields}:
        return None
    return Balance(
        costs_ore=sum_of(by_type[FieldType.BUDGET_TABLE], "amount_ore"),
        other_ore=sum_of(by_type.get(FieldType.FUNDING_TABLE), "amount_ore"),
        applied_ore=applied if type(applied) is int else 0,
    )


@post("/drafts/{draft:uuid}/{group:str}", name="save_group", exception_handlers=SENT_IN)
async def save_group(draft: UUID, group: str, caller: Caller) -> Response[Any]:
    """Saves whatever is written, right or wrong, and goes where the button says."""
    caller.required(*DRAFTERS)
    form = await caller.form()
    found = await opened(caller, draft)
    section = found.group(group)
    go, key, row = saving.pressed(form.get("go"))
    try:
        kept = await saving.keep(caller, draft, section.fields, form, (key, row) if go == saving.REMOVE else None)
    except Wrong as wrong:
        if wrong.status != LOCKED:
            raise
        return _page(caller, _as_written(found, section, form), section, wrong)
    now = msgspec.structs.replace(found, saved=kept.saved)
    if kept.conflicts:
        return _conflict(caller, now, section, kept.conflicts, kept.mine)
    return caller.goes_on(_where(now, section, go, key))


def _as_written(draft: Draft, group: Section, form: Form) -> Draft:
    """The draft with what stands in the form, which was not saved: it is shown, so that nothing is lost."""
    written = {field.key: answer_of(field, draft.answers.get(field.key), form) for field in group.fields}
    return msgspec.structs.replace(
        draft, saved=msgspec.structs.replace(draft.saved, answers={**draft.answers, **written})
    )


def _where(draft: Draft, group: Section, go: str, key: str) -> str:
    address = f"{draft.path}/{address_of(group)}"
    if go == saving.MORE and key in {field.key for field in group.fields if field.type in TABLES}:
        answer = draft.answers.get(key)
        return f"{address}?more={key}#{key}.{len(answer) if isinstance(answer, list) else 0}"
    if go == saving.REMOVE:
        return f"{address}#{key}"
    if go == saving.LIST:
        return draft.path
    return f"{address}?check=yes" if draft.problems_of(group) else draft.after(group)


@post("/drafts/{draft:uuid}/{group:str}/autosave", name="autosave_group", exception_handlers=SENT_IN)
async def autosave_group(draft: UUID, group: str, caller: Caller) -> Response[Any]:
    """Saves while one writes. 409 where another device has changed the same question; nothing of theirs is touched."""
    caller.required(*DRAFTERS)
    found = await opened(caller, draft)
    section = found.group(group)
    kept = await saving.keep(caller, draft, section.fields, await caller.form())
    told = {
        "saved_at_clock": Written(caller.language).clock(kept.saved.saved_at),
        "version": str(saving.seen(kept.saved, section.fields)),
    }
    return caller.json({**told, "conflicts": list(kept.conflicts)}, CONFLICT if kept.conflicts else 200)


# Two devices


def _conflict(
    caller: Caller, draft: Draft, group: Section, keys: Sequence[str], mine: Mapping[str, Any]
) -> Response[Any]:
    return Choice(
        rules=draft.rules,
        asked=group.fields,
        keys=keys,
        mine=mine,
        theirs=draft.answers,
        address=f"{draft.path}/{address_of(group)}",
        part=caller.say(group.title),
        version=str(draft.saved.version),
        saved_at=draft.saved.saved_at,
    ).page(caller)


@post("/drafts/{draft:uuid}/{group:str}/choice", name="choose_between_in_draft", exception_handlers=SENT_IN)
async def choose_between(draft: UUID, group: str, caller: Caller) -> Response[Any]:
    """Saves what a person chose between their own words and those that were saved meanwhile."""
    caller.required(*DRAFTERS)
    form = await caller.form()
    found = await opened(caller, draft)
    section = found.group(group)
    answers = chosen(form, section.fields, found.answers)
    if await saving.choose(caller, draft, form.version, answers) is None:  # changed once more since they saw it
        return _conflict(caller, found, section, list(answers), written(form))
    return caller.goes_on(f"{found.path}/{group}", said=caller.gettext("What you chose is saved."))


ROUTES = (group_page, save_group, autosave_group, choose_between)
