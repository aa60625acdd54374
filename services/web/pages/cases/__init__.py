"""The desk of those who handle cases: today, all cases, one case, its check; calls and programmes; and news."""

from services.web.pages.cases import calls, case, check, fresh, interest, pipeline, programmes, today

ROUTES = (
    *today.ROUTES,
    *pipeline.ROUTES,
    *case.ROUTES,
    *interest.ROUTES,
    *check.ROUTES,
    *calls.ROUTES,
    *programmes.ROUTES,
    *fresh.ROUTES,
)
