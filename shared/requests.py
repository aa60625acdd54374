"""Answers kept for a retry: the same person with the same Idempotency-Key gets the first answer again, not a second
effect.

Written in the command's own transaction and kept 30 days. Refusals are not kept: they changed nothing.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from shared.docket import RequestKey, Ticket
from shared.life import Answer
from shared.refused import Refused

KEPT_DAYS = 30

EARLIER = """
select request.actor, request.key, request.route, request.body, request.answer
from request join unnest($1::uuid[], $2::uuid[]) as want (actor, key)
on request.actor = want.actor and request.key = want.key
"""
KEEP = """
insert into request (actor, key, route, body, answer)
select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bytea[], $5::text[])
"""
FORGET = "delete from request where at < clock_timestamp() - make_interval(days => $1)"


class Kept(msgspec.Struct, frozen=True):
    actor: UUID
    request: RequestKey
    answer: Answer


class KeyReused(Refused):
    """The key belongs to another request."""

    def __init__(self) -> None:
        super().__init__(
            "Nyckeln i Idempotency-Key har redan använts för något annat. Ta en ny.",
            "The Idempotency-Key has already been used for something else. Take a new one.",
        )


class Earlier:
    """What was answered before, in the database or in the batch at hand."""

    def __init__(self, kept: dict[tuple[UUID, UUID], Kept]) -> None:
        self._kept = kept

    def answer(self, ticket: Ticket) -> Answer | None:
        """The first answer, where the same was asked before. Raises KeyReused where something else was."""
        if ticket.request is None:
            return None
        kept = self._kept.get((ticket.actor.id, ticket.request.key))
        if kept is None:
            return None
        if kept.request.route != ticket.request.route or not hmac.compare_digest(
            kept.request.body, ticket.request.body
        ):
            raise KeyReused
        return kept.answer

    def add(self, kept: Kept) -> None:
        self._kept[kept.actor, kept.request.key] = kept


async def earlier(connection: Any, tickets: Sequence[Ticket]) -> Earlier:
    keyed = [(ticket.actor.id, ticket.request.key) for ticket in tickets if ticket.request is not None]
    if not keyed:
        return Earlier({})
    rows = await connection.fetch(EARLIER, [actor for actor, _ in keyed], [key for _, key in keyed])
    return Earlier(
        {
            (row["actor"], row["key"]): Kept(
                row["actor"],
                RequestKey(row["key"], row["route"], row["body"]),
                msgspec.json.decode(row["answer"], type=Answer),
            )
            for row in rows
        }
    )


async def keep(connection: Any, kept: Sequence[Kept]) -> None:
    await connection.execute(
        KEEP,
        [one.actor for one in kept],
        [one.request.key for one in kept],
        [one.request.route for one in kept],
        [one.request.body for one in kept],
        [msgspec.json.encode(one.answer).decode() for one in kept],
    )


async def forget_old(connection: Any) -> None:
    await connection.execute(FORGET, KEPT_DAYS)
