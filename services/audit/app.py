"""What audit is made of."""

from __future__ import annotations

from pathlib import Path

from services.audit.api import ROUTES
from services.audit.archive import Archive
from services.audit.policy import POLICY
from services.audit.reconciling import every_night
from services.audit.trees import SOURCES
from shared.office import Office
from shared.reader import Take
from shared.service import Service


def _take(_: Office) -> Take:
    return Archive()


SERVICE = Service(
    name="audit",
    hears=SOURCES,
    kinds=(),
    policy=POLICY,
    routes=ROUTES,
    migrations=Path(__file__).parent / "migrations",
    due=(every_night,),
    take=_take,
    has_store=False,
)
