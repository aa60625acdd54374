"""Counting what one request asks of the databases: every statement of every pool, and nobody else's.

What the services' workers ask meanwhile is not counted: the count travels with the request's own task.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import asyncpg
import pytest

from infra.embedded import Addresses
from tests.service.house import TestedHouse

DRIVERS_OWN = ("set_config('jit'", "typeinfo_tree")
"""What the driver asks once per connection when it meets a type it does not know."""

_asked: ContextVar[list[tuple[str, str]] | None] = ContextVar("asked", default=None)


class Count:
    """(database, statement), in the order they were asked."""

    def __init__(self, asked: list[tuple[str, str]]) -> None:
        self.asked = asked

    @property
    def by_database(self) -> Counter[str]:
        return Counter(database for database, _ in self.asked)

    def __str__(self) -> str:
        return "\n".join(f"{database}: {' '.join(statement.split())}" for database, statement in self.asked)


@contextmanager
def counted() -> Iterator[Count]:
    """The count is whole once the loop has turned: `await settled()` before looking."""
    asked: list[tuple[str, str]] = []
    token = _asked.set(asked)
    try:
        yield Count(asked)
    finally:
        _asked.reset(token)


async def settled() -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def counting_house(addresses: Addresses) -> AsyncIterator[TestedHouse]:
    """A house that has just been opened, and remembers nothing yet: its first answers are the dearest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncpg, "create_pool", partial(asyncpg.create_pool, init=_listen))
        house = TestedHouse(addresses)
        await house.open()
    yield house
    await house.close()


async def _listen(connection: Any) -> None:
    connection.add_query_logger(_note)


def _note(record: Any) -> None:
    asked = _asked.get()
    if asked is not None and not any(words in record.query for words in DRIVERS_OWN):
        asked.append((record.conn_params.database, record.query))
