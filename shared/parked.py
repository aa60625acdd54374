"""Parked events: those a service could not take, and everything later about the same subjects, in order of arrival.

An operator looks, mends the cause and releases; release takes them in the order they came. Nothing is ever dropped.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from shared.envelope import Envelope, concerns, unseal

if TYPE_CHECKING:
    from shared.reader import Take

LISTED_MAX = 500
ERROR_MAX = 500


UNREADABLE = UUID(int=0)
"""What a message is filed under that nobody can read: it has to be found, listed and released by something."""

UNREADABLE_BECAUSE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)

FIRST = """
select arrival, source, position, subjects, event from parked
where subjects && $1 and arrival <= $2 order by arrival limit 1 for update
"""
LAST = 2**63 - 1


class Waiting(Exception):
    """Something in the batch is about a subject with parked events: it has to wait behind them."""


class Entry:
    """One message of a stream: its number, its exact text, and what can be read of it."""

    __slots__ = ("_envelope", "position", "source", "text")

    def __init__(self, source: str, position: int, text: bytes) -> None:
        self.source = source
        self.position = position
        self.text = text
        self._envelope: Envelope | None = None

    @property
    def envelope(self) -> Envelope:
        """Raises msgspec.MsgspecError where the text is no envelope."""
        if self._envelope is None:
            self._envelope = unseal(self.text)
        return self._envelope

    def subjects(self) -> list[UUID]:
        """Everything it is about; UNREADABLE, where it cannot be read at all."""
        try:
            return sorted(concerns(self.envelope))
        except UNREADABLE_BECAUSE:
            return [UNREADABLE]


class Parked(msgspec.Struct, frozen=True):
    """One parked event as the operator sees it. `error` is None for those that only wait behind another."""

    source: str
    position: int
    subjects: tuple[UUID, ...]
    error: str | None
    parked_at: str


async def any_about(connection: Any, entries: Sequence[Entry]) -> bool:
    """Whether anything parked is about the same subjects."""
    subjects = sorted({subject for entry in entries for subject in entry.subjects()})
    return bool(await connection.fetchval("select exists (select from parked where subjects && $1)", subjects))


async def park(connection: Any, entry: Entry, failure: Exception | None) -> None:
    await connection.execute(
        "insert into parked (source, position, subjects, event, error) values ($1, $2, $3, $4, $5)",
        entry.source,
        entry.position,
        entry.subjects(),
        bytes(entry.text),
        None if failure is None else _words(failure),
    )


def _words(failure: Exception) -> str:
    """What went wrong, as text that a database takes: it may quote what came."""
    words = f"{type(failure).__name__}: {failure}"[:ERROR_MAX]
    return words.encode("utf-8", "backslashreplace").decode().replace("\x00", "\\x00")


async def listed(connection: Any) -> list[Parked]:
    rows = await connection.fetch(
        "select source, position, subjects, error, parked_at from parked order by arrival limit $1", LISTED_MAX
    )
    return [
        Parked(row["source"], row["position"], tuple(row["subjects"]), row["error"], row["parked_at"].isoformat())
        for row in rows
    ]


async def count(connection: Any) -> int:
    return int(await connection.fetchval("select count(*) from parked"))


async def release(pool: Any, take: Take, subject: UUID) -> int:
    """Takes what is parked about the subject, in order of arrival, each in a transaction of its own. Returns how many.

    What came earlier about any of an event's other subjects is taken before it. Raises what the first failure was; that
    one and those after it stay parked.
    """
    released = 0
    while True:
        async with pool.acquire() as connection:
            async with connection.transaction():
                row = await _next(connection, subject)
                if row is None:
                    return released
                await connection.execute("delete from parked where arrival = $1", row["arrival"])
                entry = Entry(row["source"], row["position"], row["event"])
                applied = await take.apply(connection, [entry])
        take.committed(applied)
        released += 1


async def _next(connection: Any, subject: UUID) -> Any:
    """The first that waits about the subject, or whichever it in turn has to wait for; None where there is none."""
    found, row = None, await connection.fetchrow(FIRST, [subject], LAST)
    while row is not None and (found is None or row["arrival"] != found["arrival"]):
        found, row = row, await connection.fetchrow(FIRST, row["subjects"], row["arrival"])
    return found
