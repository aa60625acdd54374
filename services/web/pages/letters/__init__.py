"""Letters as people see them: those of a case, one as it was sent, the outbox, and what is to be printed."""

from services.web.pages.letters import letter, of_case, outbox

ROUTES = (*outbox.ROUTES, *of_case.ROUTES, *letter.ROUTES)
