"""Dates that have come: decisions whose time to appeal ran out while the notice stayed up get legal force (rule H3)."""

from __future__ import annotations

from uuid import UUID

import structlog

from services.review import views
from services.review.domain.case.commands import MakeFinal
from shared.clock import by_the_programme
from shared.deadlines import local_date
from shared.office import Office
from shared.refused import Refused

TOGETHER_MAX = 100

log = structlog.get_logger()


async def make_final(office: Office) -> None:
    """Tries every case whose day has come, by its programme's clock."""
    pool = office.worker_pool
    todays = {
        programme: local_date(by_the_programme(at, offset_s)) for programme, at, offset_s in await views.clocks(pool)
    }
    after: UUID | None = None
    while cases := await views.ripe(pool, todays, after, TOGETHER_MAX):
        for case in cases:
            await _try(office, case)
        after = cases[-1]


async def _try(office: Office, case: UUID) -> None:
    try:
        await office.act(MakeFinal(subject=case), "due")
    except Refused as refused:  # somebody came first; it is tried again where it still should be
        log.info("due.not_now", case=str(case), why=str(refused))
