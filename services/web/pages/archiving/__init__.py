"""The archivist's pages: the records schedule, what is due by it, and disposals with their second person."""

from services.web.pages.archiving import disposals, schedules

ROUTES = (*schedules.ROUTES, *disposals.ROUTES)
