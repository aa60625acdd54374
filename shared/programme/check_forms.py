"""Judgement of what associations are asked: unique keys, real lists, ordered limits, conditions that can be met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.conditions import Condition
from shared.programme.facts import CALL_NUMBERS, CALL_PERIODS, KNOWN_FACTS, Scope
from shared.programme.fields import FILE_KINDS, Field, FieldType
from shared.programme.problems import Problems, empty, problem, repeated
from shared.programme.rules import ProgrammeRules

CHOOSING = frozenset({FieldType.SELECT, FieldType.MULTI_SELECT})
SORTING = frozenset(  # their rows are of kinds, which only the field's own options name
    {FieldType.PARTNER_LIST, FieldType.BUDGET_TABLE, FieldType.FUNDING_TABLE, FieldType.BUDGET_COMPARISON}
)
PAYOUT_SCHEMES = frozenset({"bankgiro", "plusgiro", "bank_account"})
RESERVED = ("attachment.", "call.")
DATED = frozenset({FieldType.DATE, FieldType.DATE_RANGE})


def check_forms(rules: ProgrammeRules) -> Problems:
    asked = rules.forms.application_fields()
    application = Scope(asked, rules.attachments, rules.codelists)
    report = Scope(rules.follow_up.report_form, (), rules.codelists)
    yield from empty("forms.application", asked)
    yield from repeated("forms.application", [section.key for section in rules.forms.application])
    yield from _check_fields("forms.application", asked, application, rules)
    yield from empty("follow_up.report_form", rules.follow_up.report_form)
    yield from _check_fields("follow_up.report_form", rules.follow_up.report_form, report, rules)
    yield from _check_attachments(rules, application)
    yield from repeated("codelists", [codelist.key for codelist in rules.codelists])
    for codelist in rules.codelists:
        yield from empty(f"codelists.{codelist.key}", codelist.options)
        yield from repeated(f"codelists.{codelist.key}", [option.key for option in codelist.options])
    yield from repeated("eligibility", [rule.code for rule in rules.eligibility])
    for rule in rules.eligibility:
        yield from application.problems(f"eligibility.{rule.code}.check", rule.check)


def _check_attachments(rules: ProgrammeRules, scope: Scope) -> Problems:
    yield from repeated("attachments", [attachment.key for attachment in rules.attachments])
    for attachment in rules.attachments:
        path = f"attachments.{attachment.key}"
        yield from _required_once(path, attachment.required, attachment.required_if)
        yield from scope.problems(f"{path}.required_if", attachment.required_if)
        for kind in sorted(set(attachment.accept) - set(FILE_KINDS)):
            yield problem(f"{path}.accept", f"Filtypen {kind} tas inte emot.", f"Files of type {kind} are not taken.")
        yield from empty(f"{path}.accept", attachment.accept)


def _check_fields(path: str, fields: Sequence[Field], scope: Scope, rules: ProgrammeRules) -> Problems:
    yield from repeated(path, [field.key for field in fields])
    indicators = {indicator.code for indicator in rules.follow_up.indicators}
    for field in fields:
        here = f"{path}.{field.key}"
        yield from _required_once(here, field.required, field.required_if)
        yield from scope.problems(f"{here}.required_if", field.required_if)
        yield from _check_options(here, field, {codelist.key for codelist in rules.codelists})
        yield from _check_limits(here, field)
        if field.key in KNOWN_FACTS or field.key.startswith(RESERVED):
            yield problem(here, "Namnet är upptaget av något annat.", "The name is taken by something else.")
        if field.indicator is not None and field.indicator not in indicators:
            yield problem(
                f"{here}.indicator",
                f"Indikatorn {field.indicator} finns inte.",
                f"There is no indicator {field.indicator}.",
            )


def _required_once(path: str, required: bool, condition: Condition | None) -> Problems:
    if required and condition is not None:
        yield problem(
            path,
            "Välj: antingen alltid obligatorisk, eller obligatorisk när villkoret är uppfyllt.",
            "Choose: either always required, or required when the condition holds.",
        )


def _check_options(path: str, field: Field, codelists: Iterable[str]) -> Problems:
    yield from repeated(f"{path}.options", [option.key for option in field.options])
    if field.type in CHOOSING and bool(field.options) == (field.codelist is not None):
        yield problem(path, "Ange antingen val eller en kodlista.", "Give either options or a codelist.")
    if field.type in SORTING and not field.options:
        yield problem(path, "Ange vilka slag raderna kan vara av.", "Say what kinds the rows can be of.")
    schemes = {option.key for option in field.options}
    if field.type is FieldType.PAYOUT_ACCOUNT and not (schemes and schemes <= PAYOUT_SCHEMES):
        yield problem(
            path,
            f"Ett konto kan vara {', '.join(sorted(PAYOUT_SCHEMES))}.",
            f"An account can be {', '.join(sorted(PAYOUT_SCHEMES))}.",
        )
    if field.codelist is not None and field.codelist not in codelists:
        yield problem(path, f"Kodlistan {field.codelist} finns inte.", f"There is no codelist {field.codelist}.")


def _check_limits(path: str, field: Field) -> Problems:
    if field.minimum is not None and field.maximum is not None and field.minimum > field.maximum:
        yield problem(path, "Minsta värdet är större än det största.", "The smallest value is above the largest.")
    for name in (field.minimum_from, field.maximum_from):
        if name is not None and name not in CALL_NUMBERS:
            yield problem(path, f"Utlysningen har inget belopp ”{name}”.", f"The call has no amount “{name}”.")
    if field.within is not None and (field.within not in CALL_PERIODS or field.type not in DATED):
        yield problem(
            path,
            f"”{field.within}” är ingen period som svaret kan ligga inom.",
            f"“{field.within}” bounds no dates here.",
        )
