"""The form is read all at once before anything is registered, and late is told before anything else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.applications.domain.association import Association
from services.applications.domain.submission import NotInOrder, merged, read_application
from shared.refused import Refused
from tests.unit.applications.fund import ANSWERS, CALL_RULES, NUMBERS, Fund

PAPERS = {
    "statutes",
    "annual_meeting_minutes",
    "constituting_minutes",
    "activity_report",
    "financial_report",
    "audit_report",
}


def read(answers, attached=PAPERS, late=timedelta(0)):
    fund = Fund()
    call_id, association_id = fund.call(), fund.association(NUMBERS[0])
    call, association = fund.states[call_id], fund.states[association_id]
    assert isinstance(association, Association)
    programme = fund.states[call.programme]
    return read_application(programme, call, association, answers, attached, fund.at + late)


def problems(answers, attached=PAPERS) -> list[str]:
    with pytest.raises(NotInOrder) as refused:
        read(answers, attached)
    return [error.field for error in refused.value.errors]


def test_a_form_in_order_gives_its_amount_its_title_and_the_registers_year() -> None:
    found = read(ANSWERS)

    assert (found.amount_applied_ore, found.title, found.year) == (2_500_000, "Podd om psykisk hälsa", 2027)


def test_every_problem_is_told_at_once() -> None:
    wrong = {**ANSWERS, "summary": "", "amount_applied_ore": CALL_RULES.amount_max_ore + 1}

    assert problems(wrong, PAPERS - {"statutes"}) == ["summary", "amount_applied_ore", "attachment.statutes"]


def test_the_number_in_the_form_is_the_associations_own() -> None:
    assert problems({**ANSWERS, "orgnr": NUMBERS[1]}) == ["orgnr"]


def test_h11_a_personal_number_in_the_form_is_refused() -> None:
    assert problems({**ANSWERS, "orgnr": "880320-0016"}) == ["orgnr"]
    assert problems({**ANSWERS, "contact_name": "Kim 880320-0016"}) == ["contact_name"]


def test_whoever_is_late_is_told_so_before_anything_else() -> None:
    with pytest.raises(Refused, match="time to apply") as refused:
        read({}, late=timedelta(days=365))

    assert not isinstance(refused.value, NotInOrder)


def test_a_completion_adds_to_the_answers_and_leaves_the_amount() -> None:
    assert merged(ANSWERS, {"summary": "Ny"})["summary"] == "Ny"
    assert merged(ANSWERS, {"amount_applied_ore": 2_500_000}) == ANSWERS
    with pytest.raises(NotInOrder):
        merged(ANSWERS, {"amount_applied_ore": 1})
