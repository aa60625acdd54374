"""Taking a letter to work on it, for a minute: two processes that look at the same time do not take the same one.

Whoever crashes holds it no longer than that. Whatever goes wrong, the letter's own facts decide what is done with it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from shared.office import Office

HELD_S = 60

TAKE = """
insert into letter_taken (letter, until) values ($1, clock_timestamp() + $2 * interval '1 second')
on conflict (letter) do update set until = excluded.until where letter_taken.until < clock_timestamp()
returning letter
"""


@asynccontextmanager
async def taken(office: Office, letter: UUID) -> AsyncIterator[bool]:
    """Whether it could be taken. Given back when done; after a failure it rests until its time is over."""
    pool: Any = office.worker_pool
    is_ours = await pool.fetchval(TAKE, letter, HELD_S) is not None
    yield is_ours
    if is_ours:
        await pool.execute("delete from letter_taken where letter = $1", letter)
