"""Reading rules that a person sends: held to the letter, where an event is read with tolerance.

The structs read past unknown fields so that old readers understand newer events. A person's misspelt field must not be
read past, so it is looked for here: one definition of the rules serves both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from shared.programme.call import CallRules
from shared.programme.problems import Problems, problem
from shared.programme.rules import ProgrammeRules
from shared.programme.validate import RULES_BYTES_MAX, validate, validate_call
from shared.refused import FieldError, Refused

Rules = TypeVar("Rules", ProgrammeRules, CallRules)


def read_programme(raw: bytes | object) -> ProgrammeRules:
    """A programme's rules from JSON bytes or plain values. Raises `Refused`, listing every problem."""
    rules = _read(raw, ProgrammeRules)
    _refuse(validate(rules))
    return rules


def read_call(raw: bytes | object) -> CallRules:
    """A call's rules from JSON bytes or plain values. Raises `Refused`, listing every problem."""
    rules = _read(raw, CallRules)
    _refuse(validate_call(rules))
    return rules


def _refuse(problems: list[FieldError]) -> None:
    if problems:
        raise Refused("Reglerna behöver rättas.", "The rules need correcting.", tuple(problems))


def _read(raw: bytes | object, kind: type[Rules]) -> Rules:
    try:
        if isinstance(raw, bytes):
            if len(raw) > RULES_BYTES_MAX:
                _refuse([problem("", "Reglerna är för långa.", "The rules are too long.")])
            raw = msgspec.json.decode(raw)
        rules = msgspec.convert(raw, kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError, TypeError, ValueError) as why:
        raise Refused("Reglerna går inte att läsa.", "The rules cannot be read.", (_located(why),)) from why
    _refuse(list(_unknown("", raw, rules)))
    return rules


def _located(why: Exception) -> FieldError:
    """msgspec says "… - at `$.assessment.threshold`"; the path goes where the field belongs."""
    message, _, place = str(why).partition(" - at `$")
    path = re.sub(r"\[(\d+)\]", r".\1", place.rstrip("`")).lstrip(".")
    return problem(path, "Uppgiften har fel form.", f"The value has the wrong form: {message}.")


def _unknown(path: str, raw: object, read: object) -> Problems:
    """Every field in what was sent that the struct read from it does not have."""
    if isinstance(read, msgspec.Struct) and isinstance(raw, Mapping):
        names = dict(zip(read.__struct_encode_fields__, read.__struct_fields__, strict=True))
        for key, value in raw.items():
            here = f"{path}.{key}".lstrip(".")
            if key in names:
                yield from _unknown(here, value, getattr(read, names[key]))
            else:
                yield problem(here, "Fältet finns inte.", "There is no such field.")
    elif isinstance(read, tuple) and isinstance(raw, (list, tuple)):
        for index, (sent, kept) in enumerate(zip(raw, read, strict=True)):
            yield from _unknown(f"{path}.{index}", sent, kept)
