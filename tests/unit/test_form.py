"""What an association writes is checked all at once, kindly, and never changed."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.command.example import read_example
from shared.form import check_form, facts_of, missing_attachments
from shared.form.records import RECORDS, TABLES
from shared.programme import Field, FieldType, Option, call_facts
from shared.words import Text

RULES, CALL = read_example()
APPLICATION = RULES.forms.application_fields()
REPORT = RULES.follow_up.report_form
FACTS = call_facts(CALL)

ANSWERS: dict[str, object] = {
    "organisation_name": "Föreningen Röststyrka (påhittad)",
    "orgnr": "802999-0002",
    "post_address": {"street": "Exempelgatan 1", "postal_code": "791 71", "town": "Falun", "hide_publicly": True},
    "organisation_email": "styrelsen@roststyrka.example",
    "members_total": 60,
    "members_in_county": 58,
    "municipalities": ["2080", "2081"],
    "years_active": "three_to_five_years",
    "contact_name": "Kim Exempel",
    "contact_channel": ["email"],
    "signing_rule": "two_together",
    "signatories": [{"name": "Kim Exempel"}, {"name": "Bo Exempel", "phone": "070-123 45 67"}],
    "agent": False,
    "title": "Podd om psykisk hälsa",
    "summary": "Vi spelar in tio avsnitt.\r\nAlla får vara med.",
    "target_group": ["relatives"],
    "expected_participants": 25,
    "influence_level": ["system"],
    "influence_how": "Vi hörs.",
    "who_decides": "Medlemmarna.",
    "when": {"starts_on": "2027-06-01", "ends_on": "2027-12-31"},
    "amount_applied_ore": 2_500_000,
    "budget_costs": [{"category": "material", "note": "mikrofoner", "amount_ore": 2_500_000}],
    "budget_income": [],
    "partial_ok": "Färre avsnitt.",
    "economic_activity": False,
    "payout_account": {"scheme": "bankgiro", "number": "991-2346", "owner": "organisation"},
    **{field.key: True for field in APPLICATION if field.key.startswith("declaration.")},
}

REPORTED: dict[str, object] = {
    "done": "as_planned",
    "what_happened": {"text": "Vi spelade in."},
    "participants_unique": 25,
    "municipalities": ["2080"],
    "sessions": 10,
    "influence_result": "Ja.",
    "influence_scale": 4,
    "costs_actual": [{"category": "material", "budgeted_ore": 100, "spent_ore": 90}],
    "unused_ore": 10,
}


def wrong(answers: dict[str, object], fields=APPLICATION, facts=FACTS) -> list[str]:
    before = copy.deepcopy(answers)
    problems = check_form(fields, answers, facts, RULES.codelists)
    assert answers == before
    assert all(problem.message.sv and problem.message.en for problem in problems)
    return [problem.field for problem in problems]


def test_a_complete_application_has_no_problems():
    assert wrong(ANSWERS) == []


def test_a_complete_report_has_no_problems():
    assert wrong(REPORTED, REPORT) == []


def test_an_empty_form_is_told_every_question_it_lacks_at_once_and_in_order():
    asked = [field.key for field in APPLICATION if field.required]
    assert wrong({}) == asked
    assert len(asked) > 25


def test_no_other_money_is_an_answer_but_no_costs_is_none():
    assert wrong(ANSWERS | {"budget_income": []}) == []
    assert wrong(ANSWERS | {"budget_income": None}) == ["budget_income"]
    assert wrong(ANSWERS | {"budget_costs": []}) == ["budget_costs"]


def test_an_answer_to_a_question_nobody_asked_is_told_and_not_dropped():
    assert wrong(ANSWERS | {"granted_ore": 1}) == ["granted_ore"]


BAD_ANSWERS = {
    "organisation_name": ["x" * 121, "två\nrader", "noll\x00", "vänd\u202eom", "\ud800", 7, True, ["a"]],
    "orgnr": ["802999-0003", "880320-0016", "19880320-0016", "701063-2391", "556036-0793", "0000000000", 8029990002],
    "post_address": [
        {"street": "a", "postal_code": "79", "town": "Falun"},
        {"street": "a", "postal_code": "791 71"},
        {"street": "19121212-1212", "postal_code": "791 71", "town": "Falun"},
        {"street": "a", "postal_code": "791 71", "town": "Falun", "moon": 1},
        {"street": "a", "postal_code": "791 71", "town": "Falun", "country": "Sverige"},
        "Exempelgatan 1",
    ],
    "organisation_email": ["a@b", "a b@c.se", "@c.se", "a@c..se", "19121212-1212@c.se", f"{'a' * 250}@c.se", 1],
    "organisation_phone": ["ring mig", "191212121212", "070", "+" + "4" * 16, "٠٧٠١٢٣٤٥٦٧", 701234567],
    "website": ["javascript:alert(1)", "ftp://a.se", "hej", "https://", "a.se/" + "x" * 500, "https://a.se/en sida"],
    "members_total": [-1, 1.5, "7", True, 2**63],
    "municipalities": [["0180"], ["2080", "2080"], "2080", [2080], [["2080"]]],
    "years_active": ["mer än 5 år", 3, ["three_to_five_years"], {}.keys()],
    "agent": ["ja", 1, 0],
    "signatories": [
        [{"name": "Kim 19121212-1212"}],
        [{"role": "ordförande"}],
        [{"name": "Kim", "personal_number": "1"}],
        ["Kim"],
        {"name": "Kim"},
        [{"name": "Kim"}] * 101,
    ],
    "partners": [[{"name": "Kommunen", "sector": "månen"}], [{"name": "Kommunen"}]],
    "summary": ["x" * 601, "Kim, 121212-1212, mår bättre", "\x07"],
    "when": [
        {"starts_on": "2027-05-31", "ends_on": "2027-06-02"},
        {"starts_on": "2027-06-03", "ends_on": "2027-06-02"},
        {"starts_on": "2027-06-31", "ends_on": "2027-07-02"},
        {"starts_on": "2027-06-01", "ends_on": "2028-01-01"},
        {"starts_on": "20270601", "ends_on": "2027-07-02"},
        {"starts_on": "2027-06-01"},
    ],
    "amount_applied_ore": [299_999, 3_000_001, 2_500_000.0, "2500000", True, -1],
    "budget_costs": [
        [{"category": "moon", "amount_ore": 1}],
        [{"category": "food", "amount_ore": -1}],
        [{"category": "food", "amount_ore": 1.0}],
        [{"category": "food"}],
    ],
    "budget_income": [[{"funder": "Kommunen", "amount_ore": 1, "status": "kanske"}], [{"funder": "", "amount_ore": 1}]],
    "payout_account": [
        {"scheme": "bankgiro", "number": "5402-9682", "owner": "organisation"},
        {"scheme": "plusgiro", "number": "28 65 43-5", "owner": "organisation"},
        {"scheme": "bank_account", "number": "123456789", "owner": "organisation"},
        {"scheme": "bank_account", "clearing": "3300", "number": "1212121212", "owner": "organisation"},
        {"scheme": "bank_account", "clearing": "6789", "number": "123456788", "owner": "organisation"},
        {"scheme": "swish", "number": "123", "owner": "organisation"},
        {"scheme": "bankgiro", "number": "991-2346", "owner": "vän"},
        {"scheme": "bankgiro", "number": 9912346, "owner": "organisation"},
        "991-2346",
    ],
    "declaration.true": [False, "ja"],
}


@pytest.mark.parametrize(
    ("key", "answer"), [(key, answer) for key, several in BAD_ANSWERS.items() for answer in several]
)
def test_an_answer_that_is_not_one_is_told_at_its_own_question(key, answer):
    found = check_form(APPLICATION, ANSWERS | {key: answer}, FACTS, RULES.codelists)
    assert found
    assert {problem.field.removeprefix(key)[:1] for problem in found} <= {"", "."}


GOOD_ANSWERS = {
    "orgnr": ["8029990002", "16802999-0002", " 802439-9993 "],
    "post_address": [{"street": "Main St 1", "postal_code": "SW1A 1AA", "town": "London", "country": "GB"}],
    "organisation_email": ["åsa@förening.se", "a+b@a-b.example.org"],
    "organisation_phone": ["070-123 45 67", "+46 (0)70 123 45 67", "0000-00 00 00", "", None],
    "website": [
        "www.exempel.se",
        "https://exempel.se/a?b=c#d",
        "HTTPS://Exempel.se",
        "https://facebook.com/1912121212",
    ],
    "summary": ["é" * 600, "rad\r\n" * 100],
    "members_total": [0],
    "partners": [[], None, [{"name": "Kommunen", "sector": "public"}]],
    "payout_account": [
        {"scheme": "plusgiro", "number": "28 65 43-4", "owner": "organisation"},
        {"scheme": "bank_account", "clearing": "6789", "number": "123456789", "owner": "organisation"},
        {"scheme": "bankgiro", "number": "9912346", "owner": "person"},  # eligibility E7 judges that
    ],
    "amount_applied_ore": [300_000, 3_000_000],
}


@pytest.mark.parametrize(
    ("key", "answer"), [(key, answer) for key, several in GOOD_ANSWERS.items() for answer in several]
)
def test_people_may_write_as_people_write(key, answer):
    assert wrong(ANSWERS | {key: answer}) == []


def test_the_sentence_about_an_amount_speaks_in_kronor():
    found = check_form(APPLICATION, ANSWERS | {"amount_applied_ore": 3_000_001}, FACTS, RULES.codelists)
    assert found[0].message == Text(
        "Beloppet får vara högst 30\u00a0000\u00a0kr.", "The amount may be at most 30\u00a0000\u00a0kr."
    )


def test_limits_of_the_call_count_only_when_there_is_a_call():
    assert wrong(ANSWERS | {"amount_applied_ore": 3_000_001}, facts={}) == []


def test_a_question_that_depends_on_an_answer_is_asked_only_then():
    assert wrong(REPORTED | {"done": "partly"}, REPORT) == ["changes"]
    assert wrong(REPORTED | {"done": "partly", "changes": "Färre kom."}, REPORT) == []
    larger = wrong(REPORTED, REPORT, {"granted_ore": 2_000_001})
    assert larger == ["economic_attachment", "reviewer_statement"]
    assert wrong(REPORTED, REPORT, {"granted_ore": 2_000_000}) == []
    assert wrong(REPORTED, REPORT, {"in_audit_sample": True}) == ["economic_attachment"]


@pytest.mark.parametrize(
    ("key", "answer", "path"),
    [
        ("influence_scale", 6, "influence_scale"),
        ("influence_scale", "4", "influence_scale"),
        ("what_happened", {"media": ["../etc"]}, "what_happened.media.0"),
        ("what_happened", {"text": "x" * 2_501}, "what_happened.text"),
        ("what_happened", {"text": " ", "media": []}, "what_happened"),
        ("economic_attachment", ["a"] * 21, "economic_attachment"),
        ("reviewer_statement", {"name": "Kim", "signed_on": "i går"}, "reviewer_statement.signed_on"),
        ("unused_ore", -1, "unused_ore"),
    ],
)
def test_an_answer_in_a_report_is_told_where_it_is_wrong(key, answer, path):
    assert wrong(REPORTED | {key: answer}, REPORT) == [path]


def papers(answers: dict[str, object], known: dict[str, object], attached: set[str]) -> list[str]:
    facts = facts_of(APPLICATION, answers, known, attached)
    return [problem.field for problem in missing_attachments(RULES.attachments, attached, facts)]


ON_FILE: dict[str, object] = {"statutes.on_file_and_unchanged": True, "board.on_file_and_valid": True}


def test_a_small_application_from_a_known_association_needs_no_papers():
    assert papers(ANSWERS | {"amount_applied_ore": 1_000_000}, ON_FILE, set()) == []


def test_a_larger_application_needs_last_years_papers():
    year = ["annual_meeting_minutes", "activity_report", "financial_report", "audit_report"]
    assert papers(ANSWERS, ON_FILE, set()) == [f"attachment.{key}" for key in year]
    assert papers(ANSWERS, ON_FILE, set(year)) == []
    assert papers(ANSWERS | {"years_active": "less_than_one_year"}, ON_FILE, set()) == [
        "attachment.annual_meeting_minutes"
    ]


def test_what_we_do_not_know_to_be_on_file_is_asked_for():
    small = ANSWERS | {"amount_applied_ore": 1_000_000, "agent": True, "economic_activity": True}
    known = {"payout_account.first_time": True}
    asked = ["statutes", "constituting_minutes", "account_certificate", "mandate", "de_minimis"]
    assert papers(small, known, set()) == [f"attachment.{key}" for key in asked]


def test_nobody_answers_their_way_to_a_fact_that_only_the_fund_knows():
    sly = ANSWERS | {
        "statutes.on_file_and_unchanged": True,
        "payout_account": {"owner": "organisation", "changed": False},
    }
    facts = facts_of(APPLICATION, sly, {"payout_account.changed": True})
    assert "statutes.on_file_and_unchanged" not in facts
    assert facts["payout_account.changed"] is True


def test_a_codelist_that_is_not_there_is_our_mistake_and_not_the_persons():
    with pytest.raises(KeyError):
        check_form(APPLICATION, ANSWERS, FACTS)


PARTS = sorted({name for parts in (*RECORDS.values(), *TABLES.values()) for name in parts})
ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.sampled_from(
            ["2080", "bankgiro", "bank_account", "organisation", "991-2346", "2027-06-01", "public", "food"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.one_of(
                st.text(max_size=5),
                st.sampled_from(PARTS),
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=12,
)
KINDS = [
    Field(
        kind.value,
        Text("Fråga", "Question"),
        kind,
        within="call.activity_period",
        options=(Option(key, Text(key, key)),),
    )
    for kind, key in zip(
        FieldType, ["bankgiro", "2080", "public", "food", "bank_account"] * len(FieldType), strict=False
    )
]


@given(st.dictionaries(st.sampled_from([kind.key for kind in KINDS]), ANYTHING, min_size=1, max_size=4))
def test_whatever_is_answered_the_form_answers_with_sentences(answers):
    wrong(answers, KINDS)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=80))
def test_a_text_that_passes_can_be_kept_as_it_is(written):
    field = Field("summary", Text("Fråga", "Question"), FieldType.TEXTAREA)
    if not wrong({"summary": written}, [field]):
        assert "\x00" not in written
        assert written.encode().decode() == written
