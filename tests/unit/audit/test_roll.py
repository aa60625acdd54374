"""The roll of all cases is counted from the trail alone."""

from __future__ import annotations

from services.audit.domain.roll import READ, Standing, counted, roll, summed
from shared.catalogue.applications import ApplicationWithdrawn, CaseRegistered
from shared.catalogue.payouts import PaymentReturned
from shared.catalogue.review import CaseClosed, DecisionMade
from tests.unit.audit.a_fund import CEILING, GRANTED, UNSPENT, Trail, a_fund, an_id


def told(trail: Trail) -> dict[str, tuple[object, ...]]:
    return {
        case.number[-1]: (case.standing, case.outcome, case.granted_ore, case.paid_ore, case.returned_ore)
        for case in roll(trail.population())
    }


def test_each_case_stands_with_what_was_decided_and_paid() -> None:
    trail = a_fund()
    trail.tell(CaseClosed(), "C", "officer")

    assert told(trail) == {
        "1": (Standing.DECIDED, "approved", GRANTED, GRANTED, UNSPENT),
        "2": (Standing.DECIDED, "approved", 1_000_000, 1_000_000, 0),
        "3": (Standing.CLOSED, "rejected", 0, 0, 0),
    }
    rows = roll(trail.population())
    assert counted(rows) == {"open": 0, "decided": 2, "closed": 1, "withdrawn": 0}
    assert summed(rows).granted_ore == GRANTED + 1_000_000 < CEILING


def test_a_case_without_a_decision_is_open_and_one_taken_back_is_withdrawn() -> None:
    trail = a_fund()
    trail.drop(DecisionMade, "C")
    trail.tell(ApplicationWithdrawn(), "B", "signatory-B")

    assert told(trail)["3"] == (Standing.OPEN, None, 0, 0, 0)
    assert told(trail)["2"][0] is Standing.WITHDRAWN


def test_what_came_back_from_the_bank_was_not_paid() -> None:
    trail = a_fund()
    trail.tell(PaymentReturned(case=an_id("B"), reason="closed"), "payment-B", "finance")

    assert told(trail)["2"][3] == 0


def test_the_roll_reads_no_more_than_it_needs_and_needs_no_less() -> None:
    trail = a_fund()
    whole = told(trail)
    trail.facts = [fact for fact in trail.facts if (fact.source, fact.event.type) in READ]
    assert told(trail) == whole
    trail.drop(CaseRegistered, "A")
    assert "1" not in told(trail)
