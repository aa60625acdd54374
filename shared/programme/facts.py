"""The facts that rules may look at: answers, papers, and what services know of association, grant and call."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum

from shared.conditions import NUMERIC, Condition, parts
from shared.programme.fields import Attachment, Codelist, Field, FieldType
from shared.programme.problems import Problems, problem


class Kind(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    SEVERAL = "several"
    RECORD = "record"


GRANTED_ORE = "granted_ore"

KNOWN_FACTS: Mapping[str, Kind] = {
    "orgnr.valid": Kind.TRUTH,
    "orgnr.group": Kind.TEXT,  # the first digit: 8 non-profit association, 7 economic association
    "statutes.on_file_and_unchanged": Kind.TRUTH,
    "board.on_file_and_valid": Kind.TRUTH,
    "payout_account.owner": Kind.TEXT,  # organisation, person
    "payout_account.changed": Kind.TRUTH,
    "payout_account.first_time": Kind.TRUTH,
    "budget.double_funding": Kind.TRUTH,
    "reports_overdue_count": Kind.NUMBER,
    "recoveries_unpaid_count": Kind.NUMBER,
    GRANTED_ORE: Kind.NUMBER,
    "in_audit_sample": Kind.TRUTH,
}

CALL_NUMBERS = frozenset({"call.amount_min_ore", "call.amount_max_ore"})
CALL_PERIODS = frozenset({"call.activity_period"})

_KIND_OF_ANSWER: Mapping[FieldType, Kind] = {
    **dict.fromkeys((FieldType.INTEGER, FieldType.MONEY, FieldType.SCALE_5), Kind.NUMBER),
    **dict.fromkeys((FieldType.BOOLEAN, FieldType.CHECKBOX), Kind.TRUTH),
    **dict.fromkeys((FieldType.ADDRESS, FieldType.DATE_RANGE, FieldType.PAYOUT_ACCOUNT), Kind.RECORD),
    **dict.fromkeys((FieldType.SIGNATURE, FieldType.TEXTAREA_OR_MEDIA), Kind.RECORD),
    **dict.fromkeys((FieldType.MULTI_SELECT, FieldType.PERSON_LIST, FieldType.PARTNER_LIST), Kind.SEVERAL),
    **dict.fromkeys((FieldType.BUDGET_TABLE, FieldType.FUNDING_TABLE), Kind.SEVERAL),
    **dict.fromkeys((FieldType.BUDGET_COMPARISON, FieldType.FILE), Kind.SEVERAL),
}

_KINDS_FOR: Mapping[str, frozenset[Kind]] = {
    **dict.fromkeys(NUMERIC, frozenset({Kind.NUMBER})),
    "contains": frozenset({Kind.SEVERAL}),
    "count_at_least": frozenset({Kind.SEVERAL}),
    "present": frozenset(Kind),
}
_KIND_OF_VALUE = {bool: Kind.TRUTH, int: Kind.NUMBER, str: Kind.TEXT}


class Scope:
    """The facts that conditions in one place may look at, and the options those facts are chosen from."""

    def __init__(
        self, fields: Iterable[Field], attachments: Iterable[Attachment] = (), codelists: Iterable[Codelist] = ()
    ) -> None:
        lists = {codelist.key: codelist.options for codelist in codelists}
        self.kinds: dict[str, Kind] = dict(KNOWN_FACTS)
        self.choices: dict[str, frozenset[str]] = {}
        for field in fields:
            self.kinds[field.key] = _KIND_OF_ANSWER.get(field.type, Kind.TEXT)
            if field.type in (FieldType.SELECT, FieldType.MULTI_SELECT):
                options = field.options or lists.get(field.codelist or "", ())
                self.choices[field.key] = frozenset(option.key for option in options)
        for attachment in attachments:
            self.kinds[f"attachment.{attachment.key}"] = Kind.TRUTH

    def problems(self, path: str, condition: Condition | None) -> Problems:
        """Whatever the condition asks that no fact can ever answer."""
        for part in parts(condition) if condition is not None else ():
            if isinstance(part.field, str):
                yield from self._in_comparison(path, part, part.field)

    def _in_comparison(self, path: str, part: Condition, name: str) -> Problems:
        if name not in self.kinds:
            yield problem(path, f"Villkoret frågar efter ”{name}”, som inte finns.", f"There is no fact “{name}”.")
            return
        values = _values(part)
        fitting = _KINDS_FOR.get(part.operator) or frozenset(_KIND_OF_VALUE[type(value)] for value in values)
        if fitting != {self.kinds[name]} and not (part.operator in _KINDS_FOR and self.kinds[name] in fitting):
            yield problem(
                path,
                f"”{part.operator}” passar inte för ”{name}”, så villkoret kan aldrig bli uppfyllt.",
                f"“{part.operator}” does not fit “{name}”, so the condition can never hold.",
            )
            return
        for value in sorted(set(map(str, values)) - self.choices.get(name, frozenset(map(str, values)))):
            yield problem(path, f"”{name}” har inget val ”{value}”.", f"“{name}” has no option “{value}”.")


def _values(part: Condition) -> tuple[object, ...]:
    if isinstance(part.in_, tuple):
        return part.in_
    return tuple(value for value in (part.is_, part.contains) if isinstance(value, (bool, int, str)))
