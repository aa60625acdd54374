"""One command at the desk: what came with it, and what deciding it adds, kept apart until it stands."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from shared.clock import received
from shared.envelope import Because, seal
from shared.identity import Actor
from shared.journal import Fact
from shared.life import About, Circumstances, Command, Kind, State
from shared.life_book import LifeBook
from shared.refused import Incomplete, Stale, Unknown
from shared.store import Sealed
from shared.tallies import Tallies


class Clear(msgspec.Struct, frozen=True):
    """One thing kept in the clear for lists and search, and erased with the content."""

    owner: UUID
    field: str
    text: str


class RequestKey(msgspec.Struct, frozen=True):
    """What identifies a request: the client's key, the route with its ids, and an HMAC of the body."""

    key: UUID
    route: str
    body: bytes


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A command and what came with it. `started` is the monotonic second of the request's first byte.

    `if_match` is the version the person saw; `must_match` says that a subject which exists may only be changed with
    one.
    """

    operation: str
    command: Command
    actor: Actor
    because: Because
    started: float
    if_match: int | None = None
    must_match: bool = False
    request: RequestKey | None = None
    sealed: Sequence[Sealed] = ()
    clear: Sequence[Clear] = ()

    def refuse_if(self, state: State | None, kind: Kind) -> None:
        """Raises Unknown for the barred, Incomplete without and Stale with another version than the subject's."""
        if state is None:
            return
        if self.actor.id in kind.barred(state):
            raise Unknown
        if self.if_match is None and self.must_match:
            raise Incomplete
        if self.if_match is not None and self.if_match != state.version:
            raise Stale


class Docket:
    """Decides one ticket on the subjects as the batch has left them, without touching what the batch holds."""

    def __init__(
        self, book: LifeBook, states: dict[UUID, State], tallies: Tallies, ticket: Ticket, at: datetime
    ) -> None:
        self.changed: dict[UUID, State] = {}
        self.facts: list[Fact] = []
        self.tallies = tallies.copy()
        self._states: ChainMap[UUID, State] = ChainMap(self.changed, states)
        self._book = book
        self._ticket = ticket
        self._at = at

    def decide(self, kind: Kind, state: State | None) -> None:
        """Raises Refused where the rules, or the subject's life, have no place for it."""
        command = self._ticket.command
        circumstances = Circumstances(
            actor=self._ticket.actor,
            at=self._at,
            received_at=received(self._at, self._ticket.started),
            also=self._states,
            tallies=self.tallies.seen,
        )
        for decided in kind.decide(state, command, circumstances):
            if isinstance(decided, About):
                self._record(decided.subject, decided.event)
            else:
                self._record(command.subject, decided)

    def _record(self, subject: UUID, event: Any) -> None:
        after = self._book.follow(self._states.get(subject), event, subject)
        self.changed[subject] = after
        for mark in self._book.kind_of(event).marks(after, event):
            self.tallies.mark(mark)
        text = seal(event, subject, after.version, self._at, self._ticket.actor, self._ticket.because)
        self.facts.append(Fact(subject, after.version, event.type, text))


async def write_clear(connection: Any, clear: Sequence[Clear]) -> None:
    await connection.execute(
        "insert into clear (owner, field, text) select * from unnest($1::uuid[], $2::text[], $3::text[])"
        " on conflict (owner, field) do update set text = excluded.text",
        [one.owner for one in clear],
        [one.field for one in clear],
        [one.text for one in clear],
    )
