"""Conditions say what they say: two-valued logic over facts, and nothing that comes in can break them."""

from __future__ import annotations

import string

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.conditions import (
    DEPTH_MAX,
    SIZE_MAX,
    Condition,
    fields,
    holds,
    in_words,
    not_known,
    parts,
    read_condition,
)
from shared.refused import Refused
from shared.words import Text

NAMES = st.sampled_from(["amount_applied_ore", "agent", "municipalities", "years_active"])
NUMBERS = st.integers(-5, 5)
VALUES = st.one_of(NUMBERS, st.booleans(), st.sampled_from(["", "8", "organisation"]))
COMPARISONS = st.one_of(
    *(
        st.builds(lambda n, v, o=o: {"field": n, o: v}, NAMES, NUMBERS)
        for o in ("over", "at_least", "under", "at_most")
    ),
    *(st.builds(lambda n, v, o=o: {"field": n, o: v}, NAMES, VALUES) for o in ("is", "contains")),
    st.builds(lambda n, v: {"field": n, "in": v}, NAMES, st.lists(VALUES, min_size=1, max_size=3)),
    st.builds(lambda n, v: {"field": n, "present": v}, NAMES, st.booleans()),
    st.builds(lambda n, v: {"field": n, "count_at_least": v}, NAMES, st.integers(0, 3)),
)


def _combined(inner: st.SearchStrategy[dict]) -> st.SearchStrategy[dict]:
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda c: {"all": c}, several),
        st.builds(lambda c: {"any": c}, several),
        st.builds(lambda c: {"not": c}, inner),
    )


CONDITIONS = st.recursive(COMPARISONS, _combined, max_leaves=6)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=8), inner, max_size=4)),
    max_leaves=12,
)
FACTS = st.dictionaries(NAMES, st.one_of(VALUES, st.lists(VALUES, max_size=3), JSON))


def read(raw: object) -> Condition | None:
    try:
        return read_condition(raw)
    except Refused:
        return None


@given(st.lists(COMPARISONS, min_size=1, max_size=4), FACTS)
def test_de_morgan_holds_for_every_fact_and_every_missing_one(several, facts):
    not_all = read_condition({"not": {"all": several}})
    any_not = read_condition({"any": [{"not": one} for one in several]})
    not_any = read_condition({"not": {"any": several}})
    all_not = read_condition({"all": [{"not": one} for one in several]})
    assert holds(not_all, facts) == holds(any_not, facts)
    assert holds(not_any, facts) == holds(all_not, facts)


@given(CONDITIONS, FACTS)
def test_a_condition_either_holds_or_its_negation_does(raw, facts):
    condition = read(raw)
    negated = read({"not": raw})
    if condition is not None and negated is not None:
        assert holds(condition, facts) is not holds(negated, facts)


@given(CONDITIONS, FACTS)
def test_facts_that_a_condition_does_not_look_at_change_nothing(raw, facts):
    condition = read(raw)
    if condition is not None:
        looked_at = {name: fact for name, fact in facts.items() if name in fields(condition)}
        assert holds(condition, facts) is holds(condition, looked_at)


@given(CONDITIONS)
def test_a_condition_comes_back_the_same_from_the_journal(raw):
    condition = read(raw)
    if condition is not None:
        assert msgspec.json.decode(msgspec.json.encode(condition), type=Condition) == condition


@given(JSON)
def test_whatever_is_sent_as_a_condition_is_read_or_refused(raw):
    read(raw)


@given(st.one_of(st.binary(), st.text()))
def test_whatever_text_is_sent_as_a_condition_is_read_or_refused(raw):
    read(raw)


@given(CONDITIONS, st.dictionaries(NAMES, JSON))
def test_no_fact_can_make_a_condition_fail(raw, facts):
    condition = read(raw)
    if condition is not None:
        assert holds(condition, facts) in (True, False)
        assert in_words(condition, "sv")
        assert not_known(condition, facts) <= fields(condition)


@pytest.mark.parametrize(
    ("operator", "value", "yes", "no"),
    [
        ("over", 10, 11, 10),
        ("at_least", 10, 10, 9),
        ("under", 10, 9, 10),
        ("at_most", 10, 10, 11),
        ("is", "8", "8", 8),
        ("is", True, True, 1),
        ("is", 1, 1, True),
        ("in", ["7", "8"], "7", "5"),
        ("contains", "2080", ["2021", "2080"], ["2021"]),
        ("contains", "2080", ["2080"], "2080 Falun"),
        ("count_at_least", 2, ["a", "b"], ["a"]),
        ("present", True, 0, ""),
        ("present", False, [], [0]),
    ],
)
def test_each_operator_says_what_its_name_says(operator, value, yes, no):
    condition = read_condition({"field": "asked", operator: value})
    assert holds(condition, {"asked": yes})
    assert not holds(condition, {"asked": no})


def test_a_comparison_with_a_missing_fact_does_not_hold_and_its_negation_does():
    over = {"field": "amount_applied_ore", "over": 0}
    assert not holds(read_condition(over), {})
    assert holds(read_condition({"not": over}), {})
    assert not_known(read_condition(over), {}) == {"amount_applied_ore"}
    assert not_known(read_condition(over), {"amount_applied_ore": 0}) == frozenset()


def test_a_truth_is_no_number():
    assert not holds(read_condition({"field": "agent", "at_least": 0}), {"agent": True})


@pytest.mark.parametrize(
    "raw",
    [
        {},
        {"field": "agent"},
        {"over": 3},
        {"field": "agent", "over": 3, "under": 5},
        {"field": "agent", "all": [{"field": "agent", "is": True}]},
        {"all": []},
        {"any": []},
        {"field": "agent", "in": []},
        {"field": "agent", "is": None},
        {"field": "agent", "over": "10"},
        {"field": "agent", "over": 1.5},
        {"field": "agent", "over": 2**63},
        {"field": "__class__", "is": True},
        {"field": "agent", "equals": True},
        "__import__('os').system('true')",
    ],
)
def test_what_is_no_condition_is_refused(raw):
    with pytest.raises(Refused):
        read_condition(raw)


def _nested(depth: int) -> dict:
    raw: dict = {"field": "agent", "is": True}
    for _ in range(depth - 1):
        raw = {"not": raw}
    return raw


def test_conditions_nest_no_deeper_than_a_person_can_follow():
    assert len(list(parts(read_condition(_nested(DEPTH_MAX))))) == DEPTH_MAX
    with pytest.raises(Refused):
        read_condition(_nested(DEPTH_MAX + 1))


def test_a_hundred_thousand_brackets_are_refused():
    with pytest.raises(Refused):
        read_condition(b'{"not":' * 100_000 + b"1" + b"}" * 100_000)


def test_a_condition_is_no_longer_than_a_page():
    leaf = {"field": "agent", "is": True}
    read_condition({"any": [leaf] * (SIZE_MAX - 1)})
    with pytest.raises(Refused):
        read_condition({"any": [leaf] * SIZE_MAX})


def test_a_condition_can_be_read_aloud_in_both_languages():
    condition = read_condition(
        {
            "all": [
                {"field": "amount_applied_ore", "over": 1_000_000},
                {"any": [{"field": "agent", "is": True}, {"not": {"field": "statutes", "present": True}}]},
            ]
        }
    )
    labels = {"agent": Text("Är du ombud?", "Are you an agent?")}
    assert in_words(condition, "en", labels) == (
        "amount_applied_ore is over 10\N{NO-BREAK SPACE}000 kronor and "
        "(”Are you an agent?” is yes or it is not so that (statutes is there))"
    )
    assert in_words(condition, "sv").startswith(
        "amount_applied_ore är över 10\N{NO-BREAK SPACE}000 kr och (agent är ja eller"
    )


def test_what_can_be_chosen_is_called_by_its_own_words_in_a_condition():
    condition = read_condition({"field": "age", "in": ["one_to_two", "over_five"]})
    choices = {"age": {"one_to_two": Text("1–2 år", "1–2 years")}}
    assert in_words(condition, "sv", choices=choices) == "age är något av 1–2 år, over_five"


def test_a_field_name_is_only_letters_digits_and_points():
    for character in set(string.printable) - set(string.ascii_lowercase + string.digits + "._-"):
        with pytest.raises(Refused):
            read_condition({"field": f"a{character}", "is": True})
