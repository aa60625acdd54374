"""Pages for everybody, signed in or not: what can be applied for, how it works, what was granted, and where to turn."""

from services.web.pages.public import calls, feedback, front, past_grants, reading

ROUTES = (*front.ROUTES, *calls.ROUTES, *past_grants.ROUTES, *reading.ROUTES, *feedback.ROUTES)
