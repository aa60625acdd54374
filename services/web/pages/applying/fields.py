"""Every kind of question as fields on a page: an answer written into them, and read back from what was posted.

Nothing is ever lost on the way: what cannot be read as an amount or a day is kept as it was written, for the check of
the form to explain, and an answer that nobody touched stays to the letter what it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any

from services.web.site.amounts import as_text, read_number, read_ore, write_number, write_ore
from services.web.site.forms import Form, whole
from shared.programme import Field, FieldType

YES, NO = "yes", "no"
NONE = "none"
"""The box that says "no other money": an empty table is an answer there."""
INDEX_MAX = 150
"""Rows read from one posted table: more than any may have, so that too many are told and not dropped."""

Written = dict[str, list[str]]
"""Name of a field on the page → what stands in it."""


class Part(Enum):
    """What kind of field a part of an answer is written in."""

    LINE = auto()
    NUMBER = auto()
    MONEY = auto()
    TICK = auto()
    YES_OR_NO = auto()
    SEVERAL = auto()
    STEP = auto()


SINGLE: Mapping[FieldType, Part] = {
    **dict.fromkeys((FieldType.TEXT, FieldType.TEXTAREA, FieldType.EMAIL, FieldType.PHONE), Part.LINE),
    **dict.fromkeys((FieldType.URL, FieldType.ORGNR, FieldType.SELECT, FieldType.DATE), Part.LINE),
    FieldType.INTEGER: Part.NUMBER,
    FieldType.MONEY: Part.MONEY,
    FieldType.MULTI_SELECT: Part.SEVERAL,
    FieldType.FILE: Part.SEVERAL,
    FieldType.BOOLEAN: Part.YES_OR_NO,
    FieldType.CHECKBOX: Part.TICK,
    FieldType.SCALE_5: Part.STEP,
}
RECORDS: Mapping[FieldType, Mapping[str, Part]] = {
    FieldType.ADDRESS: {
        **dict.fromkeys(("care_of", "street", "postal_code", "town", "country"), Part.LINE),
        "hide_publicly": Part.TICK,
    },
    FieldType.DATE_RANGE: dict.fromkeys(("starts_on", "ends_on"), Part.LINE),
    FieldType.PAYOUT_ACCOUNT: dict.fromkeys(("scheme", "clearing", "number", "owner"), Part.LINE),
    FieldType.SIGNATURE: dict.fromkeys(("name", "signed_on"), Part.LINE),
    FieldType.TEXTAREA_OR_MEDIA: {"text": Part.LINE, "media": Part.SEVERAL},
}
TABLES: Mapping[FieldType, Mapping[str, Part]] = {
    FieldType.PERSON_LIST: dict.fromkeys(("name", "role", "email", "phone"), Part.LINE),
    FieldType.PARTNER_LIST: dict.fromkeys(("name", "sector"), Part.LINE),
    FieldType.BUDGET_TABLE: {"category": Part.LINE, "note": Part.LINE, "amount_ore": Part.MONEY},
    FieldType.FUNDING_TABLE: {"funder": Part.LINE, "amount_ore": Part.MONEY, "status": Part.LINE},
    FieldType.BUDGET_COMPARISON: {
        "category": Part.LINE,
        "note": Part.LINE,
        "budgeted_ore": Part.MONEY,
        "spent_ore": Part.MONEY,
    },
}


# Writing


def write(field: Field, answer: object) -> Written:
    """What the fields of a question hold, by their names on the page."""
    if field.type in SINGLE:
        return _found(field.key, _write_part(SINGLE[field.type], answer))
    if field.type in RECORDS:
        return _write_record(field.key, RECORDS[field.type], answer)
    rows = answer if isinstance(answer, (list, tuple)) else ()
    written: Written = {}
    for index, row in enumerate(rows):
        written |= _write_record(f"{field.key}.{index}", TABLES[field.type], row)
    if answer == [] and field.type is FieldType.FUNDING_TABLE:
        written[f"{field.key}.{NONE}"] = [YES]
    return written


def _write_record(name: str, parts: Mapping[str, Part], answer: object) -> Written:
    record = answer if isinstance(answer, Mapping) else {}
    written: Written = {}
    for key, part in parts.items():
        written |= _found(f"{name}.{key}", _write_part(part, record.get(key)))
    return written


def _found(name: str, texts: list[str]) -> Written:
    return {name: texts} if texts else {}


def _write_part(part: Part, answer: object) -> list[str]:
    match part:
        case Part.NUMBER:
            text = write_number(answer)
        case Part.MONEY:
            text = write_ore(answer)
        case Part.TICK:
            text = YES if answer is True else ""
        case Part.YES_OR_NO:
            text = {True: YES, False: NO}.get(answer, "") if isinstance(answer, bool) else as_text(answer)
        case Part.SEVERAL:
            return [as_text(one) for one in answer] if isinstance(answer, (list, tuple)) else []
        case _:
            text = as_text(answer)
    return [text] if text else []


# Reading


def read(field: Field, form: Form, without: int | None = None) -> object:
    """The answer as it was posted, without one of a table's rows where that is asked; None where there is none."""
    if field.type in SINGLE:
        return _read_part(SINGLE[field.type], form, field.key)
    if field.type in RECORDS:
        return _read_record(form, field.key, RECORDS[field.type]) or None
    return _read_table(form, field, without)


def _read_table(form: Form, field: Field, without: int | None) -> object:
    kept = [index for index in rows_in(form, field.key) if index != without]
    rows = [_read_record(form, f"{field.key}.{index}", TABLES[field.type]) for index in kept]
    filled = [row for row in rows if row]
    if not filled and field.type is FieldType.FUNDING_TABLE and form.get(f"{field.key}.{NONE}"):
        return []
    return filled or None


def rows_in(form: Form, key: str) -> list[int]:
    """The numbers of a table's posted rows, in order."""
    found = set()
    for name in form.names():
        rest = name.removeprefix(f"{key}.").partition(".")[0] if name.startswith(f"{key}.") else ""
        if (row := whole(rest)) is not None and row < INDEX_MAX:
            found.add(row)
    return sorted(found)


def _read_record(form: Form, name: str, parts: Mapping[str, Part]) -> dict[str, Any]:
    read_parts = {key: _read_part(part, form, f"{name}.{key}") for key, part in parts.items()}
    return {key: answer for key, answer in read_parts.items() if answer is not None}


def _read_part(part: Part, form: Form, name: str) -> Any:
    written = form.get(name)
    match part:
        case Part.NUMBER:
            return read_number(written)
        case Part.MONEY:
            return read_ore(written)
        case Part.TICK:
            return True if written else None
        case Part.YES_OR_NO:
            return {YES: True, NO: False}.get(written, written or None)
        case Part.SEVERAL:
            return [one for one in form.all(name) if one] or None
        case Part.STEP:
            return int(written) if written.isascii() and written.isdigit() and len(written) == 1 else written or None
        case _:
            return written or None


# Together


def answer_of(field: Field, before: object, form: Form, without: int | None = None) -> object:
    """The posted answer, or what was there before where the page shows just that: nothing is changed by looking."""
    posted = read(field, form, without)
    return before if posted == read(field, as_form(write(field, before))) else posted


def as_form(written: Written) -> Form:
    """As if the fields had been posted as they stand."""
    return Form((name, text) for name, texts in written.items() for text in texts)
