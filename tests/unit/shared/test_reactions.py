"""Reactions: what another service told becomes commands by the fund itself, with the reason kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
import pytest

from shared.catalogue.web import AccountOpened, RoleGranted
from shared.docket import Ticket
from shared.envelope import Because, seal
from shared.identity import FUND, Actor, Post, Role
from shared.life import Command
from shared.parked import Entry
from shared.reactions import Reactions

PERSON, SUBJECT = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Greet(Command, frozen=True, kw_only=True):
    demo: bool


class Desk:
    """Notes what is put on it."""

    def __init__(self) -> None:
        self.tickets: list[Ticket] = []
        self.kept_states: list[Any] = []

    async def react(self, connection: Any, tickets: Sequence[Ticket]) -> list[Any]:
        self.tickets += tickets
        return ["state"] * len(tickets)

    def kept(self, states: Any) -> None:
        self.kept_states += states


def entry(event: Any, position: int = 1) -> Entry:
    because = Because(correlation="a request", traceparent="00-trace")
    officer = Actor(PERSON, (Post(Role.OFFICER),))
    return Entry("web", position, seal(event, SUBJECT, position, NOON, officer, because).encode())


def greet(event: AccountOpened, subject: UUID) -> list[Command]:
    return [Greet(subject=subject, demo=event.demo), Greet(subject=PERSON, demo=event.demo)]


def reactions() -> tuple[Desk, Reactions]:
    desk = Desk()
    return desk, Reactions(desk, {AccountOpened: greet})  # type: ignore[arg-type]


async def test_an_event_becomes_commands_by_the_fund_itself_with_the_event_as_their_cause() -> None:
    desk, taking = reactions()

    await taking.apply(None, [entry(AccountOpened(demo=True))])

    assert [ticket.command for ticket in desk.tickets] == [
        Greet(subject=SUBJECT, demo=True),
        Greet(subject=PERSON, demo=True),
    ]
    ticket = desk.tickets[0]
    assert (ticket.actor, ticket.operation) == (FUND, "react")
    assert ticket.because == Because(correlation="a request", causation=f"{SUBJECT}-1", traceparent="00-trace")


async def test_what_the_service_has_no_reaction_to_is_passed_by() -> None:
    desk, taking = reactions()
    newer = Entry("web", 2, entry(AccountOpened()).text.replace(b"account.opened", b"account.renamed"))

    applied = await taking.apply(None, [entry(RoleGranted(role=Role.OFFICER, granted_by=PERSON)), newer])
    taking.committed(applied)

    assert (applied, desk.tickets, desk.kept_states) == ([], [], [])


async def test_an_event_that_does_not_fit_its_type_is_a_failure_of_that_event() -> None:
    _, taking = reactions()
    wrong = Entry("web", 1, entry(AccountOpened(demo=True)).text.replace(b"true", b'"yes"'))

    with pytest.raises(msgspec.ValidationError):
        await taking.apply(None, [wrong])


async def test_states_are_remembered_only_once_they_are_committed() -> None:
    desk, taking = reactions()
    applied = await taking.apply(None, [entry(AccountOpened())])
    assert desk.kept_states == []

    taking.committed(applied)

    assert desk.kept_states == ["state", "state"]
