"""The desk: the one path from a command to the journal, for people and for reactions alike.

authorise → load and fold → decide → project into views → append → commit. Because `decide` is pure, commands that
arrive together are decided in memory and share one commit: each on the state the one before left, each with its own
answer. Locks are taken in one order: rows by id, shared numbers, the head; none after the head.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import structlog

from shared import requests, store, tallies, views
from shared.database import ACQUIRE_TIMEOUT_S
from shared.docket import Clear, Docket, Ticket, write_clear
from shared.gather import Gatherer
from shared.identity import Role
from shared.journal import Fact, append, head
from shared.life import Answer, Command, Kind, State
from shared.life_book import LifeBook
from shared.policy import Policy
from shared.refused import Refused, Stale, Unknown

BATCH_MAX = 64
TRIES_MAX = 5
"""How often a command that was overtaken by another process is decided anew before the person is told."""

OUT_OF_REACH = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    OSError,
    TimeoutError,
)
"""The database did not answer, perhaps not even about a commit: nothing is tried again here, only by who holds the
key."""

log = structlog.get_logger()


class Standstill(Exception):
    """Nothing may be written: the journal is shorter than what has been told of it, and has to be recovered first."""


class Overtaken(Exception):
    """Another process committed first; what was decided here stands on an old state."""


class NotRead(Exception):
    """An earlier command of the batch changed what this one has to look at; by itself it will have been read."""


class Receipt(msgspec.Struct, frozen=True):
    """The answer to a command. `position` is how far the journal came with it: None where nothing was written.

    `come_to` is how far the journal had come when it was given: at least as far as what the answer is about, also where
    that was written before, as when a request is repeated. `state` is the subject as it stood then, if it is there.
    """

    answer: Answer
    position: int | None
    come_to: int
    state: State | None


@dataclass
class Draft:
    """What one batch is about to write, still in memory.

    `beside` are the versions of what rules look at without changing it, and `head` the journal's at that time.
    """

    states: dict[UUID, State]
    tallies: tallies.Tallies
    head: int
    beside: dict[UUID, int]
    changed: dict[UUID, State] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    sealed: list[store.Sealed] = field(default_factory=list)
    clear: list[Clear] = field(default_factory=list)
    requests: list[requests.Kept] = field(default_factory=list)

    def state(self, subject: UUID) -> State | None:
        return self.states.get(subject)

    def lacks(self, needed: Iterable[UUID]) -> bool:
        return any(other not in self.states and other not in self.beside for other in needed)

    def take(self, docket: Docket, ticket: Ticket) -> None:
        """The command stands: what it decided joins the batch."""
        self.states.update(docket.changed)
        self.changed.update(docket.changed)
        self.facts += docket.facts
        self.tallies = docket.tallies
        if docket.facts:
            self.sealed += ticket.sealed
            self.clear += ticket.clear


class Desk:
    """`committed` is called after each commit that wrote something: it wakes the relay."""

    def __init__(
        self, service: str, pool: asyncpg.Pool, book: LifeBook, policy: Policy, committed: Callable[[], None]
    ) -> None:
        self.book = book
        self.policy = policy
        self.turn = asyncio.Lock()
        """One writer at a time in this process: two would only overtake each other. Processes meet on the rows."""
        self.may_write: Callable[[], bool] = lambda: True
        self._service = service
        self._pool = pool
        self._committed = committed
        self._gathered: Gatherer[Ticket, Receipt] = Gatherer(self._together, BATCH_MAX)

    async def do(self, ticket: Ticket) -> Receipt:
        """Does what the ticket asks, in a commit shared with others. Raises Refused."""
        self.policy.knock(ticket.operation, ticket.actor)
        return await self._gathered.add(ticket)

    async def settled(self) -> None:
        await self._gathered.settled()

    async def react(self, connection: Any, tickets: Sequence[Ticket]) -> list[State]:
        """What another service's event leads to, in the reader's own transaction. Raises Refused and Overtaken.

        Returns the states it read and changed, for the caller to hand to `kept` once it has committed.
        """
        draft, answers = await self._decide_all(connection, tickets)
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        await self._write(connection, draft)
        return list(draft.states.values())

    def kept(self, states: Iterable[State]) -> None:
        """A reader's transaction is committed: its states may be remembered, its facts relayed."""
        self.book.keep(states)
        self._committed()

    async def _together(self, tickets: Sequence[Ticket]) -> list[Receipt | Exception]:
        try:
            return await self._commit(tickets)
        except (*OUT_OF_REACH, Standstill):
            raise
        except Exception as error:  # noqa: BLE001 - one of them broke it: rolled back, so each may be decided anew by itself
            log.info("batch.one_by_one", service=self._service, size=len(tickets), why=type(error).__name__)
        return [await self._alone(ticket) for ticket in tickets]

    async def _alone(self, ticket: Ticket) -> Receipt | Exception:
        for _ in range(TRIES_MAX):
            try:
                return (await self._commit([ticket]))[0]
            except (Overtaken, asyncpg.UniqueViolationError, asyncpg.TransactionRollbackError):
                continue
            except Exception as error:  # noqa: BLE001 - one ticket's failure is its own answer
                return error
        return Stale()

    async def _commit(self, tickets: Sequence[Ticket]) -> list[Receipt | Exception]:
        async with self.turn, self._pool.acquire(timeout=ACQUIRE_TIMEOUT_S) as connection:
            async with connection.transaction():
                draft, answers = await self._decide_all(connection, tickets)
                position = await self._write(connection, draft)
                come_to = await head(connection) if position is None else position
        self.kept(draft.states.values())
        return [
            Receipt(answer, position, come_to, draft.state(ticket.command.subject))
            if isinstance(answer, Answer)
            else answer
            for ticket, answer in zip(tickets, answers, strict=True)
        ]

    async def _decide_all(self, connection: Any, tickets: Sequence[Ticket]) -> tuple[Draft, list[Answer | Exception]]:
        if not self.may_write():
            raise Standstill(self._service)
        earlier = await requests.earlier(connection, tickets)
        at, draft = await self._read(connection, tickets)
        answers: list[Answer | Exception] = []
        for ticket in tickets:
            try:
                answers.append(earlier.answer(ticket) or self._decide(ticket, draft, at, earlier))
            except Refused as refused:
                answers.append(refused)
        return draft, answers

    async def _read(self, connection: Any, tickets: Sequence[Ticket]) -> tuple[datetime, Draft]:
        """The commands' subjects, then what their rules look at beside them, then the shared numbers."""
        pairs = [(self.book.kind_of(ticket.command), ticket.command) for ticket in tickets]
        foreseen = {other for kind, command in pairs for other in kind.needs(self._known(kind, command), command)}
        look = await self.book.look(connection, foreseen | {command.subject for _, command in pairs})
        states = look.states

        def own(kind: Kind, command: Command) -> State | None:
            """The command's subject: none where the id belongs to a subject of another kind."""
            state = states.get(command.subject)
            return state if isinstance(state, kind.state) else None

        beside = {other for kind, command in pairs for other in kind.needs(own(kind, command), command)}
        if unread := beside - states.keys():
            states |= (await self.book.load(connection, unread))[1]
        keys = {key for kind, command in pairs for key in kind.tallies(own(kind, command), command, states)}
        seen = {other: states[other].version if other in states else 0 for other in beside}
        return look.at, Draft(states, await tallies.load(connection, keys), look.head, seen)

    def _known(self, kind: Kind, command: Command) -> State | None:
        """The command's subject as this process last knew it: enough to foresee, most often, what is to be read."""
        state = self.book.peek(command.subject)
        return state if isinstance(state, kind.state) else None

    def _decide(self, ticket: Ticket, draft: Draft, at: datetime, earlier: requests.Earlier) -> Answer:
        kind = self.book.kind_of(ticket.command)
        state = draft.state(ticket.command.subject)
        if state is not None and not isinstance(state, kind.state):
            raise Unknown
        if ticket.command.subject in draft.changed and draft.lacks(kind.needs(state, ticket.command)):
            raise NotRead
        self.policy.enter(ticket.operation, ticket.actor, kind.association(state, ticket.command))
        ticket.refuse_if(state, kind)
        docket = Docket(self.book, draft.states, draft.tallies, ticket, at)
        docket.decide(kind, state)
        draft.take(docket, ticket)
        after = draft.state(ticket.command.subject)
        if after is None:
            return _nothing_there(kind, ticket)
        answer = kind.answer(after)
        if docket.facts and ticket.request is not None:
            kept = requests.Kept(ticket.actor.id, ticket.request, answer)
            draft.requests.append(kept)
            earlier.add(kept)
        return answer

    async def _write(self, connection: Any, draft: Draft) -> int | None:
        if not draft.facts:
            return None
        await views.write(connection, self.book, draft.changed.values())
        if draft.sealed:
            await store.write(connection, draft.sealed)
        if draft.clear:
            await write_clear(connection, draft.clear)
        if draft.requests:
            await requests.keep(connection, draft.requests)
        if not await tallies.write(connection, draft.tallies):
            raise Overtaken("a shared number moved")
        position = await append(connection, draft.facts)
        await self._refuse_overtaken(connection, draft, position - len(draft.facts))
        return position

    async def _refuse_overtaken(self, connection: Any, draft: Draft, head: int) -> None:
        """What changed is guarded by its version; what was only looked at is looked at again, now that nobody else can
        commit, if anybody has since. Raises Overtaken."""
        seen = {other: version for other, version in draft.beside.items() if other not in draft.changed}
        if seen and head != draft.head and await self.book.moved(connection, seen):
            raise Overtaken("something that was looked at changed meanwhile")


def _nothing_there(kind: Kind, ticket: Ticket) -> Answer:
    """What the fund hears may concern nothing here, and that is no failure. For a person, there is nothing there."""
    if ticket.actor.holds(Role.FUND):
        return Answer(ticket.command.subject, 0, "")
    raise kind.not_now(None)
