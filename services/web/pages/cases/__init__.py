"""The desk of those who handle cases: today, all cases, one case, its check."""

from services.web.pages.cases import case, check, fresh, interest, pipeline, today

ROUTES = (*today.ROUTES, *pipeline.ROUTES, *case.ROUTES, *interest.ROUTES, *check.ROUTES, *fresh.ROUTES)
