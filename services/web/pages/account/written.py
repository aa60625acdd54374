"""What somebody wrote, as it is read: a form's answers by their questions, anything else word for word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from services.web.pages.applying.readable import Readable
from services.web.site.asking import Wrong
from services.web.site.caller import Caller
from services.web.site.rules import rules_of
from services.web.subject_access.everything import Holds
from shared.programme import ProgrammeRules
from shared.words import Language

Lines = list[tuple[str | None, list[str]]]
"""(question or None, what was answered)."""


async def rules_of_cases(caller: Caller, answers: Iterable[Holds]) -> dict[str, ProgrammeRules]:
    """By case: the rules of each programme that the facts name, for those that this reader may read."""
    programmes = {
        fact["event"]["subject"]: str(fact["event"]["data"]["programme"])
        for holds in answers
        for fact in holds.facts
        if "programme" in fact["event"].get("data", {})
    }
    known: dict[str, ProgrammeRules] = {}
    for programme in set(programmes.values()):
        try:
            known[programme] = await rules_of(caller, programme)
        except Wrong as wrong:
            if wrong.status not in (403, 404):
                raise
    return {case: known[programme] for case, programme in programmes.items() if programme in known}


def as_read(text: str, rules: ProgrammeRules | None, language: Language) -> Lines:
    """A text is itself; a form without its rules is its values, one after the other."""
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return [(None, [text])]
    answers = value.get("answers") if isinstance(value, dict) else None
    if rules is None or not isinstance(answers, dict):
        return [(None, [one for one in _leaves(value) if one.strip()])]
    return list(_answered(answers, rules, language))


def _answered(
    answers: Mapping[str, Any], rules: ProgrammeRules, language: Language
) -> Iterable[tuple[str | None, list[str]]]:
    """In the form's order; what the form does not ask for comes last, as it stands."""
    readable = Readable(rules, language)
    rest = dict(answers)
    for field in rules.forms.application_fields():
        if lines := readable.lines(field, rest.pop(field.key, None)):
            yield field.label.into(language), lines
    if others := [one for one in _leaves(rest) if one.strip()]:
        yield None, others


def _leaves(value: object) -> Iterable[str]:
    match value:
        case dict():
            for one in value.values():
                yield from _leaves(one)
        case list():
            for one in value:
                yield from _leaves(one)
        case str():
            yield value
        case int() | float() if not isinstance(value, bool):
            yield str(value)
