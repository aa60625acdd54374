"""A question as a page draws it: its words in the reader's language, what is filled in, and what is wrong there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from services.web.pages.applying import fields
from services.web.pages.applying.fields import TABLES, Written
from shared.form import is_required
from shared.programme import CallRules, Field, FieldType, Option, ProgrammeRules, call_facts
from shared.words import Language

RADIOS_MAX = 7
"""More options than this are chosen from a list that unfolds."""
ROWS_FIRST: Mapping[FieldType, int] = {FieldType.BUDGET_TABLE: 3}
"""Rows a table begins with; one otherwise. There is always an empty one more than is filled in."""

Problems = Sequence[tuple[str, str]]
"""(field or part of one, sentence)."""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`bounds` are the least and most of an amount, in öre, where the form or the call says any."""

    key: str
    kind: str
    label: str
    hint: str | None
    info: str | None
    optional: bool
    options: list[tuple[str, str]]
    written: Written
    errors: Problems
    rows: list[int]
    bounds: tuple[int | None, int | None]
    longest: int | None
    answer: object
    within: tuple[str, str] | None

    def at(self, part: str = "") -> str:
        """What stands in the field, or in a part of it: `street`, `0.amount_ore`."""
        return (self.written.get(self._name(part)) or [""])[0]

    @property
    def chosen(self) -> list[str]:
        return self.written.get(self.key, [])

    def error(self, part: str = "") -> str | None:
        return next((said for name, said in self.errors if name == self._name(part)), None)

    def _name(self, part: str) -> str:
        return f"{self.key}.{part}" if part else self.key

    def sum_of(self, part: str) -> int:
        """What the amounts of a table's column come to, in öre."""
        return sum_of(self.answer, part)

    @property
    def few(self) -> bool:
        return len(self.options) <= RADIOS_MAX


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """What stands around a question: the programme's lists, the call's limits, and what is known."""

    rules: ProgrammeRules
    call: CallRules | None
    facts: Mapping[str, object]
    language: Language

    def options(self, field: Field) -> tuple[Option, ...]:
        return self.rules.codelist(field.codelist) if field.codelist else field.options

    def question(self, field: Field, answer: object, problems: Problems = (), more_rows: int = 0) -> Question:
        into = self.language
        written = fields.write(field, answer)
        return Question(
            key=field.key,
            kind=str(field.type),
            label=field.label.into(into),
            hint=field.help.into(into) if field.help else None,
            info=field.info.into(into) if field.info else None,
            optional=not is_required(field.required, field.required_if, self.facts),
            options=[(option.key, option.label.into(into)) for option in self.options(field)],
            written=written,
            errors=[one for one in problems if one[0] == field.key or one[0].startswith(f"{field.key}.")],
            rows=_rows(field, answer, more_rows),
            bounds=self._bounds(field),
            longest=field.max_length,
            answer=answer,
            within=self._within(field),
        )

    def _bounds(self, field: Field) -> tuple[int | None, int | None]:
        return (
            _number(self.facts.get(field.minimum_from)) if field.minimum_from else field.minimum,
            _number(self.facts.get(field.maximum_from)) if field.maximum_from else field.maximum,
        )

    def _within(self, field: Field) -> tuple[str, str] | None:
        if field.within is None or self.call is None:
            return None
        period = self.call.activity_period
        return period.starts_on.isoformat(), period.ends_on.isoformat()


def _number(fact: object) -> int | None:
    return fact if type(fact) is int else None


def _rows(field: Field, answer: object, more: int) -> list[int]:
    if field.type not in TABLES:
        return []
    filled = len(answer) if isinstance(answer, (list, tuple)) else 0
    return list(range(max(filled + 1 + more, ROWS_FIRST.get(field.type, 1))))


def sum_of(answer: object, part: str) -> int:
    """In öre; what is written there and is no amount does not count."""
    rows = answer if isinstance(answer, (list, tuple)) else ()
    return sum(one for row in rows if isinstance(row, dict) and type(one := row.get(part)) is int)


def labelled(asked: Iterable[Field], problems: Problems, language: Language) -> list[tuple[str, str]]:
    """Problems for the list at the top of a page, each with its question; what is about none says what it is itself."""
    labels = {field.key: field.label.into(language) for field in asked}
    return [(name, f"{_label(labels, name)} {said}".strip()) for name, said in problems]


def _label(labels: Mapping[str, str], name: str) -> str:
    found = [key for key in labels if name == key or name.startswith(f"{key}.")]
    if not found:
        return ""
    label = labels[max(found, key=len)].rstrip(" .:…")
    return label if label.endswith("?") else f"{label}:"


class PaperBeforehand(msgspec.Struct, frozen=True):
    label: str
    always: bool


def papers_beforehand(rules: ProgrammeRules, call: CallRules, language: Language) -> list[PaperBeforehand]:
    """Every paper that may be asked for, and whether it is needed whatever one answers."""
    facts = call_facts(call)
    return [
        PaperBeforehand(one.label.into(language), is_required(one.required, one.required_if, facts))
        for one in rules.attachments
    ]
