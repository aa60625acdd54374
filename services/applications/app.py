"""What applications is made of."""

from __future__ import annotations

from pathlib import Path

from services.applications.api import ROUTES
from services.applications.contents import sight
from services.applications.domain.application_kind import APPLICATION
from services.applications.domain.association import ASSOCIATION
from services.applications.domain.call_rules import CALL
from services.applications.domain.disposal import DISPOSAL
from services.applications.domain.programme import PROGRAMME
from services.applications.domain.signing import SIGNING
from services.applications.due import DUE
from services.applications.holding import HOLDING
from services.applications.policy import POLICY
from services.applications.reactions import REACTIONS
from services.applications.submitting import prepare_office
from shared.erasing import dispose
from shared.http.content_routes import content_routes
from shared.service import Service

SERVICE = Service(
    name="applications",
    hears=("review", "payouts"),
    kinds=(PROGRAMME, CALL, ASSOCIATION, SIGNING, APPLICATION, DISPOSAL),
    policy=POLICY,
    routes=(*ROUTES, *content_routes(sight)),
    migrations=Path(__file__).parent / "migrations",
    reactions=REACTIONS,
    due=(*DUE, dispose),
    holding=HOLDING,
    on_open=prepare_office,
)
