"""The population: every fact of a fund in the order of time, and what each case is made of. Read from the trail, never
from what a service says of itself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar
from uuid import UUID

import msgspec

from shared.catalogue import CATALOGUE, Event, applications, payouts, web
from shared.programme import ProgrammeRules

Kind = TypeVar("Kind", bound=Event)


class Fact(msgspec.Struct, frozen=True):
    """An entry of the trail whose event is known. `actor` is who did it; `is_fund` where the fund did so itself."""

    source: str
    position: int
    at: datetime
    subject: UUID
    actor: UUID
    is_fund: bool
    event: Event
    concerned: frozenset[UUID]


class Case(msgspec.Struct, frozen=True):
    """One registered case, and every fact that concerns it, in the order of time."""

    id: UUID
    number: str
    registered: Fact
    facts: tuple[Fact, ...]

    @property
    def event(self) -> applications.CaseRegistered:
        assert isinstance(self.registered.event, applications.CaseRegistered)
        return self.registered.event

    def of(self, kind: type[Kind]) -> Iterator[tuple[Fact, Kind]]:
        """Its facts of one kind."""
        return of_kind(self.facts, kind)


class Population:
    """`facts` in any order; all of them, or those of one programme."""

    def __init__(self, facts: Iterable[Fact], programme: UUID | None = None) -> None:
        self.facts = sorted(facts, key=lambda fact: (fact.at, fact.source, fact.position))
        self.programme = programme

    @cached_property
    def cases(self) -> list[Case]:
        """In the order of their numbers."""
        found = [
            Case(fact.subject, event.number, fact, tuple(self._about[fact.subject]))
            for fact, event in self.of(applications.CaseRegistered)
            if self.programme in (None, event.programme)
        ]
        return sorted(found, key=lambda case: (case.event.series, case.event.year, case.event.running))

    @cached_property
    def _about(self) -> Mapping[UUID, list[Fact]]:
        about: dict[UUID, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            for subject in fact.concerned:
                about[subject].append(fact)
        return about

    @cached_property
    def rules(self) -> dict[UUID, ProgrammeRules]:
        """Of each programme, as it was first published."""
        published: dict[UUID, ProgrammeRules] = {}
        for fact, event in self.of(applications.ProgrammePublished):
            if self.programme in (None, fact.subject):
                published.setdefault(fact.subject, event.rules)
        return published

    @cached_property
    def _offsets(self) -> dict[UUID, int]:
        return {fact.subject: event.offset_s for fact, event in self.of(payouts.ClockFollowed)}

    def today(self, programme: UUID, now: datetime) -> datetime:
        """What the programme's clock shows: a practice programme's may be ahead."""
        return now + timedelta(seconds=self._offsets.get(programme, 0))

    def of(self, kind: type[Kind]) -> Iterator[tuple[Fact, Kind]]:
        return of_kind(self.facts, kind)

    def of_subject(self, kind: type[Kind], subject: UUID) -> list[tuple[Fact, Kind]]:
        about = self._about.get(subject, ())
        return [(fact, event) for fact, event in of_kind(about, kind) if fact.subject == subject]


def of_kind(facts: Iterable[Fact], kind: type[Kind]) -> Iterator[tuple[Fact, Kind]]:
    for fact in facts:
        if isinstance(fact.event, kind):
            yield fact, fact.event


READ = frozenset(key for key, event in CATALOGUE.items() if event.__module__ != web.__name__)
"""What the questions read: (source, type). Accounts are none of it."""
