"""A disposal in a service that carries it out: heard of, begun, done. One kind of subject, the same in each.

The decision is made in one place and told; here it is kept as this service's own fact before anything is erased, and
what was erased is told after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

import msgspec

from shared.catalogue import Event
from shared.identity import Role
from shared.life import About, Changes, Circumstances, Command, Decided, Kind, State
from shared.words import Text

BACKUPS_READABLE = timedelta(days=35)
"""How long a backup's keys are kept: what was erased after it was taken can be read from it until then."""

Executed = TypeVar("Executed", bound=Event)
Marks = Callable[[State | None, "BeginDisposal"], Event | None]
"""(a case as it stands here, the disposal) → what is then true of the case, where it has a place for it."""


class Status(StrEnum):
    BEGUN = "begun"  # the service itself: erase
    EXECUTED = "executed"  # nobody


class Disposal(State, frozen=True, kw_only=True):
    cases: tuple[UUID, ...]
    number: str
    clear: bool


class BeginDisposal(Command, frozen=True, kw_only=True):
    cases: tuple[UUID, ...]
    number: str
    clear: bool


class RecordDisposal(Command, frozen=True, kw_only=True):
    """What was erased, counted."""

    keys: int
    items: int
    clear_words: int
    backups_until: date

    def told(self, event: type[Executed], cases: tuple[UUID, ...], number: str) -> Executed:
        counted = {name: getattr(self, name) for name in ("keys", "items", "clear_words", "backups_until")}
        return event(cases=cases, number=number, **counted)


MOVES: Mapping[Any, Role | None] = {Status.BEGUN: Role.FUND, Status.EXECUTED: None}
LABELS: Mapping[Any, Text] = {
    Status.BEGUN: Text("Beslutad, raderas nu", "Decided, being erased"),
    Status.EXECUTED: Text("Utförd", "Carried out"),
}


def nothing_marked(*_: object) -> Event | None:
    return None


def disposal_kind(begun: type[Any], executed: type[Any], marks: Marks = nothing_marked) -> Kind:
    """The kind, for a service that tells these two facts of it."""

    def decide(disposal: Disposal | None, command: Command, here: Circumstances) -> Decided:
        if isinstance(command, BeginDisposal):
            return [] if disposal else [_begun(command), *_marked(command, here)]
        if isinstance(command, RecordDisposal):
            waits = disposal is not None and disposal.status is Status.BEGUN
            return [command.told(executed, disposal.cases, disposal.number)] if disposal and waits else []
        raise LookupError(type(command).__name__)

    def _begun(command: BeginDisposal) -> Event:
        event: Event = begun(cases=command.cases, number=command.number, clear=command.clear)
        return event

    def _marked(command: BeginDisposal, here: Circumstances) -> Iterable[About]:
        for case in command.cases:
            if (event := marks(here.also.get(case), command)) is not None:
                yield About(case, event)

    def evolve(_: Disposal | None, event: Any) -> Changes:
        if isinstance(event, begun):
            return {"cases": event.cases, "number": event.number, "clear": event.clear}
        return {}

    return Kind(
        name="disposal",
        state=Disposal,
        life={(None, begun): Status.BEGUN, (Status.BEGUN, executed): Status.EXECUTED},
        evolve=evolve,
        decide=decide,
        commands=(BeginDisposal, RecordDisposal),
        moves=MOVES,
        labels=LABELS,
        table="disposal",
        columns={"number": "text", "clear": "boolean", "cases": "jsonb"},
        row=lambda disposal: {
            "number": disposal.number,
            "clear": disposal.clear,
            "cases": msgspec.json.encode(disposal.cases).decode(),
        },
        needs=lambda _, command: command.cases if isinstance(command, BeginDisposal) else (),
    )
