"""Proposals, statements, decisions and the meetings where they are made."""

from services.web.pages.deciding import allocation, decision, meetings, proposal, statement

ROUTES = (*allocation.ROUTES, *proposal.ROUTES, *statement.ROUTES, *decision.ROUTES, *meetings.ROUTES)
