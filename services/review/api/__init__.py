"""The routes of review: cases, what is done with them, meetings and appeals. One short function each, and no rules."""

from services.review.api import appeals, assessing, cases, deciding, meetings

ROUTES = (*cases.ROUTES, *assessing.ROUTES, *deciding.ROUTES, *meetings.ROUTES, *appeals.ROUTES)
