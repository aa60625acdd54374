"""The whole register counted case by case: what the counts that are kept must come to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.review.views import SETTLED_ELSEWHERE, UNHEARD

PLAINLY = f"""
select status, count(*) as count, count(*) filter (where {UNHEARD}) as unheard,
    count(*) filter (where {SETTLED_ELSEWHERE}) as settled
from reviewed_case
where coalesce(interests ->> $1, '') <= '' and number <> '' and ($2::uuid[] is null or call = any($2))
group by status
"""


async def counted(pool: Any, sql: str, person: UUID, calls: Sequence[UUID] | None = None) -> set[tuple[object, ...]]:
    """By status: (status, how many, unheard, settled), without what bars the person."""
    return {tuple(row) for row in await pool.fetch(sql, str(person), calls)}
