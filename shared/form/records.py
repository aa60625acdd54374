"""Answers of several parts: addresses, periods, accounts, and tables of people, partners and money.

Each is a table of parts, so that the form, its check and its description come from one place. A part nobody asked for
is refused rather than dropped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from shared.form import values, writing
from shared.form.place import Check, Place, Problems, is_blank
from shared.identifiers import InvalidIdentifier, parse_association_account, parse_bankgiro, parse_plusgiro
from shared.programme import FieldType
from shared.refused import FieldError

ROWS_MAX = 100
FILES_MAX = 20
OWNERS = ("organisation", "person")
SWEDEN = "SE"

_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]{0,59}")


class Part:
    """One part of an answer and whether it must be there."""

    def __init__(self, check: Check, required: bool = True) -> None:
        self.check = check
        self.required = required


def _reference(place: Place, answer: object) -> Problems:
    if not isinstance(answer, str) or not _REFERENCE.fullmatch(answer):
        yield place.problem("Filen finns inte. Lämna in den igen.", "There is no such file. Please hand it in again.")


def files(place: Place, answer: object) -> Problems:
    """The ids of files that were handed in."""
    yield from _several(place, answer, FILES_MAX, _reference)


def _several(place: Place, answer: object, most: int, check: Check) -> Problems:
    if not isinstance(answer, (list, tuple)):
        yield place.problem("Svara med en lista.", "Answer with a list.")
    elif len(answer) > most:
        yield place.problem(f"Listan får ha högst {most} rader.", f"The list may have at most {most} rows.")
    else:
        for index, row in enumerate(answer):
            yield from check(place.inside(index), row)


def _owner(place: Place, answer: object) -> Problems:
    if answer not in OWNERS:
        yield place.problem("Svara vem kontot tillhör.", "Answer whose account it is.")


_ADDRESS = {
    "street": Part(writing.short_line),
    "postal_code": Part(writing.short_line),
    "town": Part(writing.short_line),
    "country": Part(writing.country, required=False),
    "care_of": Part(writing.short_line, required=False),
    "hide_publicly": Part(values.boolean, required=False),
}
_PERIOD = {"starts_on": Part(values.day), "ends_on": Part(values.day)}
_ACCOUNT = {
    "scheme": Part(values.select),
    "number": Part(writing.account_number),
    "clearing": Part(writing.account_number, required=False),
    "owner": Part(_owner),
}
_SIGNATURE = {"name": Part(writing.short_line), "signed_on": Part(values.day)}
_STORY = {"text": Part(writing.paragraphs, required=False), "media": Part(files, required=False)}
_PERSON = {
    "name": Part(writing.short_line),
    "role": Part(writing.short_line, required=False),
    "email": Part(writing.email, required=False),
    "phone": Part(writing.phone, required=False),
}
_PARTNER = {"name": Part(writing.short_line), "sector": Part(values.select)}
_COST = {
    "category": Part(values.select),
    "note": Part(writing.short_line, required=False),
    "amount_ore": Part(values.amount),
}
_FUNDING = {"funder": Part(writing.short_line), "amount_ore": Part(values.amount), "status": Part(values.select)}
_COMPARISON = {
    "category": Part(values.select),
    "note": Part(writing.short_line, required=False),
    "budgeted_ore": Part(values.amount),
    "spent_ore": Part(values.amount),
}

RECORDS: Mapping[FieldType, Mapping[str, Part]] = {
    FieldType.ADDRESS: _ADDRESS,
    FieldType.DATE_RANGE: _PERIOD,
    FieldType.PAYOUT_ACCOUNT: _ACCOUNT,
    FieldType.SIGNATURE: _SIGNATURE,
    FieldType.TEXTAREA_OR_MEDIA: _STORY,
}
TABLES: Mapping[FieldType, Mapping[str, Part]] = {
    FieldType.PERSON_LIST: _PERSON,
    FieldType.PARTNER_LIST: _PARTNER,
    FieldType.BUDGET_TABLE: _COST,
    FieldType.FUNDING_TABLE: _FUNDING,
    FieldType.BUDGET_COMPARISON: _COMPARISON,
}


def table(place: Place, answer: object) -> Problems:
    yield from _several(place, answer, ROWS_MAX, _row)


def _row(place: Place, answer: object) -> Problems:
    yield from _parts(place, answer, TABLES[place.field.type])


def record(place: Place, answer: object) -> Problems:
    """The parts one by one; only when each is right, how they go together."""
    wrong = list(_parts(place, answer, RECORDS[place.field.type]))
    yield from wrong
    if not wrong and isinstance(answer, Mapping) and place.field.type in _TOGETHER:
        yield from _TOGETHER[place.field.type](place, answer)


def _parts(place: Place, answer: object, parts: Mapping[str, Part]) -> Problems:
    if not isinstance(answer, Mapping):
        yield place.problem("Svaret har fel form.", "The answer has the wrong form.")
        return
    for name in answer:
        if name not in parts:
            yield place.problem(
                "Svaret har delar som ingen frågar efter.", "The answer has parts that nobody asks for."
            )
            break
    for name, part in parts.items():
        value = answer.get(name)
        if not is_blank(value):
            yield from part.check(place.inside(name), value)
        elif part.required:
            yield place.inside(name).problem("Fyll i den här delen också.", "Please fill in this part too.")


def _address(place: Place, answer: Mapping[str, object]) -> Problems:
    if (answer.get("country") or SWEDEN) == SWEDEN:
        yield from writing.postal_code(place.inside("postal_code"), answer["postal_code"])


def _period(place: Place, answer: Mapping[str, object]) -> Problems:
    first, last = values.as_date(answer["starts_on"]), values.as_date(answer["ends_on"])
    if first is not None and last is not None and first > last:
        yield place.problem("Sista dagen ligger före den första.", "The last day is before the first.")
    elif first is not None and last is not None:
        yield from values.within(place, first, last)


def _account(place: Place, answer: Mapping[str, object]) -> Problems:
    number, clearing = str(answer["number"]), str(answer.get("clearing") or "")
    try:
        if answer["scheme"] == "bankgiro":
            parse_bankgiro(number)
        elif answer["scheme"] == "plusgiro":
            parse_plusgiro(number)
        elif clearing:
            parse_association_account(clearing, number)
        else:
            yield place.inside("clearing").problem("Skriv clearingnumret.", "Write the clearing number.")
    except InvalidIdentifier as wrong:
        yield FieldError(place.inside("number").path, wrong.sentence)


def _story(place: Place, answer: Mapping[str, object]) -> Problems:
    if is_blank(answer.get("text")) and is_blank(answer.get("media")):
        yield place.problem("Skriv något eller lämna in en fil.", "Write something or hand in a file.")


_TOGETHER = {
    FieldType.ADDRESS: _address,
    FieldType.DATE_RANGE: _period,
    FieldType.PAYOUT_ACCOUNT: _account,
    FieldType.TEXTAREA_OR_MEDIA: _story,
}
