"""The check of a whole form: every question, every problem, at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from shared.conditions import Condition, Facts, holds
from shared.form import records, values, writing
from shared.form.place import Check, Place, is_blank
from shared.identifiers import APPLICANT_GROUPS, InvalidIdentifier, parse_orgnr
from shared.programme import Attachment, Codelist, Field, FieldType
from shared.refused import FieldError
from shared.words import Text

CHECKS: Mapping[FieldType, Check] = {
    FieldType.TEXT: writing.one_line,
    FieldType.TEXTAREA: writing.paragraphs,
    FieldType.EMAIL: writing.email,
    FieldType.PHONE: writing.phone,
    FieldType.URL: writing.url,
    FieldType.ORGNR: writing.organisation_number,
    FieldType.INTEGER: values.integer,
    FieldType.MONEY: values.money,
    FieldType.SELECT: values.select,
    FieldType.MULTI_SELECT: values.multi_select,
    FieldType.BOOLEAN: values.boolean,
    FieldType.CHECKBOX: values.checkbox,
    FieldType.SCALE_5: values.scale,
    FieldType.DATE: values.date,
    FieldType.FILE: records.files,
    **dict.fromkeys(records.RECORDS, records.record),
    **dict.fromkeys(records.TABLES, records.table),
}

# "No other money" is an answer: an empty table of funding is one, where an empty table of costs is not.
_EMPTY_IS_AN_ANSWER = frozenset({FieldType.FUNDING_TABLE})


def check_form(
    fields: Sequence[Field], answers: Mapping[str, object], facts: Facts, codelists: Iterable[Codelist] = ()
) -> list[FieldError]:
    """Every problem with the answers, in the order of the questions; nothing is changed or dropped.

    `facts` is what the services know, the call's limits (`call_facts`) among it; it goes before what is answered.
    """
    lists = {codelist.key: codelist.options for codelist in codelists}
    known = facts_of(fields, answers, facts)
    found: list[FieldError] = []
    for field in fields:
        answer = answers.get(field.key)
        options = lists[field.codelist] if field.codelist else field.options
        place = Place(field.key, field, options, known)
        if _is_answered(field, answer):
            found.extend(CHECKS[field.type](place, answer))
        elif is_required(field.required, field.required_if, known):
            found.append(place.problem("Svara på den här frågan.", "Please answer this question."))
    asked = {field.key for field in fields}
    for key in answers:
        if key not in asked:
            message = Text("Formuläret har ingen sådan fråga.", "The form has no such question.")
            found.append(FieldError(str(key), message))
    return found


def _is_answered(field: Field, answer: object) -> bool:
    return (answer == [] and field.type in _EMPTY_IS_AN_ANSWER) or not is_blank(answer)


def is_required(always: bool, condition: Condition | None, facts: Facts) -> bool:
    return always or (condition is not None and holds(condition, facts))


def missing_attachments(attachments: Sequence[Attachment], attached: Collection[str], facts: Facts) -> list[FieldError]:
    """A problem for each paper that is asked for and not attached. `facts` are those of `facts_of`."""
    return [
        FieldError(
            f"attachment.{one.key}",
            Text(f"Lämna in: {one.label.sv}.", f"Please hand in: {one.label.en}."),
        )
        for one in attachments
        if one.key not in attached and is_required(one.required, one.required_if, facts)
    ]


def facts_of(
    fields: Sequence[Field], answers: Mapping[str, object], facts: Facts, attached: Collection[str] = ()
) -> dict[str, object]:
    """What conditions may look at: the answers, what follows from them, and what the services know.

    The services' word goes first, so that nobody answers their way to a fact such as `statutes.on_file_and_unchanged`.
    """
    found: dict[str, object] = {f"attachment.{key}": True for key in attached}
    for field in fields:
        answer = answers.get(field.key)
        found[field.key] = answer
        if field.type is FieldType.ORGNR:
            found |= _about_organisation(field.key, answer)
        elif field.type is FieldType.PAYOUT_ACCOUNT and isinstance(answer, Mapping):
            found[f"{field.key}.owner"] = answer.get("owner")
    return {**found, **facts}


def _about_organisation(key: str, answer: object) -> dict[str, object]:
    try:
        number = parse_orgnr(answer if isinstance(answer, str) else "", APPLICANT_GROUPS)
    except InvalidIdentifier:  # a wrong number is a fact about the answer; `check_form` tells the person
        return {f"{key}.valid": False, f"{key}.group": None}
    return {f"{key}.valid": True, f"{key}.group": number.group}
