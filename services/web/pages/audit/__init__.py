"""Pages of the auditor: is everything kept, what happened in a case, and does the book still say what it said."""

from services.web.pages.audit import checkpoints, overview, population, questions, reads, samples, sources, trail

ROUTES = (
    *overview.ROUTES,
    *trail.ROUTES,
    *sources.ROUTES,
    *checkpoints.ROUTES,
    *population.ROUTES,
    *questions.ROUTES,
    *samples.ROUTES,
    *reads.ROUTES,
)
