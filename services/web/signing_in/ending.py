"""Roles that end: on their moment the fund takes them back, as a fact that says so."""

from __future__ import annotations

from services.web.domain.account import EndRoles
from shared.office import Office

WHY = "role-over"
TOGETHER_MAX = 100
OVER = "select id from account where ends_at <= clock_timestamp() order by ends_at limit $1"


async def end_roles(office: Office) -> None:
    for row in await office.worker_pool.fetch(OVER, TOGETHER_MAX):
        await office.act(EndRoles(subject=row["id"]), WHY)
