"""What ends by itself: a role, on its moment; and an invitation that nobody answered. Each is a fact that says so."""

from __future__ import annotations

import structlog

from services.web.domain.account import EndRoles
from services.web.domain.invitation import WithdrawInvitation
from services.web.signing_in.links import forget
from shared.office import Office
from shared.refused import NotNow

WHY, UNANSWERED = "role-over", "invitation-over"
TOGETHER_MAX = 100
OVER = "select id from account where ends_at <= clock_timestamp() order by ends_at limit $1"
TOO_OLD = "select id from invitation where status = 'waiting' and expires_at <= clock_timestamp() order by id limit $1"

log = structlog.get_logger()


async def end_roles(office: Office) -> None:
    for row in await office.worker_pool.fetch(OVER, TOGETHER_MAX):
        await office.act(EndRoles(subject=row["id"]), WHY)


async def end_invitations(office: Office) -> None:
    """Whom it went to is nobody's business any more."""
    for row in await office.worker_pool.fetch(TOO_OLD, TOGETHER_MAX):
        try:
            await office.act(WithdrawInvitation(subject=row["id"]), UNANSWERED)
        except NotNow:  # it was answered a moment ago
            log.info("invitation.overtaken", invitation=str(row["id"]))
        await forget(office.worker_pool, row["id"])
