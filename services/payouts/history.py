"""What was done with a subject, by whom and when: read from the journal, where it stands for good."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

STEPS_MAX = 500
STEPS = """
select subject_id, type, recorded_at as at, (event ->> 'authid')::uuid as by
from journal where subject_id = any($1) order by position limit $2
"""


class Step(msgspec.Struct, frozen=True):
    """`type` is the event's. `by_you` saves whoever reads from looking for themselves."""

    type: str
    at: datetime
    by: UUID
    by_you: bool


async def steps(pool: Any, subjects: Iterable[UUID], reader: UUID) -> dict[UUID, list[Step]]:
    """In order, by subject."""
    found: dict[UUID, list[Step]] = {subject: [] for subject in subjects}
    for row in await pool.fetch(STEPS, list(found), STEPS_MAX):
        found[row["subject_id"]].append(Step(row["type"], row["at"], row["by"], row["by"] == reader))
    return found
