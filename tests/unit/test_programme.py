"""The example fund makes sense, and each rule of judgement notices when a programme stops making sense."""

from __future__ import annotations

import copy
import json

import msgspec
import pytest

from services.command.example import PROGRAMME_FILE, ROUND_FILE, read_example
from shared.conditions import holds
from shared.form import facts_of
from shared.programme import (
    CallRules,
    FieldType,
    ProgrammeRules,
    UserRepresentativesMust,
    due_instalments,
    read_call,
    read_programme,
    validate,
    validate_call,
)
from shared.programme.validate import RULES_BYTES_MAX
from shared.refused import Refused

APPLICATION_FIELDS = 44
REPORT_FIELDS = 21


@pytest.fixture
def example() -> dict:
    return json.loads(PROGRAMME_FILE.read_text(encoding="utf-8"))


def refusals(read, raw) -> dict[str, str]:
    with pytest.raises(Refused) as refused:
        read(raw)
    assert all(error.message.sv and error.message.en for error in refused.value.errors)
    return {error.field: error.message.en for error in refused.value.errors}


def test_the_example_programme_and_its_call_have_no_problems():
    rules, call = read_example()
    assert validate(rules) == []
    assert validate_call(call) == []
    assert sum(criterion.weight for criterion in rules.assessment.criteria) == 100
    assert len(rules.forms.application_fields()) == APPLICATION_FIELDS
    assert len(rules.follow_up.report_form) == REPORT_FIELDS
    assert rules.authority.user_representatives_must is UserRepresentativesMust.STATE_OPINION
    assert (call.budget_ore, call.amount_max_ore) == (15_000_000, 3_000_000)


def test_the_round_of_2019_grants_seven_of_nine_and_122_000_kronor():
    applications = json.loads(ROUND_FILE.read_text(encoding="utf-8"))["applications"]
    rules, _ = read_example()
    reasons = {reason.code for reason in rules.decision.rejection_reason_codes}
    assert len(applications) == 9
    assert sum(one["outcome"] != "avslag" for one in applications) == 7
    assert sum(one["granted"] for one in applications) == 122_000
    assert {one["outcome"] for one in applications} == {"bifall", "delvis_bifall", "avslag"}
    assert {one["reason"] for one in applications if one["outcome"] == "avslag"} <= reasons


def test_a_published_programme_fits_in_one_event_and_comes_back_the_same():
    rules, call = read_example()
    assert len(msgspec.json.encode(rules)) < RULES_BYTES_MAX
    assert msgspec.json.decode(msgspec.json.encode(rules), type=ProgrammeRules) == rules
    assert msgspec.json.decode(msgspec.json.encode(call), type=CallRules) == call


def test_an_event_with_a_field_from_the_future_is_read_and_a_command_with_one_is_refused(example):
    example["programme"]["assessment"]["moon_phase"] = "full"
    assert msgspec.convert(example["programme"], ProgrammeRules) == read_example()[0]
    assert refusals(read_programme, example["programme"]) == {"assessment.moon_phase": "There is no such field."}


def test_every_text_of_the_example_is_in_both_languages(example):
    def texts(value):
        if isinstance(value, dict) and "sv" in value:
            yield value
        elif isinstance(value, (dict, list)):
            for inner in value.values() if isinstance(value, dict) else value:
                yield from texts(inner)

    found = list(texts(example))
    assert len(found) > 200
    assert all(set(text) == {"sv", "en"} and text["sv"].strip() and text["en"].strip() for text in found)


def test_every_kind_of_field_in_the_example_has_a_check():
    from shared.form.check import CHECKS

    assert set(CHECKS) == set(FieldType)


@pytest.mark.parametrize(
    ("granted_ore", "percents"),
    [(1, [100]), (1_000_000, [100]), (1_000_001, [80, 20]), (3_000_000, [80, 20])],
)
def test_a_small_grant_is_paid_at_once_and_a_larger_one_in_two_parts(granted_ore, percents):
    rules, _ = read_example()
    assert [one.percent for one in due_instalments(rules.decision.payout.instalments, granted_ore)] == percents


def test_a_new_association_may_only_apply_for_a_small_amount():
    rules, _ = read_example()
    check = next(rule.check for rule in rules.eligibility if rule.code == "E6")
    new = {"years_active": "less_than_one_year"}
    assert holds(check, new | {"amount_applied_ore": 1_000_000})
    assert not holds(check, new | {"amount_applied_ore": 1_000_001})
    assert holds(check, {"years_active": "three_to_five_years", "amount_applied_ore": 3_000_000})


def test_h11_a_personal_number_never_makes_an_applicant_eligible():
    rules, _ = read_example()
    check = next(rule.check for rule in rules.eligibility if rule.code == "E1")
    fields = rules.forms.application_fields()
    assert not holds(check, facts_of(fields, {"orgnr": "880320-0016"}, {}))
    assert holds(check, facts_of(fields, {"orgnr": "802999-0002"}, {}))


def change(raw: dict, path: str, value: object) -> dict:
    """A copy with one thing changed; the last step of the path may be new."""
    changed = copy.deepcopy(raw)
    *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = changed
    for step in steps:
        place = place[step]
    place[last] = value
    return changed


SECTION = "forms.application.0.fields"
UNKNOWN = {"field": "phase_of_moon", "is": "full"}


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("assessment.criteria.0.weight", 26, "assessment.criteria"),
        ("assessment.criteria.1.code", "C1", "assessment.criteria"),
        ("assessment.criteria.0.minimum", 5, "assessment.criteria.C1.minimum"),
        ("assessment.scale.anchors", [], "assessment.scale.anchors"),
        ("assessment.panel.quorum", 6, "assessment.panel.quorum"),
        ("assessment.panel.quorum_lived_experience", 4, "assessment.panel.quorum_lived_experience"),
        ("assessment.panel.reason_required_if_score_in", [9], "assessment.panel.reason_required_if_score_in"),
        (
            "assessment.panel.disagreement_flag_if_range_at_least",
            5,
            "assessment.panel.disagreement_flag_if_range_at_least",
        ),
        ("assessment.panel.seats", [{"role": "officer", "vote": False}], "assessment.panel.quorum"),
        ("assessment.conflicts_of_interest.types", [], "assessment.conflicts_of_interest.types"),
        ("decision.outcomes", ["approved"], "decision.outcomes"),
        ("decision.rejection_reason_codes", [], "decision.rejection_reason_codes"),
        ("decision.payout.instalments", [], "decision.payout.instalments"),
        ("decision.payout.instalments.1.percent", 79, "decision.payout.instalments"),
        ("decision.payout.instalments.0.condition.at_most", 999_999, "decision.payout.instalments"),
        ("decision.payout.instalments.0.condition.at_most", 1_000_001, "decision.payout.instalments"),
        ("decision.payout.instalments.0.condition", {"field": "agent", "is": True}, "decision.payout.instalments"),
        ("eligibility.0.check", UNKNOWN, "eligibility.E1.check"),
        ("eligibility.0.check", {"field": "orgnr.group", "over": 7}, "eligibility.E1.check"),
        ("eligibility.0.check", {"field": "municipalities", "contains": "0180"}, "eligibility.E1.check"),
        ("eligibility.0.check", {"field": "years_active", "is": "ten_years"}, "eligibility.E1.check"),
        ("eligibility.0.check", {"field": "agent", "is": "yes"}, "eligibility.E1.check"),
        ("attachments.0.required_if", UNKNOWN, "attachments.statutes.required_if"),
        ("attachments.0.accept", ["exe"], "attachments.statutes.accept"),
        ("attachments.0.required", True, "attachments.statutes"),
        (f"{SECTION}.0.required_if", UNKNOWN, "forms.application.organisation_name.required_if"),
        (f"{SECTION}.1.key", "organisation_name", "forms.application"),
        (f"{SECTION}.1.key", "in_audit_sample", "forms.application.in_audit_sample"),
        (f"{SECTION}.7.maximum", -1, "forms.application.members_total"),
        (f"{SECTION}.7.maximum_from", "call.moon", "forms.application.members_total"),
        (f"{SECTION}.9.codelist", "moons", "forms.application.municipalities"),
        (f"{SECTION}.10.options", [], "forms.application.years_active"),
        ("forms.application.3.fields.1.options", [], "forms.application.budget_costs"),
        ("forms.application.3.fields.6.options", [], "forms.application.payout_account"),
        ("forms.application.2.fields.10.within", "call.budget", "forms.application.when"),
        ("follow_up.report_form.3.indicator", "I99", "follow_up.report_form.participants_unique.indicator"),
        ("follow_up.indicators.7.denominator", "I99", "follow_up.indicators.I8"),
        ("title.sv", " ", "title.sv"),
        ("title.en", "Fund\u0000", "title.en"),
        ("title.en", "x" * 4_001, "title.en"),
    ],
)
def test_a_programme_that_makes_no_sense_is_refused_where_it_makes_none(example, path, value, field):
    assert field in refusals(read_programme, change(example["programme"], path, value))


def test_h14_a_decision_without_the_right_to_recover_money_is_no_decision(example):
    conditions = example["programme"]["decision"]["standard_conditions"]
    without = [one for one in conditions if not one.get("reserves_recovery")]
    path = "decision.standard_conditions"
    assert list(refusals(read_programme, change(example["programme"], path, without))) == [path]
    assert list(refusals(read_programme, change(example["programme"], path, []))) == [path]


def test_every_problem_is_told_at_once(example):
    wrong = change(example["programme"], "assessment.criteria.0.weight", 90)
    wrong = change(wrong, "decision.outcomes", [])
    assert {"assessment.criteria", "decision.outcomes"} <= set(refusals(read_programme, wrong))


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("assessment.threshold", 101, "assessment.threshold"),
        ("authority.delegation_max_ore", "30000", "authority.delegation_max_ore"),
        ("authority.delegation_max_ore", 30000.5, "authority.delegation_max_ore"),
        ("legal_regime", "mood", "legal_regime"),
        ("eligibility.0.check", {"field": "orgnr", "eval": "1"}, "eligibility.0.check"),
        ("title", {"sv": "Fonden"}, "title"),
    ],
)
def test_a_value_of_the_wrong_form_is_refused_with_its_place(example, path, value, field):
    assert list(refusals(read_programme, change(example["programme"], path, value))) == [field]


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[" * 100_000, b"null", b"{}", None, 3, [], {1: 2}])
def test_what_is_no_programme_is_refused_kindly(raw):
    refusals(read_programme, raw)
    refusals(read_call, raw)


def test_rules_too_long_for_one_fact_are_refused(example):
    long = {"sv": "x" * 4_000, "en": "x" * 4_000}
    options = [{"key": f"m{number}", "label": long} for number in range(30)]
    wrong = change(example["programme"], "codelists.1.options", options)
    assert "" in refusals(read_programme, wrong)
    assert "" in refusals(read_programme, msgspec.json.encode(wrong))


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        ("closes_at", "2027-01-31T23:59:59+01:00", "closes_at"),
        ("opens_at", "2027-01-14T08:00:00+01:00", "opens_at"),
        ("opens_at", "2027-02-01T08:00:00", "opens_at"),
        ("decision_planned_by", "2027-03-30", "decision_planned_by"),
        ("activity_period.ends_on", "2027-05-31", "activity_period"),
        ("activity_period", {"starts_on": "2027-01-01", "ends_on": "2027-05-01"}, "activity_period"),
        ("report_due", "2027-12-30", "report_due"),
        ("amount_min_ore", 3_000_001, "amount_min_ore"),
        ("amount_max_ore", 15_000_001, "amount_max_ore"),
        ("amount_max_ore", 0, "amount_max_ore"),
        ("budget_ore", -1, "budget_ore"),
        ("completion_days", 0, "completion_days"),
        ("support", {"contact": {"sv": "a", "en": "a"}, "help_text": {"sv": "a", "en": "a"}}, "support"),
        ("moon", 1, "moon"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused_where_it_makes_none(example, path, value, field):
    assert field in refusals(read_call, change(example["call"], path, value))


def test_a_call_may_close_on_the_day_it_decides(example):
    read_call(change(example["call"], "decision_planned_by", "2027-03-31"))
