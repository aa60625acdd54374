"""The desk of those who handle cases: today, all cases, one case, its check; calls and programmes; and news."""

from services.web.pages.cases import (
    appeals,
    as_it_stood,
    calls,
    case,
    check,
    fresh,
    happened,
    interest,
    package,
    pipeline,
    programmes,
    protection,
    today,
)

ROUTES = (
    *today.ROUTES,
    *pipeline.ROUTES,
    *case.ROUTES,
    *happened.ROUTES,
    *as_it_stood.ROUTES,
    *package.ROUTES,
    *interest.ROUTES,
    *protection.ROUTES,
    *check.ROUTES,
    *appeals.ROUTES,
    *calls.ROUTES,
    *programmes.ROUTES,
    *fresh.ROUTES,
)
