"""What a proof needs is asked for once, and nobody may tell audit anything."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.audit.app import SERVICE
from services.audit.policy import POLICY, PUBLIC
from services.audit.trees import joined
from shared.identity import Role
from shared.merkle import NodeRange
from shared.policy import IN_EVERY_SERVICE

RANGES = st.builds(
    lambda level, first, length: NodeRange(level, first, first + length),
    st.sampled_from([0, 8]),
    st.integers(0, 50),
    st.integers(1, 20),
)


@given(st.lists(RANGES))
def test_the_same_hashes_are_asked_for_and_none_twice(ranges: list[NodeRange]) -> None:
    def places(each: list[NodeRange]) -> list[tuple[int, int]]:
        return [(one.level, index) for one in each for index in range(one.first, one.end)]

    asked = places(joined(ranges))

    assert sorted(asked) == sorted(set(places(ranges)))


def test_every_question_has_a_row_in_the_policy_and_only_a_cosignature_is_told() -> None:
    assert {str(route.name) for route in SERVICE.routes} == POLICY.rows.keys() - IN_EVERY_SERVICE.keys()
    asked = [route for route in SERVICE.routes if set(route.http_methods) <= {"GET", "HEAD", "OPTIONS"}]
    assert {str(route.name) for route in SERVICE.routes if route not in asked} == {"add_cosignature"}


def test_an_applicant_may_ask_audit_nothing_but_what_is_everybodys_and_their_own_receipts() -> None:
    rows = [row for name, row in POLICY.rows.items() if name not in (*IN_EVERY_SERVICE, *PUBLIC)]

    theirs = {Role.APPLICANT, Role.SIGNATORY, Role.HELPER}
    assert theirs.isdisjoint(may.role for row in rows for may in row if not may.own)
    own = {name for name, row in POLICY.rows.items() if any(may.own for may in row)}
    assert own == {"list_receipts", "get_receipt"}, "the proofs of one's own case"
