"""Reading subjects: the fold of their events, with what was folded before kept, because a journal only ever grows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from shared.catalogue import Event
from shared.envelope import event_of, unseal
from shared.gather import Gatherer
from shared.life import Command, Kind, State

KEPT_MAX = 20_000
"""Folded subjects kept in memory, the least used dropped first."""

TOGETHER_MAX = 64
"""Subjects that are read together: what one page asks of a service, or several pages at once."""

LOAD = """
select now.at, now.head, fact.subject_id, fact.event
from (select clock_timestamp() as at, position as head from head) as now
left join (
    select want.id as subject_id, later.version, later.event
    from unnest($1::uuid[], $2::integer[]) as want (id, seen)
    cross join lateral (
        select journal.version, journal.event::text as event from journal
        where journal.subject_id = want.id and journal.version > want.seen
        offset 0
    ) as later
) as fact on true
order by fact.subject_id, fact.version
"""
"""`offset 0` keeps the planner to one look in the index per subject: before its first statistics it would read the
whole journal."""

MOVED = """
select exists (
    select from unnest($1::uuid[], $2::integer[]) as seen (id, version)
    join journal on journal.subject_id = seen.id and journal.version > seen.version
)
"""


THEN = """
select subject_id, event::text as event from journal where subject_id = any($1) order by subject_id, version
"""


class Look(msgspec.Struct, frozen=True):
    """What one statement saw: the database's clock, the journal's head, and the wanted subjects that exist."""

    at: datetime
    head: int
    states: dict[UUID, State]


class Seen(msgspec.Struct, frozen=True):
    """One subject as it stands, None where there is none, and the database's clock when that was."""

    state: State | None
    at: datetime


DATABASE_FAILS = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


class LifeBook:
    """Knows a service's kinds of subject and reads them as they stand."""

    def __init__(self, kinds: Iterable[Kind]) -> None:
        self.kinds = tuple(kinds)
        self._by_event: dict[type[Any], Kind] = {event: kind for kind in self.kinds for event in kind.events}
        self._by_state: dict[type[Any], Kind] = {kind.state: kind for kind in self.kinds}
        self._by_command: dict[type[Any], Kind] = {command: kind for kind in self.kinds for command in kind.commands}
        self._kept: OrderedDict[UUID, State] = OrderedDict()
        self._reading: dict[Any, Gatherer[UUID, Seen]] = {}

    def kind_of(self, thing: State | Event | Command) -> Kind:
        for table in (self._by_state, self._by_event, self._by_command):
            if kind := table.get(type(thing)):
                return kind
        raise LookupError(f"No kind of subject here has {type(thing).__name__}.")

    def follow(self, state: State | None, event: Event, subject: UUID) -> State:
        return self._by_event[type(event)].follow(state, event, subject)

    async def load(self, connection: Any, wanted: Iterable[UUID]) -> tuple[datetime, dict[UUID, State]]:
        """The database's clock, and each wanted subject that exists, as it stands. One statement."""
        look = await self.look(connection, wanted)
        return look.at, look.states

    async def look(self, connection: Any, wanted: Iterable[UUID]) -> Look:
        """Each wanted subject that exists, as it stands, and when that was. One statement.

        Nothing is remembered here: the transaction may have written what it reads. `keep` is for after the commit.
        """
        ids = sorted(set(wanted))
        states = {subject: self._kept[subject] for subject in ids if subject in self._kept}
        seen = [states[subject].version if subject in states else 0 for subject in ids]
        rows = await connection.fetch(LOAD, ids, seen)
        for row in rows:
            if (subject := row["subject_id"]) is not None:
                states[subject] = self.follow(states.get(subject), event_of(unseal(row["event"])), subject)
        return Look(rows[0]["at"], rows[0]["head"], states)

    @staticmethod
    async def moved(connection: Any, seen: Mapping[UUID, int]) -> bool:
        """Whether any of these subjects has come further than the version that was seen; 0 where it was not there."""
        return bool(await connection.fetchval(MOVED, list(seen), list(seen.values())))

    def keep(self, states: Iterable[State]) -> None:
        """Remembers committed states; never what a transaction has not committed yet."""
        for state in states:
            self._kept[state.id] = state
            self._kept.move_to_end(state.id)
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)

    async def read(self, pool: Any, subject: UUID) -> State | None:
        """One subject as it stands, for reading."""
        return (await self.see(pool, subject)).state

    async def see(self, pool: Any, subject: UUID) -> Seen:
        """As `read`, with the clock. What is asked for at the same moment is read in one statement, which begins when
        all of it has been asked for."""
        if pool not in self._reading:
            self._reading[pool] = Gatherer(lambda wanted: self._see_together(pool, wanted), TOGETHER_MAX)
        return await self._reading[pool].add(subject)

    async def _see_together(self, pool: Any, wanted: Sequence[UUID]) -> Sequence[Seen | Exception]:
        """Where a subject's own facts cannot be read, only those who want that one are told so."""
        try:
            look = await self.look(pool, wanted)
        except DATABASE_FAILS:
            raise
        except Exception as error:  # noqa: BLE001 - handed to whoever wants the subject it is about
            if len(wanted) == 1:
                return [error]
            return [(await self._see_together(pool, [subject]))[0] for subject in wanted]
        self.keep(look.states.values())
        return [Seen(look.states.get(subject), look.at) for subject in wanted]

    async def read_then(self, connection: Any, wanted: Iterable[UUID], moment: datetime) -> dict[UUID, State]:
        """Each wanted subject as it stood at the moment: folded from what it had been told by then, and no more."""
        states: dict[UUID, State] = {}
        later: set[UUID] = set()
        for row in await connection.fetch(THEN, sorted(set(wanted))):
            subject, envelope = row["subject_id"], unseal(row["event"])
            if subject in later or datetime.fromisoformat(envelope.time) > moment:
                later.add(subject)
            else:
                states[subject] = self.follow(states.get(subject), event_of(envelope), subject)
        return states

    def peek(self, subject: UUID) -> State | None:
        """The subject as this process last knew it, without asking the database."""
        return self._kept.get(subject)
