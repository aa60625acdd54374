"""Answers as a person reads them: on the page that checks them, on the receipt, and side by side when two differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from services.web.pages.applying.fields import RECORDS, TABLES, Part
from services.web.site.amounts import as_text
from services.web.site.money_and_time import Written, as_day
from shared.form import is_blank
from shared.programme import Field, FieldType, Option, ProgrammeRules
from shared.words import Language, Text

YES_NO = {True: Text("ja", "yes"), False: Text("nej", "no")}
NO_OTHER_MONEY = Text("Inga andra pengar", "No other money")
HIDDEN = Text("Adressen visas inte offentligt", "The address is not shown publicly")
SUM = Text("Summa", "Sum")
OWNERS = {
    "organisation": Text("föreningens konto", "the association's account"),
    "person": Text("en persons", "a person's"),
}
NAMED = {"budgeted_ore": Text("budget", "budget"), "spent_ore": Text("kostade", "it cost")}
"""Amounts that stand beside each other say which they are."""
CHOSEN = frozenset(
    {
        FieldType.SELECT,
        FieldType.MULTI_SELECT,
        FieldType.BOOLEAN,
        FieldType.CHECKBOX,
        FieldType.PAYOUT_ACCOUNT,
        FieldType.BUDGET_TABLE,
        FieldType.BUDGET_COMPARISON,
    }
)
"""Questions whose lines begin with what was chosen."""
OF_CHOICE = frozenset({"category", "sector", "status", "scheme"})
DAYS = frozenset({"starts_on", "ends_on", "signed_on"})
ORGNR_TAIL = 4
ACCOUNT_TAIL = {"bankgiro": 4, "plusgiro": 1}
"""How many digits stand after the hyphen, as banks and authorities print the number."""


class Readable(msgspec.Struct, frozen=True):
    """One programme's answers in one language."""

    rules: ProgrammeRules
    language: Language

    def lines(self, field: Field, answer: object) -> list[str]:
        """The answer, a line for each part or row; no lines where there is none. What was chosen from a list begins
        as a sentence does, what somebody wrote stands as they wrote it."""
        lines = self._lines(field, answer)
        return [f"{line[0].upper()}{line[1:]}" for line in lines if line] if field.type in CHOSEN else lines

    def _lines(self, field: Field, answer: object) -> list[str]:
        if answer == [] and field.type is FieldType.FUNDING_TABLE:
            return [NO_OTHER_MONEY.into(self.language)]
        if is_blank(answer):
            return []
        if field.type in TABLES and isinstance(answer, (list, tuple)):
            return self._table(field, answer)
        if field.type in RECORDS and isinstance(answer, Mapping):
            return self._record(field, answer)
        if isinstance(answer, (list, tuple)):
            return [self._label(field, one) for one in answer]
        return self._single(field, answer).split("\n")

    def _single(self, field: Field, answer: object) -> str:
        if isinstance(answer, bool):
            return YES_NO[answer].into(self.language)
        match field.type:
            case FieldType.MONEY:
                return self._kr(answer)
            case FieldType.INTEGER if type(answer) is int:
                return Written(self.language).number(answer)
            case FieldType.DATE:
                return self._day(answer)
            case FieldType.ORGNR:
                return _hyphenated(as_text(answer), ORGNR_TAIL)
            case FieldType.SELECT | FieldType.SCALE_5:
                return self._label(field, answer)
        return as_text(answer)

    def _label(self, field: Field, key: object) -> str:
        options: tuple[Option, ...] = self.rules.codelist(field.codelist) if field.codelist else field.options
        found = next((one.label for one in options if one.key == str(key)), None)
        return found.into(self.language) if found else as_text(key)

    def _record(self, field: Field, answer: Mapping[str, Any]) -> list[str]:
        if field.type is FieldType.DATE_RANGE:
            return [" – ".join(self._day(answer[name]) for name in RECORDS[field.type] if answer.get(name))]
        said = {
            name: self._part(field, name, part, _as_printed(answer, name)) for name, part in RECORDS[field.type].items()
        }
        if said.get("postal_code") and said.get("town"):  # one line, as on an envelope
            said["town"] = f"{said.pop('postal_code')} {said['town']}"
        return [line for line in said.values() if line]

    def _part(self, field: Field, name: str, part: Part, answer: object) -> str:
        if answer is None or answer in ("", []):
            return ""
        if part is Part.TICK:
            return HIDDEN.into(self.language) if answer is True else ""
        if part is Part.MONEY:
            return f"{NAMED[name].into(self.language)} {self._kr(answer)}" if name in NAMED else self._kr(answer)
        if part is Part.SEVERAL:
            return ""
        if name == "owner" and answer in OWNERS:
            return OWNERS[str(answer)].into(self.language)
        if name in DAYS:
            return self._day(answer)
        return self._label(field, answer) if name in OF_CHOICE else as_text(answer)

    def _table(self, field: Field, rows: Any) -> list[str]:
        parts = TABLES[field.type]
        lines = []
        for row in rows:
            told = row if isinstance(row, Mapping) else {}
            lines.append(
                " · ".join(s for name, p in parts.items() if (s := self._part(field, name, p, told.get(name))))
            )
        for name, part in parts.items():
            if part is Part.MONEY and len(rows) > 1:
                amounts = [row.get(name) for row in rows if isinstance(row, Mapping)]
                what = (
                    f"{SUM.into(self.language)} {NAMED[name].into(self.language)}"
                    if name in NAMED
                    else SUM.into(self.language)
                )
                lines.append(f"{what}: {self._kr(sum(one for one in amounts if type(one) is int))}")
        return [line for line in lines if line]

    def _kr(self, answer: object) -> str:
        return Written(self.language).kr(answer) if type(answer) is int else as_text(answer)

    def _day(self, answer: object) -> str:
        try:
            return Written(self.language).day_year(as_day(as_text(answer)))
        except ValueError:  # a draft may hold what is no day
            return as_text(answer)


def _as_printed(record: Mapping[str, Any], name: str) -> object:
    """A part of a record; an account's number with its hyphen."""
    value = record.get(name)
    tail = ACCOUNT_TAIL.get(str(record.get("scheme"))) if name == "number" else None
    return _hyphenated(value, tail) if tail and isinstance(value, str) else value


def _hyphenated(digits: str, tail: int) -> str:
    """Digits alone get their hyphen; whatever else somebody wrote in a draft stands as it is."""
    return f"{digits[:-tail]}-{digits[-tail:]}" if digits.isdecimal() and len(digits) > tail else digits
