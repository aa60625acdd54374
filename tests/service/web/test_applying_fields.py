"""What an association writes comes back to the letter: from the answer to the page's fields, and from them again."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from services.command.example import PROGRAMME_FILE
from services.web.pages.applying.differing import chosen
from services.web.pages.applying.fields import answer_of, as_form, read, write
from services.web.pages.applying.readable import Readable
from services.web.pages.applying.saving import Seen, digests, meet, read_seen
from services.web.site.amounts import ore_of, read_number, read_ore, write_ore
from services.web.site.forms import Form
from shared.programme import Field, FieldType, ProgrammeRules
from shared.words import ORE_MAX

RULES = msgspec.convert(json.loads(PROGRAMME_FILE.read_text())["programme"], ProgrammeRules)
ASKED = (*RULES.forms.application_fields(), *RULES.follow_up.report_form)
BY_TYPE = {field.type: field for field in ASKED}

ANSWERS: dict[FieldType, Any] = {
    FieldType.TEXT: "Podd om psykisk hälsa",
    FieldType.TEXTAREA: "Först en rad.\n\nSedan en till.",
    FieldType.EMAIL: "namn@exempel.se",
    FieldType.PHONE: "070-123 45 67",
    FieldType.URL: "https://exempel.se",
    FieldType.ORGNR: "802700-0010",
    FieldType.INTEGER: 1200,
    FieldType.MONEY: 2_500_050,
    FieldType.SELECT: "one_alone",
    FieldType.MULTI_SELECT: ["2080", "2081"],
    FieldType.BOOLEAN: False,
    FieldType.CHECKBOX: True,
    FieldType.DATE_RANGE: {"starts_on": "2027-06-01", "ends_on": "2027-12-31"},
    FieldType.ADDRESS: {"street": "Gatan 1", "postal_code": "791 30", "town": "Falun", "hide_publicly": True},
    FieldType.PERSON_LIST: [{"name": "Kim", "role": "ordförande"}, {"name": "Åsa", "email": "a@b.se"}],
    FieldType.PARTNER_LIST: [{"name": "Kommunen", "sector": "public"}],
    FieldType.BUDGET_TABLE: [{"category": "food", "note": "fika", "amount_ore": 150_000}],
    FieldType.FUNDING_TABLE: [],
    FieldType.PAYOUT_ACCOUNT: {"scheme": "bankgiro", "number": "5050-1055", "owner": "organisation"},
    FieldType.TEXTAREA_OR_MEDIA: {"text": "Så gick det.", "media": ["a", "b"]},
    FieldType.SCALE_5: 4,
    FieldType.BUDGET_COMPARISON: [{"category": "food", "budgeted_ore": 150_000, "spent_ore": 140_050}],
    FieldType.FILE: ["a-file"],
    FieldType.SIGNATURE: {"name": "Kim", "signed_on": "2027-06-01"},
}


def test_every_kind_of_question_of_the_example_programme_is_tried_here() -> None:
    assert set(BY_TYPE) == set(ANSWERS)


@pytest.mark.parametrize("kind", list(ANSWERS))
def test_an_answer_comes_back_from_the_page_as_it_was(kind: FieldType) -> None:
    field = BY_TYPE[kind]
    assert read(field, as_form(write(field, ANSWERS[kind]))) == ANSWERS[kind]
    assert read(field, as_form(write(field, None))) is None


anything = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=12),
    lambda inside: some.lists(inside, max_size=3) | some.dictionaries(some.text(max_size=6), inside, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60)
@given(field=some.sampled_from(ASKED), answer=anything)
def test_whatever_a_draft_holds_is_kept_to_the_letter_where_nobody_touches_it(field: Field, answer: Any) -> None:
    page = as_form(write(field, answer))
    assert answer_of(field, answer, page) == answer or answer_of(field, answer, page) is answer


def test_what_is_no_amount_and_no_day_is_kept_as_it_was_written() -> None:
    money, when = BY_TYPE[FieldType.MONEY], BY_TYPE[FieldType.DATE_RANGE]
    assert read(money, Form([(money.key, "ungefär tjugo tusen")])) == "ungefär tjugo tusen"
    assert read(when, Form([(f"{when.key}.starts_on", "i sommar")])) == {"starts_on": "i sommar"}


@pytest.mark.parametrize(
    ("written", "ore"),
    [
        ("25 000", 2_500_000),
        ("25\N{NO-BREAK SPACE}000 kr", 2_500_000),
        ("25.000", 2_500_000),
        ("25,000", 2_500_000),
        ("25000,5", 2_500_050),
        ("25000.50", 2_500_050),
        ("1.234.567,89", 123_456_789),
        ("25 000:-", 2_500_000),
        ("SEK 300", 30_000),
        ("1234,567", "1234,567"),
        ("-5", "-5"),
        ("", None),
    ],
)
def test_amounts_are_read_as_people_write_them(written: str, ore: int | str | None) -> None:
    assert read_ore(written) == ore
    assert ore_of(written) == (ore if isinstance(ore, int) else None), (
        "where nothing is kept, what is no amount is none"
    )


@given(some.integers(min_value=0, max_value=ORE_MAX))
def test_an_amount_that_is_shown_is_read_as_the_same_amount(ore: int) -> None:
    assert read_ore(write_ore(ore)) == ore


def test_a_number_too_long_to_be_one_is_kept_as_text() -> None:
    assert read_number("1" * 40) == "1" * 40


def test_a_row_can_be_taken_away_and_an_empty_one_is_none() -> None:
    field = BY_TYPE[FieldType.BUDGET_TABLE]
    rows = [{"category": "food", "amount_ore": 100}, {"category": "travel", "amount_ore": 200}]
    page = as_form(write(field, rows))
    assert read(field, page, without=0) == rows[1:]
    assert read(field, Form([(f"{field.key}.0.note", "  "), (f"{field.key}.7.amount_ore", "5")])) == [
        {"amount_ore": 500}
    ]


@pytest.mark.parametrize("kind", list(ANSWERS))
def test_every_answer_can_be_read_by_a_person(kind: FieldType) -> None:
    lines = Readable(RULES, "sv").lines(BY_TYPE[kind], ANSWERS[kind])
    assert any(lines)


@settings(max_examples=60)
@given(field=some.sampled_from(ASKED), answer=anything)
def test_nothing_a_draft_may_hold_breaks_a_page(field: Field, answer: Any) -> None:
    assert isinstance(Readable(RULES, "sv").lines(field, answer), list)


# Two devices

TITLE, SUMMARY = (next(field for field in ASKED if field.key == key) for key in ("title", "summary"))
BOTH = (TITLE, SUMMARY)


def _saw(answers: dict[str, Any]) -> Seen | None:
    return read_seen(str(Seen(3, digests(answers, BOTH))))


def test_what_two_devices_change_in_different_questions_is_all_kept() -> None:
    saw = _saw({"title": "Kör", "summary": "Vi sjunger."})
    met = meet(BOTH, saw, {"title": "Kör", "summary": "Vi sjunger högt."}, {"title": "Kören", "summary": "Vi sjunger."})
    assert met.answers == {"title": "Kören", "summary": "Vi sjunger högt."}
    assert met.conflicts == ()


def test_what_two_devices_change_in_one_question_waits_for_a_person() -> None:
    saw = _saw({"title": "Kör"})
    met = meet(BOTH, saw, {"title": "Stor kör"}, {"title": "Liten kör", "summary": None})
    assert met.answers["title"] == "Stor kör"
    assert met.conflicts == ("title",)


def test_the_same_change_on_two_devices_is_no_conflict() -> None:
    assert meet(BOTH, _saw({"title": "Kör"}), {"title": "Podd"}, {"title": "Podd"}).conflicts == ()


def test_a_page_that_says_nothing_of_what_it_saw_overwrites_nothing() -> None:
    assert meet(BOTH, None, {"title": "Podd"}, {"title": "Kör"}).conflicts == ("title",)


def test_a_person_chooses_for_each_question() -> None:
    form = Form(
        [("mine", '{"title": "Kör", "summary": "Mitt"}'), ("choice.title", "mine"), ("choice.summary", "theirs")]
    )
    assert chosen(form, BOTH, {"summary": "Deras"}) == {"title": "Kör", "summary": "Deras"}
