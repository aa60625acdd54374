"""Help that is over by itself: its application was sent in, or its time is up."""

from __future__ import annotations

import structlog

from services.web.domain.helping import EndHelp, Why
from services.web.signing_in.links import forget
from shared.office import Office
from shared.refused import NotNow

WHY = "help-over"
TOGETHER_MAX = 100
OVER = """
select id, exists (select from followed_case where followed_case.id = help.draft) as is_sent_in from help
where status <> 'ended'
    and (until <= clock_timestamp() or exists (select from followed_case where followed_case.id = help.draft))
limit $1
"""

log = structlog.get_logger()


async def end_help(office: Office) -> None:
    for row in await office.worker_pool.fetch(OVER, TOGETHER_MAX):
        why: Why = "sent_in" if row["is_sent_in"] else "time_is_up"
        try:
            await office.act(EndHelp(subject=row["id"], why=why), WHY)
        except NotNow:  # the association took it back a moment ago
            log.info("help.overtaken", help=str(row["id"]))
        await forget(office.worker_pool, row["id"])
