"""What web is made of."""

from __future__ import annotations

from pathlib import Path

from services.web.api import ROUTES
from services.web.domain.account import ACCOUNT
from services.web.domain.invitation import INVITATION
from services.web.domain.signature import SIGNATURE
from services.web.policy import POLICY
from services.web.reactions import REACTIONS
from shared.service import Service

SERVICE = Service(
    name="web",
    hears=("applications", "review", "payouts"),
    kinds=(ACCOUNT, INVITATION, SIGNATURE),
    policy=POLICY,
    routes=ROUTES,
    migrations=Path(__file__).parent / "migrations",
    reactions=REACTIONS,
)
