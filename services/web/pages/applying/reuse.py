"""What the fund knows already is not asked for twice: it is filled in, to look through and change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from services.web.pages.applying.drafts import Call
from services.web.site.caller import Caller
from services.web.site.rules import rules_of
from shared.form import is_blank
from shared.programme import Field, FieldType, ProgrammeRules

NAME = "organisation_name"
LASTING = frozenset(
    {FieldType.TEXT, FieldType.EMAIL, FieldType.PHONE, FieldType.URL, FieldType.ADDRESS, FieldType.ORGNR}
    | {FieldType.SELECT, FieldType.MULTI_SELECT, FieldType.PERSON_LIST, FieldType.PAYOUT_ACCOUNT}
)
"""Kinds of answers that tend to hold from one year to the next. Numbers, days and declarations do not."""
ABOUT_MONEY = FieldType.PAYOUT_ACCOUNT
MADE_ANEW = frozenset({FieldType.CHECKBOX, FieldType.SIGNATURE})
"""What somebody declares, they declare each time."""


async def first_answers(caller: Caller, call: UUID, association: UUID) -> dict[str, Any]:
    """What a new draft begins with: the association's particulars, and what it last wrote about itself; everything that
    it wrote, where it has withdrawn its application in this very call to change it (A6)."""
    found = await caller.ask("applications", f"/calls/{call}")
    known = await caller.ask("applications", f"/associations/{association}")
    rules = await rules_of(caller, msgspec.json.decode(found.body, type=Call).programme)
    cases = (await caller.ask("applications", "/cases")).json["items"]
    latest = next((case for case in cases if case["association"] == str(association)), None)
    last = await _answers(caller, latest["id"]) if latest else {}
    answers = known_answers(rules, known.json, last)
    if latest and latest["call"] == str(call) and was_withdrawn(latest):
        answers |= answers_to_change(rules, last)
    return answers


async def _answers(caller: Caller, case: str) -> Mapping[str, Any]:
    read = await caller.ask_if_there("applications", f"/cases/{case}/application")
    return read.json["answers"] if read else {}


def was_withdrawn(case: Mapping[str, Any]) -> bool:
    """Whether the association took its application back, as the case is listed or shown."""
    return case["status"] == "withdrawn" or (case["status"] == "closed" and not case["outcome"])


def answers_to_change(rules: ProgrammeRules, last: Mapping[str, Any]) -> dict[str, Any]:
    """All that was written but what somebody declared. Papers are handed in anew: they belong to the case."""
    fields = [field for field in rules.forms.application_fields() if field.type not in MADE_ANEW]
    return {field.key: last[field.key] for field in fields if field.key in last}  # also a table said to be empty


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
