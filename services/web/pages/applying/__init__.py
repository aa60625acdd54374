"""The applicant's pages: what happens now, an application from the first question to its receipt, and the case after.

Tired, anxious, on an old phone or with a screen reader: nothing is ever lost, and it is always said who moves next.
"""

from services.web.pages.applying import (
    answering,
    beginning,
    cases,
    completing,
    granting,
    groups,
    handing_in,
    helpers,
    leaving,
    list_of_parts,
    mine,
    papers,
    proof,
    reporting,
    signing,
    together,
)

ROUTES = (
    *mine.ROUTES,
    *beginning.ROUTES,
    *list_of_parts.ROUTES,
    *papers.ROUTES,
    *helpers.ROUTES,
    *signing.ROUTES,
    *together.ROUTES,
    *groups.ROUTES,
    *cases.ROUTES,
    *completing.ROUTES,
    *granting.ROUTES,
    *leaving.ROUTES,
    *answering.ROUTES,
    *reporting.ROUTES,
    *handing_in.ROUTES,
    *proof.ROUTES,
)
