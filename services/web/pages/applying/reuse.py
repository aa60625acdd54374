"""What the fund knows already is not asked for twice: it is filled in, to look through and change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from services.web.pages.applying.drafts import Call, Programme
from services.web.site.caller import Caller
from shared.form import is_blank
from shared.programme import Field, FieldType, ProgrammeRules

NAME = "organisation_name"
LASTING = frozenset(
    {FieldType.TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.URL, FieldType.ADDRESS, FieldType.ORGNR}
    | {FieldType.SELECT, FieldType.MULTI_SELECT, FieldType.PERSON_LIST, FieldType.PAYOUT_ACCOUNT}
)
"""Kinds of answers that tend to hold from one year to the next. Numbers, days and declarations do not."""
ABOUT_MONEY = FieldType.PAYOUT_ACCOUNT


async def first_answers(caller: Caller, call: UUID, association: UUID) -> dict[str, Any]:
    """What a new draft begins with: the association's particulars, and what it last wrote about itself."""
    found = await caller.ask("applications", f"/calls/{call}")
    known, programme = await caller.ask_all(
        ("applications", f"/associations/{association}"),
        ("applications", f"/programmes/{msgspec.json.decode(found.body, type=Call).programme}"),
    )
    rules = msgspec.json.decode(programme.body, type=Programme).rules
    return known_answers(rules, known.json, await _last_answers(caller, association))


async def _last_answers(caller: Caller, association: UUID) -> Mapping[str, Any]:
    cases = (await caller.ask("applications", "/cases")).json["items"]
    latest = next((case["id"] for case in cases if case["association"] == str(association)), None)
    if latest is None:
        return {}
    read = await caller.ask_if_there("applications", f"/cases/{latest}/application")
    return read.json["answers"] if read else {}


def known_answers(rules: ProgrammeRules, association: Mapping[str, Any], last: Mapping[str, Any]) -> dict[str, Any]:
    particulars = association["particulars"]
    about = next(
        (group for group in rules.forms.application if any(one.type is FieldType.ORGNR for one in group.fields)), None
    )
    about_itself = {field.key for field in about.fields} if about else set()
    answers: dict[str, Any] = {}
    for field in rules.forms.application_fields():
        told = _told(field, association["organisation_number"], particulars) if field.key in about_itself else None
        before = last.get(field.key) if _lasts(field, about_itself) else None
        answer = before if told is None else told
        if not is_blank(answer):
            answers[field.key] = answer
    return answers


def _lasts(field: Field, about_itself: set[str]) -> bool:
    """About the association itself, about its people, or the account."""
    is_about = field.key in about_itself or field.type in (FieldType.PERSON_LIST, ABOUT_MONEY)
    return is_about and field.type in LASTING


def _told(field: Field, number: str, particulars: Mapping[str, Any]) -> Any:
    match field.type:
        case FieldType.ORGNR:
            return number
        case FieldType.EMAIL:
            return particulars.get("email")
        case FieldType.PHONE:
            return particulars.get("phone")
        case FieldType.ADDRESS:
            parts = {name: particulars.get(name) for name in ("street", "postal_code", "town")}
            return {name: part for name, part in parts.items() if part} if parts["street"] else None
    return particulars["name"] if field.key == NAME else None
