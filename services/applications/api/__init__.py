"""The routes of applications, by what they are about."""

from services.applications.api import (
    associations,
    calls,
    cases,
    completions,
    disposals,
    drafts,
    past_grants,
    programmes,
)

ROUTES = (
    *programmes.ROUTES,
    *calls.ROUTES,
    *associations.ROUTES,
    *drafts.ROUTES,
    *cases.ROUTES,
    *completions.ROUTES,
    *past_grants.ROUTES,
    *disposals.ROUTES,
)
