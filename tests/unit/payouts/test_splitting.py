"""A grant is divided as the programme says, to the öre."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.payouts.domain.instalments import instalments, payment_id
from shared.catalogue.payouts import GrantOpened, PaymentPlanned
from shared.words import ORE_MAX
from tests.unit.payouts.fund import RULES, Fund, rules_with

CASE = UUID(int=17)
AMOUNTS_ORE = [1, 2, 3, 4, 5, 99, 101, 999_999, 1_000_000, 1_000_001, 1_000_003, 1_234_567, 2_500_000, 3_000_000]
ROUND_2019_ORE = [2_500_000, 2_200_000, 2_000_000, 1_800_000, 1_500_000, 1_200_000, 1_000_000]


@pytest.mark.parametrize("granted_ore", [*AMOUNTS_ORE, *ROUND_2019_ORE, ORE_MAX])
def test_the_instalments_are_the_grant_to_the_ore(granted_ore):
    parts = instalments(RULES, CASE, granted_ore)
    assert sum(part.amount_ore for part in parts) == granted_ore
    assert all(part.amount_ore > 0 for part in parts)
    assert [part.no for part in parts] == list(range(1, len(parts) + 1))


@given(granted_ore=some.integers(min_value=1, max_value=ORE_MAX), first_no=some.integers(min_value=1, max_value=9))
def test_no_amount_is_lost_or_made_in_the_division(granted_ore, first_no):
    parts = instalments(RULES, CASE, granted_ore, first_no)
    assert sum(part.amount_ore for part in parts) == granted_ore
    assert len({part.payment for part in parts}) == len(parts)
    assert parts[0].no == first_no


def test_a_small_grant_is_paid_at_once_and_a_larger_one_in_eighty_and_twenty_per_cent():
    assert [(part.amount_ore, part.after) for part in instalments(RULES, CASE, 1_000_000)] == [
        (1_000_000, "decision_published")
    ]
    assert [(part.amount_ore, part.after) for part in instalments(RULES, CASE, 2_500_000)] == [
        (2_000_000, "decision_published"),
        (500_000, "report_approved"),
    ]


def test_what_rounding_leaves_over_stands_on_the_last_instalment():
    assert [part.amount_ore for part in instalments(RULES, CASE, 1_000_004)] == [800_003, 200_001]


def test_an_instalment_has_the_same_id_for_whoever_knows_the_case_and_its_number():
    assert instalments(RULES, CASE, 2_500_000)[1].payment == payment_id(CASE, 2)
    assert payment_id(CASE, 1) != payment_id(CASE, 2)
    assert payment_id(CASE, 1) != payment_id(UUID(int=18), 1)


def test_the_whole_round_of_2019_is_planned_to_122_000_kronor():
    fund = Fund()
    for granted_ore in ROUND_2019_ORE:
        fund.grant(granted_ore)
    planned = [event.amount_ore for _, event in fund.said if isinstance(event, PaymentPlanned)]
    assert sum(planned) == 12_200_000


@pytest.mark.parametrize("condition", [one.key for one in RULES.decision.standard_conditions])
def test_h14_every_standard_condition_is_part_of_every_grant(condition):
    fund = Fund()
    fund.grant()
    (opened,) = [event for _, event in fund.said if isinstance(event, GrantOpened)]
    assert condition in opened.conditions
    assert opened.reserves_recovery


def test_h14_the_grant_says_so_when_no_condition_reserves_recovery():
    fund = Fund(rules_with(reserves_recovery=False))
    fund.grant()
    (opened,) = [event for _, event in fund.said if isinstance(event, GrantOpened)]
    assert not opened.reserves_recovery
