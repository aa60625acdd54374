"""Pages of the administrator: how the estate is, what is parked, and what people have written about accessibility."""

from services.web.pages.administering import health, messages

ROUTES = (*health.ROUTES, *messages.ROUTES)
