"""What payouts is made of."""

from __future__ import annotations

import os
from pathlib import Path

from services.payouts import ordering, papers
from services.payouts.api import ROUTES
from services.payouts.bank.profile import read_fund_account
from services.payouts.contents import sight
from services.payouts.domain.kinds import KINDS
from services.payouts.holding import HOLDING
from services.payouts.policy import POLICY
from services.payouts.reactions import REACTIONS
from shared.erasing import dispose
from shared.http.content_routes import content_routes
from shared.office import Office
from shared.service import Service


async def know_the_funds_account(office: Office) -> None:
    """Raises ValueError where the operator's file does not hold: better not to start than to pay from nowhere."""
    office.extra[ordering.BANK] = read_fund_account(os.environ)


SERVICE = Service(
    name="payouts",
    hears=("applications", "review"),
    kinds=KINDS,
    policy=POLICY,
    routes=(*ROUTES, *content_routes(sight)),
    migrations=Path(__file__).parent / "migrations",
    reactions=REACTIONS,
    due=(ordering.make_ordered_files, papers.tidy_up, dispose),
    holding=HOLDING,
    on_open=know_the_funds_account,
)
