"""What a case's page asks for: whatever may be there for its reader, and no more."""

from __future__ import annotations

from typing import Any

import pytest

from services.web.pages.cases.case import was_ever_decided

UNDECIDED = {"received_at": "2027-02-01T09:00:00Z", "decision": None, "reopenings": 0}


@pytest.mark.parametrize(
    "review",
    [
        None,  # whoever pays sees the grant, and not what review has of it
        {"declared": False},
        UNDECIDED | {"decision": {"outcome": "reject"}},
        UNDECIDED | {"reopenings": 1},  # what a court sent back may have been paid in part
    ],
)
def test_payouts_are_asked_about_a_case_wherever_there_may_be_money_in_it(review: Any) -> None:
    assert was_ever_decided(review)


def test_payouts_are_not_asked_about_a_case_that_was_never_decided() -> None:
    assert not was_ever_decided(UNDECIDED)
