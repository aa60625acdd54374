"""Reading what an association sends in: every problem at once, before anything is registered."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from services.applications.domain import setting_down
from services.applications.domain.association import Association
from services.applications.domain.call import Call
from services.applications.domain.programme import AMOUNT, Programme
from services.applications.domain.signing import signatures_needed
from shared.catalogue.applications import SetDown
from shared.deadlines import local_date
from shared.form import check_form, facts_of, missing_attachments
from shared.identifiers import APPLICANT_GROUPS, InvalidIdentifier, parse_orgnr
from shared.programme import Field, FieldType, call_facts
from shared.refused import FieldError, Refused
from shared.words import LINE_MAX, Text

TITLE = "title"
"""The question whose answer names the application in lists, where the form has it."""

Answers = Mapping[str, object]


class Read(msgspec.Struct, frozen=True):
    """What the service itself needs of a form that was found in order."""

    amount_applied_ore: int
    title: str
    year: int
    signatures: int


class NotInOrder(Refused):
    """The form as it stands cannot be sent in."""

    title = Text("Något behöver ändras först", "Something needs changing first")

    def __init__(self, problems: Sequence[FieldError]) -> None:
        super().__init__(
            "Ansökan är inte inskickad. Rätta det som står nedan. Det du har skrivit finns kvar.",
            "The application is not sent in. Correct what is listed below. What you have written is kept.",
            tuple(problems),
        )


def read_application(
    programme: Programme,
    call: Call,
    association: Association,
    answers: Answers,
    attached: Collection[str],
    received: datetime,
    set_down: SetDown | None = None,
) -> Read:
    """The form, found in order. `received` is in the programme's time: what the fund has `set_down` counts from when it
    came, and has its number from the year it is registered in. Raises Refused, late or NotInOrder."""
    setting_down.received(set_down, call, received)
    refuse_form(programme, call, association, answers, attached)
    amount, title = answers.get(AMOUNT), answers.get(TITLE)
    return Read(
        amount_applied_ore=amount if isinstance(amount, int) else 0,
        title=title[:LINE_MAX] if isinstance(title, str) else programme.rules.title.sv,
        year=local_date(received).year,
        signatures=signatures_needed(answers),
    )


def refuse_form(
    programme: Programme, call: Call, association: Association, answers: Answers, attached: Collection[str]
) -> None:
    """Raises NotInOrder with every problem, unless there is none."""
    rules = programme.rules
    fields = rules.forms.application_fields()
    facts = call_facts(call.rules)
    problems = check_form(fields, answers, facts, rules.codelists)
    problems += _other_numbers(fields, answers, association)
    problems += missing_attachments(rules.attachments, attached, facts_of(fields, answers, facts, attached))
    if problems:
        raise NotInOrder(problems)


def _other_numbers(fields: Sequence[Field], answers: Answers, association: Association) -> list[FieldError]:
    """The number in the form is the number of the association that applies."""
    message = Text(
        "Numret är en annan förenings än den du söker för.",
        "The number is another association's than the one you apply for.",
    )
    return [
        FieldError(field.key, message)
        for field in fields
        if field.type is FieldType.ORGNR and _is_another(answers.get(field.key), association)
    ]


def _is_another(answer: object, association: Association) -> bool:
    if not isinstance(answer, str):
        return False
    try:
        return parse_orgnr(answer, APPLICANT_GROUPS).digits != association.organisation_number
    except InvalidIdentifier:  # said already, by the check of the form
        return False


def merged(answers: Answers, changes: Answers) -> dict[str, object]:
    """The answers with what a completion changes. Raises NotInOrder for what a completion cannot change."""
    if AMOUNT in changes and changes[AMOUNT] != answers.get(AMOUNT):
        message = Text(
            "Beloppet kan inte ändras i en komplettering. Återkalla ansökan och skicka en ny i så fall.",
            "The amount cannot be changed in a completion. Withdraw the application and send a new one.",
        )
        raise NotInOrder([FieldError(AMOUNT, message)])
    return {**answers, **changes}
