"""Every life here is whole: each event has a place, each status can be reached, has a mover and a label."""

from __future__ import annotations

from enum import StrEnum

import pytest

from services.applications.domain.application_kind import APPLICATION
from services.applications.domain.association import ASSOCIATION
from services.applications.domain.call_rules import CALL
from services.applications.domain.disposal import DISPOSAL
from services.applications.domain.programme import PROGRAMME
from services.applications.domain.signing import SIGNING
from shared.catalogue import CATALOGUE
from shared.life import Kind

KINDS = (PROGRAMME, CALL, ASSOCIATION, SIGNING, APPLICATION, DISPOSAL)


def statuses(kind: Kind) -> type[StrEnum]:
    return type(next(iter(kind.moves)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_status_can_be_reached(kind: Kind) -> None:
    reached: set[StrEnum | None] = {None}
    while more := {to for (at, _), to in kind.life.items() if at in reached} - reached:
        reached |= more

    assert reached == {None, *statuses(kind)}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_status_has_a_mover_and_a_label_in_both_languages(kind: Kind) -> None:
    assert set(kind.moves) == set(kind.labels) == set(statuses(kind))
    assert all(label.sv and label.en for label in kind.labels.values())


def test_every_event_applications_may_tell_has_a_place_in_exactly_one_life() -> None:
    told = {event for (source, _), event in CATALOGUE.items() if source == "applications"}

    assert sorted(event.type for kind in KINDS for event in kind.events) == sorted(event.type for event in told)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_written_down_for_lists_has_a_column(kind: Kind) -> None:
    assert kind.table is not None
    assert kind.columns


def test_nothing_more_happens_to_a_finished_or_a_cancelled_call() -> None:
    for status in ("finished", "cancelled"):
        assert CALL.possible(statuses(CALL)(status)) == frozenset()
