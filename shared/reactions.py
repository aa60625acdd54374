"""Reactions: what another service told becomes commands at this service's own desk, in the reader's transaction."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.catalogue import Event
from shared.desk import Desk
from shared.docket import Ticket
from shared.envelope import Because, Envelope, UnknownEvent, event_of
from shared.identity import FUND
from shared.life import Command, State
from shared.parked import Entry
from shared.service import Reaction

REACT = "react"
"""The operation under which the fund itself acts; every service's policy has a row for it."""


class Reactions:
    """The `Take` of a service that acts on what it hears."""

    def __init__(self, desk: Desk, table: Mapping[type[Event], Reaction]) -> None:
        self._desk = desk
        self._table = table

    def heeds(self, entry: Entry) -> bool:
        return bool(self._tickets(entry))

    async def apply(self, connection: Any, entries: Sequence[Entry]) -> list[State]:
        tickets = [ticket for entry in entries for ticket in self._tickets(entry)]
        if not tickets:
            return []
        return await self._desk.react(connection, tickets)

    def committed(self, applied: list[State]) -> None:
        if applied:
            self._desk.kept(applied)

    def _tickets(self, entry: Entry) -> list[Ticket]:
        envelope = entry.envelope
        try:
            event = event_of(envelope)
        except UnknownEvent:  # newer than this code: not for us
            return []
        because = Because(correlation=envelope.correlationid, causation=envelope.id, traceparent=envelope.traceparent)
        return [
            Ticket(operation=REACT, command=command, actor=FUND, because=because, started=time.monotonic())
            for command in self.commands(event, envelope)
        ]

    def commands(self, event: Event, envelope: Envelope) -> Iterable[Command]:
        """What the event leads to here. A service that has to know which message it was adds its own."""
        reaction = self._table.get(type(event))
        return () if reaction is None else reaction(event, envelope.subject)
