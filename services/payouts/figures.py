"""How the money stands: counted and summed by status, in one statement, without cases the reader is barred from."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from services.payouts.views import NOT_BARRED, TO_BE_PAID

FIGURES = f"""
select 'payments' as of, status, count(*) as count, sum(amount_ore)::bigint as sum_ore from payment
where {NOT_BARRED.format(case="payment.case_id")} group by status
union all
select 'recoveries', status, count(*), sum(amount_ore)::bigint from recovery
where {NOT_BARRED.format(case="recovery.case_id")} group by status
union all
select 'grants', status, count(*), sum(granted_ore)::bigint from grants
where number <> '' and not barred ? $1 group by status
union all
select 'payees', status, count(*), 0 from payee where {TO_BE_PAID} group by status
"""  # noqa: S608 - the condition is ours


class Figure(msgspec.Struct, frozen=True):
    status: str
    count: int
    sum_ore: int


class Figures(msgspec.Struct, frozen=True):
    """Accounts (`payees`) are those that money is to go to, and have no sum. A status nothing stands in is left out."""

    payments: list[Figure]
    recoveries: list[Figure]
    grants: list[Figure]
    payees: list[Figure]


async def figures(pool: Any, reader: UUID) -> Figures:
    found: dict[str, list[Figure]] = {name: [] for name in Figures.__struct_fields__}
    for row in await pool.fetch(FIGURES, str(reader)):
        found[row["of"]].append(Figure(row["status"], row["count"], row["sum_ore"]))
    return Figures(**found)
