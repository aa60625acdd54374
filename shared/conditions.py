"""Conditions as data: who must attach what, who is paid how, decided by reading and never by running text.

    {"all": [condition, …]}   {"any": [condition, …]}   {"not": condition}
    {"field": "amount_applied_ore", "over": 1000000}

A comparison looks at one fact. If the fact is missing, or of another kind than it is compared with, the comparison does
not hold, and so its negation does. Ask `not_known` where "no" and "we do not know" must be told apart. Facts are a flat
mapping: the dot in `payout_account.owner` is part of the name.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from shared.refused import FieldError, Refused
from shared.words import ORE_MAX, Language, Text

DEPTH_MAX = 8
SIZE_MAX = 64  # conditions in one, itself included
CHOICES_MAX = 64

Number = Annotated[int, Meta(ge=-ORE_MAX, le=ORE_MAX)]
Name = Annotated[str, Meta(max_length=80, pattern=r"^[a-z0-9][a-z0-9_.\-]*\Z")]
Value: TypeAlias = Annotated[str, Meta(max_length=200)] | Number | bool
Facts: TypeAlias = Mapping[str, object]

COMBINATIONS = ("all", "any", "not_")
NUMERIC = ("over", "at_least", "under", "at_most")
OPERATORS = (*NUMERIC, "is_", "in_", "contains", "present", "count_at_least")


def _as_written(name: str) -> str:
    return name.rstrip("_")  # `not`, `is` and `in` are Python's own words


class Condition(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, rename=_as_written):
    """One combination of conditions, or one fact with one operator.

    An unknown word is refused even in an event: a condition read without a part of it would say something else."""

    all: tuple[Condition, ...] | UnsetType = UNSET
    any: tuple[Condition, ...] | UnsetType = UNSET
    not_: Condition | UnsetType = UNSET
    field: Name | UnsetType = UNSET
    over: Number | UnsetType = UNSET
    at_least: Number | UnsetType = UNSET
    under: Number | UnsetType = UNSET
    at_most: Number | UnsetType = UNSET
    is_: Value | UnsetType = UNSET
    in_: Annotated[tuple[Value, ...], Meta(min_length=1, max_length=CHOICES_MAX)] | UnsetType = UNSET
    contains: Value | UnsetType = UNSET
    present: bool | UnsetType = UNSET
    count_at_least: Annotated[int, Meta(ge=0, le=10_000)] | UnsetType = UNSET

    def __post_init__(self) -> None:
        said = [name for name in (*COMBINATIONS, *OPERATORS) if getattr(self, name) is not UNSET]
        if len(said) != 1:
            raise ValueError("A condition says exactly one thing: all, any, not, or one operator")
        if (said[0] in OPERATORS) != (self.field is not UNSET):
            raise ValueError("An operator needs a field, and all, any and not have none")
        if self.all == () or self.any == ():
            raise ValueError("all and any need at least one condition")
        if sum(1 for _ in parts(self)) > SIZE_MAX:
            raise ValueError(f"At most {SIZE_MAX} conditions in one")
        if _depth(self) > DEPTH_MAX:
            raise ValueError(f"Conditions nest at most {DEPTH_MAX} deep")

    @property
    def operator(self) -> str:
        """The one word said, as it is written in data: `over`, `not`, `all` …"""
        return _as_written(_said(self))


def _said(condition: Condition) -> str:
    return next(name for name in (*COMBINATIONS, *OPERATORS) if getattr(condition, name) is not UNSET)


def _children(condition: Condition) -> tuple[Condition, ...]:
    for several in (condition.all, condition.any):
        if several is not UNSET:
            return several
    return () if condition.not_ is UNSET else (condition.not_,)


def parts(condition: Condition) -> Iterator[Condition]:
    """The condition and every condition in it."""
    yield condition
    for child in _children(condition):
        yield from parts(child)


def _depth(condition: Condition) -> int:
    return 1 + max((_depth(child) for child in _children(condition)), default=0)


def fields(condition: Condition) -> frozenset[str]:
    """The facts it looks at."""
    return frozenset(part.field for part in parts(condition) if part.field is not UNSET)


def not_known(condition: Condition, facts: Facts) -> frozenset[str]:
    """The facts it looks at that are not there. `present` asks just that, so it is never in doubt."""
    asked = {part.field for part in parts(condition) if part.field is not UNSET and part.present is UNSET}
    return frozenset(name for name in asked if facts.get(name) is None)


def holds(condition: Condition, facts: Facts) -> bool:
    """Whether it holds. Raises nothing, whatever the facts are."""
    if condition.all is not UNSET:
        return all(holds(child, facts) for child in condition.all)
    if condition.any is not UNSET:
        return any(holds(child, facts) for child in condition.any)
    if condition.not_ is not UNSET:
        return not holds(condition.not_, facts)
    name = _said(condition)
    return _COMPARE[name](facts.get(str(condition.field)), getattr(condition, name))


def _number(compare: Callable[[int, int], bool]) -> Callable[[object, Any], bool]:
    return lambda fact, limit: type(fact) is int and compare(fact, limit)


def _same(fact: object, value: object) -> bool:
    """Equal and of one kind: in Python `True == 1`, in a rule it is not."""
    return type(fact) is type(value) and fact == value


def _contains(fact: object, value: object) -> bool:
    return isinstance(fact, (list, tuple)) and any(_same(item, value) for item in fact)


def _is_there(fact: object) -> bool:
    return fact is not None and not (isinstance(fact, (str, list, tuple, dict)) and len(fact) == 0)


_COMPARE: dict[str, Callable[[object, Any], bool]] = {
    "over": _number(operator.gt),
    "at_least": _number(operator.ge),
    "under": _number(operator.lt),
    "at_most": _number(operator.le),
    "is_": _same,
    "in_": lambda fact, choices: any(_same(fact, choice) for choice in choices),
    "contains": _contains,
    "present": lambda fact, wanted: _is_there(fact) == wanted,
    "count_at_least": lambda fact, least: isinstance(fact, (list, tuple)) and len(fact) >= least,
}


_IN_WORDS: Mapping[str, Text] = {
    "over": Text("är över", "is over"),
    "at_least": Text("är minst", "is at least"),
    "under": Text("är under", "is under"),
    "at_most": Text("är högst", "is at most"),
    "is": Text("är", "is"),
    "in": Text("är något av", "is one of"),
    "contains": Text("innehåller", "contains"),
    "count_at_least": Text("har minst antalet", "has at least as many as"),
}
_PRESENT = {True: Text("finns", "is there"), False: Text("saknas", "is missing")}
_JOINED = {"all": Text(" och ", " and "), "any": Text(" eller ", " or ")}
_NOT = Text("det stämmer inte att", "it is not so that")


Labels: TypeAlias = Mapping[str, Text]


def in_words(
    condition: Condition, language: Language, labels: Labels | None = None, choices: Mapping[str, Labels] | None = None
) -> str:
    """A plain sentence without its full stop. Facts are called by label, else by name; their values by `choices`, else
    as they stand; öre are told in kronor."""
    if condition.not_ is not UNSET:
        return f"{_NOT.into(language)} ({in_words(condition.not_, language, labels, choices)})"
    if condition.operator in _JOINED:
        inner = [_in_brackets(child, language, labels, choices) for child in _children(condition)]
        return _JOINED[condition.operator].into(language).join(inner)
    name = str(condition.field)
    called = f"”{labels[name].into(language)}”" if labels and name in labels else name
    if isinstance(condition.present, bool):
        return f"{called} {_PRESENT[condition.present].into(language)}"
    value = getattr(condition, _said(condition))
    values = value if isinstance(value, tuple) else (value,)
    known = (choices or {}).get(name, {})
    told = ", ".join(
        known[str(one)].into(language) if str(one) in known else _value_in_words(name, one, language) for one in values
    )
    return f"{called} {_IN_WORDS[condition.operator].into(language)} {told}"


def _in_brackets(
    condition: Condition, language: Language, labels: Labels | None, choices: Mapping[str, Labels] | None
) -> str:
    words = in_words(condition, language, labels, choices)
    return f"({words})" if condition.operator in _JOINED else words


def _value_in_words(name: str, value: object, language: Language) -> str:
    if isinstance(value, bool):
        return {True: Text("ja", "yes"), False: Text("nej", "no")}[value].into(language)
    if isinstance(value, int) and name.endswith("_ore"):
        kronor, ore = divmod(value, 100)
        grouped = f"{kronor:,}".replace(",", "\N{NO-BREAK SPACE}")
        return f"{grouped}{f',{ore:02d}' if ore else ''} {Text('kr', 'kronor').into(language)}"
    return str(value)


def read_condition(raw: bytes | str | object) -> Condition:
    """A condition from JSON (bytes or str) or from plain values. Raises `Refused`, and nothing else."""
    try:
        if isinstance(raw, (bytes, str)):
            return msgspec.json.decode(raw, type=Condition)
        return msgspec.convert(raw, Condition)
    except (msgspec.DecodeError, UnicodeError, RecursionError, TypeError, ValueError) as problem:
        message = Text("Villkoret går inte att läsa.", f"The condition cannot be read: {problem}")
        raise Refused(message.sv, message.en, (FieldError("condition", message),)) from problem
