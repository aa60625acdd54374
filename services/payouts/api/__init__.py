"""Routes of payouts: one short function each, and no rules."""

from __future__ import annotations

from services.payouts.api import banks, batches, grants, grounds, payees, payments, recoveries, reports

ROUTES = (
    *grants.ROUTES,
    *reports.ROUTES,
    *payees.ROUTES,
    *payments.ROUTES,
    *grounds.ROUTES,
    *batches.ROUTES,
    *banks.ROUTES,
    *recoveries.ROUTES,
)
