"""Programmes: read in plain words before and after they are published, from the file that holds all their rules.

A practice programme also has a clock, which the administrator moves forward.
"""

import asyncio
import json
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post

from services.web.pages.applying.readable import OWNERS
from services.web.pages.cases.calls import READERS as CALL_READERS
from services.web.pages.cases.check import KNOWN
from services.web.pages.cases.desk import can_be_put_right, days, drawn
from services.web.pages.cases.words import OUTCOMES
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.forms import whole
from shared.conditions import in_words
from shared.identity import Role
from shared.programme import ProgrammeRules, read_programme
from shared.refused import Refused
from shared.uuid7 import uuid7
from shared.words import Language

READERS = (*CALL_READERS, Role.AUDITOR)
FILE_MAX_BYTES = 400_000
DAY_S = 86_400
ADVANCE_MAX_DAYS = 400


class Preview(msgspec.Struct, frozen=True):
    """A programme's rules as a person reads them."""

    rules: ProgrammeRules
    conditions: list[tuple[str, str, str]]
    outcomes: list[str]


def preview(rules: ProgrammeRules, language: Language) -> Preview:
    fields = list(rules.forms.application_fields())
    labels = dict(KNOWN) | {field.key: field.label for field in fields}
    labels |= {f"attachment.{one.key}": one.label for one in rules.attachments}
    choices = {
        field.key: {one.key: one.label for one in (rules.codelist(field.codelist) if field.codelist else field.options)}
        for field in fields
    }
    choices["payout_account.owner"] = OWNERS
    return Preview(
        rules=rules,
        conditions=[
            (one.code, one.label.into(language), in_words(one.check, language, labels, choices))
            for one in rules.eligibility
        ],
        outcomes=[OUTCOMES[one.value].into(language) for one in rules.decision.outcomes if one.value in OUTCOMES],
    )


@get("/programmes/{programme:uuid}", name="page_programme")
async def programme_page(programme: UUID, caller: Caller) -> Response[Any]:
    caller.required(*READERS)
    return await _show(caller, programme)


async def _show(caller: Caller, programme: UUID, wrong: Wrong | None = None) -> Response[Any]:
    shown = await caller.ask("applications", f"/programmes/{programme}")
    rules = msgspec.convert(shown.json["rules"], ProgrammeRules, strict=False)
    return drawn(
        caller,
        "cases/programme.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        programme=shown.json,
        shown=preview(rules, caller.language),
        may_draft=caller.holds(Role.OFFICER),
        opens_calls=caller.holds(*CALL_READERS),
        may_advance="advance_clock" in shown.may and caller.holds(Role.ADMINISTRATOR),
    )


@post("/programmes/{programme:uuid}/clock", name="post_advance_clock")
async def advance(programme: UUID, caller: Caller) -> Response[Any]:
    caller.required(Role.ADMINISTRATOR)
    form = await caller.form()
    days_on = whole(form.get("days")) or 0
    if not 0 < days_on <= ADVANCE_MAX_DAYS:
        message = caller.gettext("Write how many days, from 1 to 400.")
        return await _show(caller, programme, Wrong(422, "", message, (("days", message),)))
    try:
        body = {"advance_s": days_on * DAY_S}
        await caller.tell("applications", "POST", f"/programmes/{programme}/clock", body, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _show(caller, programme, wrong)
    return caller.goes_on(f"/programmes/{programme}", caller.gettext("The practice clock has been moved forward."))


@get("/programmes/new", name="page_new_programme")
async def new_page(caller: Caller) -> Response[Any]:
    caller.required(Role.OFFICER)
    return await _upload(caller)


async def _upload(caller: Caller, wrong: Wrong | None = None, **given: Any) -> Response[Any]:
    clocks = await days(caller)
    return drawn(
        caller,
        "cases/programme_new.html",
        status=wrong.status if wrong else 200,
        wrong=wrong,
        programmes=list(clocks.programmes.values()),
        **({"shown": None, "text": "", "practice_too": False, "programme": str(uuid7())} | given),
    )


@post("/programmes/new", name="post_new_programme")
async def publish(caller: Caller) -> Response[Any]:
    """The file is read and shown first; what was shown is then published."""
    caller.required(Role.OFFICER)
    form = await caller.form()
    text, is_practice = form.get("text"), form.get("for_practice") == "yes"
    file = form.file("file")
    if file is not None:
        text = (await file.read(FILE_MAX_BYTES)).decode("utf-8", "replace")
    try:
        written = await asyncio.to_thread(_rules_in, text)
        rules = read_programme(written)
    except ValueError:
        message = caller.gettext("Choose a programme file: JSON with all the rules.")
        return await _upload(caller, Wrong(422, "", message, (("file", message),)), practice_too=is_practice)
    except Refused as refused:
        wrong = Wrong.from_text(422, refused.title, refused.detail, refused.errors, caller.language)
        return await _upload(caller, wrong, practice_too=is_practice)
    programme = form.get("programme") or str(uuid7())
    if form.get("confirmed") != "yes":
        shown = preview(rules, caller.language)
        return await _upload(
            caller, shown=shown, text=json.dumps(written), practice_too=is_practice, programme=programme
        )
    try:
        body = {"rules": written, "practice": is_practice}
        await caller.tell("applications", "PUT", f"/programmes/{programme}", body, form=form)
    except Wrong as wrong:
        if not can_be_put_right(wrong):
            raise
        return await _upload(caller, wrong, practice_too=is_practice)
    return caller.goes_on(f"/programmes/{programme}", caller.gettext("The programme is published."))


def _rules_in(text: str) -> dict[str, Any]:
    """The rules themselves, or under `programme` beside a call, as the example has them. Raises ValueError."""
    try:
        found = json.loads(text)
    except RecursionError:
        raise ValueError("deeper than any rules are") from None
    if isinstance(found, dict) and isinstance(found.get("programme"), dict):
        found = found["programme"]
    return msgspec.convert(found, dict[str, Any])


ROUTES = (new_page, publish, programme_page, advance)
