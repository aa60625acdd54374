"""The lives of all subjects of all services: complete, reachable, and each stage with words and somebody to act."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from infra.estate import SERVICES
from services.command import diagrams
from services.command.house import service_named
from shared.catalogue import Event
from shared.identity import Role
from shared.life import Command, Kind, State
from shared.service import Service
from tests.events.examples import PUBLISHED

NAMES = [service.name for service in SERVICES]
KINDS = [(name, kind) for name in NAMES for kind in service_named(name).kinds]
each_kind = pytest.mark.parametrize(
    "kind", [kind for _, kind in KINDS], ids=[f"{name}.{kind.name}" for name, kind in KINDS]
)
each_service = pytest.mark.parametrize("service", [service_named(name) for name in NAMES], ids=NAMES)


def statuses(kind: Kind) -> set[Any]:
    return set(type(next(iter(kind.life.values()))))


@each_service
def test_every_event_of_a_service_has_a_place_in_one_life_and_only_one(service: Service) -> None:
    told = {event for (source, _), event in PUBLISHED.items() if source == service.name}
    places: dict[type[Event], list[str]] = {event: [] for event in told}
    for kind in service.kinds:
        for event in kind.events:
            places.setdefault(event, []).append(kind.name)

    assert all(len(kinds) == 1 for kinds in places.values()), {e.type: k for e, k in places.items() if len(k) != 1}
    assert places.keys() == told


@each_kind
def test_every_stage_can_be_reached(kind: Kind) -> None:
    reached: set[Any] = {None}
    while True:
        further = {after for (before, _), after in kind.life.items() if before in reached} - reached
        if not further:
            break
        reached |= further

    assert reached - {None} == statuses(kind)


@each_kind
def test_every_stage_has_somebody_to_act_and_words_in_both_languages(kind: Kind) -> None:
    assert set(kind.moves) == statuses(kind)
    assert set(kind.labels) == statuses(kind)
    assert all(mover is None or isinstance(mover, Role) for mover in kind.moves.values())
    for label in kind.labels.values():
        assert label.sv.strip()
        assert label.en.strip()
        assert not set('|"\n') & set(label.sv + label.en)


@each_kind
def test_whoever_has_the_next_move_is_there_for_something_to_happen(kind: Kind) -> None:
    """Where nothing can happen any more nobody is said to be next."""
    for status, mover in kind.moves.items():
        assert mover is None or kind.possible(status), f"{mover} can do nothing in {status}"


@each_kind
def test_a_subject_begins_somewhere(kind: Kind) -> None:
    assert kind.possible(None)


@each_kind
def test_a_kind_keeps_its_state_and_its_commands_in_the_shapes_that_all_kinds_have(kind: Kind) -> None:
    assert issubclass(kind.state, State)
    assert kind.commands
    assert all(issubclass(command, Command) for command in kind.commands)
    assert (kind.table is None) == (not kind.columns and kind.row is None) or kind.table is not None
    assert not {"id", "version", "status"} & kind.columns.keys()


@each_service
def test_every_command_and_every_state_belongs_to_one_kind(service: Service) -> None:
    commands = [command for kind in service.kinds for command in kind.commands]
    states = [kind.state for kind in service.kinds]
    tables = [kind.table for kind in service.kinds if kind.table]

    assert len(commands) == len(set(commands))
    assert len(states) == len(set(states))
    assert len(tables) == len(set(tables))


@each_service
def test_a_service_tells_only_in_its_own_name(service: Service) -> None:
    assert {event.source for kind in service.kinds for event in kind.events} <= {service.name}


def test_the_diagrams_in_the_docs_are_current() -> None:
    assert diagrams.FILE.read_text() == diagrams.page(), "a life has changed: python -m services.command.diagrams"


def test_it_says_when_the_diagrams_are_not_current(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagrams, "FILE", tmp_path / "lives.md")
    assert diagrams.main(["--check"]) == 1

    assert diagrams.main([]) == 0

    assert diagrams.main(["--check"]) == 0
