"""The lives of all that payouts answers for: every event has a place, every status a way there, a mover and a name."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from services.payouts.domain.kinds import KINDS
from shared.catalogue import CATALOGUE
from shared.refused import NotNow
from tests.unit.payouts.fund import Fund

EVENTS = [event for (source, _), event in CATALOGUE.items() if source == "payouts"]
STATUSES = [pytest.param(kind, status, id=f"{kind.name}-{status}") for kind in KINDS for status in kind.labels]


def reachable(kind) -> set:
    found, before = {None}, set()
    while found != before:
        before = set(found)
        found |= {to for (at, _), to in kind.life.items() if at in before}
    return found - {None}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.type)
def test_every_event_has_a_place_in_exactly_one_life(event):
    assert len([kind.name for kind in KINDS if event in kind.events]) == 1


@pytest.mark.parametrize(("kind", "status"), STATUSES)
def test_every_status_can_be_reached(kind, status):
    assert status in reachable(kind)


@pytest.mark.parametrize(("kind", "status"), STATUSES)
def test_every_status_says_who_moves_next_and_has_a_name_in_both_languages(kind, status):
    assert status in kind.moves
    assert kind.labels[status].sv
    assert kind.labels[status].en


@pytest.mark.parametrize(("kind", "status"), STATUSES)
def test_a_status_where_somebody_is_to_move_is_no_dead_end(kind, status):
    if kind.moves[status] is not None:
        assert kind.possible(status)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_life_names_no_status_that_its_kind_does_not_have(kind):
    named = set(kind.life.values()) | {at for at, _ in kind.life if at is not None}
    assert named == set(kind.labels) == set(kind.moves)


IMPOSSIBLE = [
    pytest.param(kind, status, event, id=f"{kind.name}-{status}-{event.type}")
    for kind in KINDS
    for status in (None, *kind.labels)
    for event in sorted(kind.events, key=lambda one: one.type)
    if (status, event) not in kind.life
]


@pytest.mark.parametrize(("kind", "status", "event"), IMPOSSIBLE)
def test_what_has_no_place_in_a_life_is_refused_with_the_status_by_name(kind, status, event):
    """The table is the only judge: the same event in the same status is refused however it was decided."""
    assert event not in kind.possible(status)
    refusal = kind.not_now(None if status is None else SimpleNamespace(status=status))
    assert isinstance(refusal, NotNow)
    assert refusal.status == 409
    if status is not None:
        assert kind.labels[status].sv in refusal.detail.sv


def test_every_event_of_a_played_case_decodes_to_what_was_said():
    fund = Fund()
    case = fund.active()
    fund.exported(case)
    fund.reported(case, unspent_ore=100_000)
    assert [event.type for _, event in fund.said] == [
        "terms.adopted",
        "grant.opened",
        "payment.planned",
        "payment.planned",
        "grant.published",
        "terms.accepted",
        "payee.registered",
        "payee.verified",
        "payment.requisitioned",
        "payment.attested_once",
        "payment.attested_twice",
        "batch.ordered",
        "payment.exported",
        "batch.exported",
        "report.submitted",
        "report.review_started",
        "report.approved",
        "recovery.considered",
    ]
