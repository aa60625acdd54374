"""The panel's room: what there is to read, and one application beside the form for its points."""

from services.web.pages.assessing import reading_list, scoring

ROUTES = (*reading_list.ROUTES, *scoring.ROUTES)
