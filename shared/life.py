"""State machines as data: what a subject is, what may happen to it when, and who has the next move.

`LIFE` maps (status, event) to the next status; `None` stands for "not there yet". `decide` knows only the rules of
judgement, `evolve` only which fields an event changes: status and version are moved here, so no rule ever asks `if
status == …`. What may be done now is read from the same table: `shared.offers` says for whom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from shared.catalogue import Event
from shared.clock import by_the_programme
from shared.identity import Actor, Role
from shared.refused import NotNow
from shared.words import Text

Life = Mapping[Any, StrEnum]
"""(status or None, event) → status. Each kind has statuses of its own, which no one key type can say."""


Offers = Mapping[str, type[Event] | tuple[type[Event], ...]]
"""Operation → the event it first leads to here, or the events it may lead to."""


class State(msgspec.Struct, frozen=True, kw_only=True):
    """A subject as it stands: the fold of its events."""

    id: UUID
    version: int
    status: StrEnum


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What someone wants done with one subject."""

    subject: UUID


class Tally(msgspec.Struct, frozen=True):
    """A number that many subjects share and none may overrun: a call's granted sum, the last registration number."""

    value: int
    ceiling: int | None = None

    @property
    def left(self) -> int:
        return (self.ceiling if self.ceiling is not None else 2**62) - self.value


class Mark(msgspec.Struct, frozen=True):
    """What one event does to a tally. `ceiling` sets it, where the event is the one that sets it."""

    key: str
    add: int = 0
    ceiling: int | None = None


@dataclass(frozen=True)
class Circumstances:
    """All that `decide` may look at beside the subject itself: who, when, the other subjects and tallies it asked for.

    `at` is the database's clock and `received_at` the request's first byte, both in real time: a rule asks for
    `now(offset_s)` of its programme.
    """

    actor: Actor
    at: datetime
    received_at: datetime
    also: Mapping[UUID, State] = field(default_factory=dict)
    tallies: Mapping[str, Tally] = field(default_factory=dict)

    def now(self, offset_s: int) -> datetime:
        return by_the_programme(self.at, offset_s)

    def received(self, offset_s: int) -> datetime:
        return by_the_programme(self.received_at, offset_s)

    def tally(self, key: str) -> Tally:
        return self.tallies.get(key, Tally(0))


class About(msgspec.Struct, frozen=True):
    """An event on another subject than the command's, decided in the same breath."""

    subject: UUID
    event: Event


Decided = Sequence[Event | About]
Changes = dict[str, Any]


def nothing_else(*_: object) -> Iterable[Any]:
    return ()


def nobodys(*_: object) -> UUID | None:
    return None


def no_facts(_: object) -> Mapping[str, object]:
    return {}


def to_anybody(*_: object) -> bool:
    return True


class Answer(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a command is answered with: the subject as it now stands, and who has the next move."""

    id: UUID
    version: int
    status: str
    next: Role | None = None
    facts: Mapping[str, object] = {}


@dataclass(frozen=True)
class Kind:
    """One kind of subject. All of it is data or a pure function.

    `needs(state, command)` names the other subjects `decide` looks at, and `tallies(state, command, subjects)` the
    shared numbers; `marks(state, event)` is what an event does to those, `state` being the subject after it.
    `row(state)` is the state written down for lists: column → value, and `columns` their types. `barred(state)` are
    the people for whom the subject does not exist (conflict of interest). `association(state, command)` says whose it
    is; `facts(state)` what an answer adds. `offers` are the operations that go on with the subject, and
    `offers_to(state, actor, operation)` says whether a rule about the person, or about what is done already, would
    refuse one that its life has a place for.
    """

    name: str
    state: type[State]
    life: Life
    evolve: Callable[[Any, Any], Changes]
    decide: Callable[[Any, Any, Circumstances], Decided]
    commands: tuple[type[Command], ...]
    moves: Mapping[Any, Role | None]
    labels: Mapping[Any, Text]
    table: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    row: Callable[[Any], Mapping[str, object]] | None = None
    needs: Callable[[Any, Any], Iterable[UUID]] = nothing_else
    tallies: Callable[[Any, Any, Mapping[UUID, State]], Iterable[str]] = nothing_else
    marks: Callable[[Any, Any], Iterable[Mark]] = nothing_else
    barred: Callable[[Any], Iterable[UUID]] = nothing_else
    association: Callable[[Any, Any], UUID | None] = nobodys
    facts: Callable[[Any], Mapping[str, object]] = no_facts
    offers: Offers = field(default_factory=dict)
    offers_to: Callable[[Any, Actor, str], bool] = to_anybody

    @property
    def events(self) -> frozenset[type[Event]]:
        return frozenset(event for _, event in self.life)

    def follow(self, state: State | None, event: Event, subject: UUID) -> State:
        """The state after the event. Raises NotNow where the life has no place for it."""
        status = self.life.get((state.status if state else None, type(event)))
        if status is None:
            raise self.not_now(state)
        changes = self.evolve(state, event)
        if state is None:
            return self.state(id=subject, version=1, status=status, **changes)
        return msgspec.structs.replace(state, version=state.version + 1, status=status, **changes)

    def not_now(self, state: State | None) -> NotNow:
        if state is None:
            return NotNow("Det finns inget att göra det med ännu.", "There is nothing to do that with yet.")
        label = self.labels[state.status]
        return NotNow(
            f"Det går inte i det här läget: {label.sv}.",
            f"That cannot be done at this stage: {label.en}.",
        )

    def answer(self, state: State) -> Answer:
        return Answer(state.id, state.version, state.status, self.moves.get(state.status), self.facts(state))

    def possible(self, status: StrEnum | None) -> frozenset[type[Event]]:
        """The events that have a place in this status."""
        return frozenset(event for at, event in self.life if at == status)

    def offered(self, state: State) -> frozenset[str]:
        """The operations that the subject's life has a place for as it stands, whoever may do them."""
        now = self.possible(state.status)
        return frozenset(operation for operation, events in self.offers.items() if not now.isdisjoint(several(events)))


def several(events: type[Event] | tuple[type[Event], ...]) -> tuple[type[Event], ...]:
    """The events of an offer, one or more."""
    return events if isinstance(events, tuple) else (events,)
