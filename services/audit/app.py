"""What audit is made of."""

from __future__ import annotations

from pathlib import Path

from services.audit.api import ROUTES
from services.audit.archive import Archive
from services.audit.log_api import LOG_ROUTES
from services.audit.overdue import watch_signing
from services.audit.policy import POLICY
from services.audit.receipts_api import RECEIPT_ROUTES
from services.audit.reconciling import every_night
from services.audit.signer_api import SIGNER_ROUTES
from services.audit.stamp_api import STAMP_ROUTES
from services.audit.stamps import stamp_checkpoints
from services.audit.trees import SOURCES
from shared.office import Office
from shared.reader import Take
from shared.service import Service


def _take(_: Office) -> Take:
    return Archive()


async def _begin(office: Office) -> None:
    """Where there is a signer, what it has not signed in time is an alarm."""
    if office.settings.signer_password:
        office.workers.start("signing", lambda: watch_signing(office))


SERVICE = Service(
    name="audit",
    hears=SOURCES,
    kinds=(),
    policy=POLICY,
    routes=(*ROUTES, *LOG_ROUTES, *RECEIPT_ROUTES, *STAMP_ROUTES),
    inside=SIGNER_ROUTES,
    migrations=Path(__file__).parent / "migrations",
    due=(every_night, stamp_checkpoints),
    take=_take,
    has_store=False,
    on_open=_begin,
)
