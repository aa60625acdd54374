"""Pages of those who follow the money: finance and attesters, and officers where a grant is reported and closed."""

from services.web.pages.money import accounts, attest, bank, batches, grants, payments, recoveries, today

ROUTES = (
    *today.ROUTES,
    *payments.ROUTES,
    *attest.ROUTES,
    *accounts.ROUTES,
    *batches.ROUTES,
    *bank.ROUTES,
    *recoveries.ROUTES,
    *grants.ROUTES,
)
