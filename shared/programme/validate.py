"""Whether rules that parse also make sense: everything that is wrong, at once, each with its path and a sentence."""

from __future__ import annotations

import re

import msgspec

from shared.programme.call import CallRules
from shared.programme.check_assessment import check_assessment
from shared.programme.check_call import check_call
from shared.programme.check_decision import check_decision, check_follow_up
from shared.programme.check_forms import check_forms
from shared.programme.problems import Problems, problem, repeated
from shared.programme.rules import ProgrammeRules
from shared.refused import FieldError
from shared.words import NO_CONTROL, Text

RULES_BYTES_MAX = 200_000  # below the journal's limit for one event, with room for its envelope
RULE_TEXT_MAX = 4_000


def validate(rules: ProgrammeRules) -> list[FieldError]:
    """Every problem with a programme's rules; an empty list when it may be published."""
    return [
        *check_forms(rules),
        *check_assessment(rules.assessment),
        *check_decision(rules.decision),
        *check_follow_up(rules.follow_up),
        *repeated("funding_sources", [source.key for source in rules.funding_sources]),
        *_check_writing(rules),
    ]


def validate_call(call: CallRules) -> list[FieldError]:
    """Every problem with a call's rules; an empty list when it may be published."""
    return [*check_call(call), *_check_writing(call)]


def _check_writing(rules: ProgrammeRules | CallRules) -> Problems:
    size_bytes = len(msgspec.json.encode(rules))
    if size_bytes > RULES_BYTES_MAX:
        yield problem(
            "",
            f"Reglerna är {size_bytes} tecken långa; högst {RULES_BYTES_MAX} ryms i ett beslut.",
            f"The rules are {size_bytes} bytes long; at most {RULES_BYTES_MAX} fit in one fact.",
        )
    yield from _check_texts("", rules)


def _check_texts(path: str, value: object) -> Problems:
    """Keys, codes and lines are held by their types; what is written for people is looked at here."""
    if isinstance(value, Text):
        for language, written in (("sv", value.sv), ("en", value.en)):
            if not written.strip() or len(written) > RULE_TEXT_MAX or not re.match(NO_CONTROL, written):
                yield problem(
                    f"{path}.{language}".lstrip("."),
                    f"Texten ska ha 1–{RULE_TEXT_MAX} tecken och inga styrtecken.",
                    f"The text should have 1–{RULE_TEXT_MAX} characters and no control characters.",
                )
    elif isinstance(value, msgspec.Struct):
        for name, written_as in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True):
            yield from _check_texts(f"{path}.{written_as}".lstrip("."), getattr(value, name))
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _check_texts(f"{path}.{index}", inner)
