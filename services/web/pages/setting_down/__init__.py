"""What comes on paper or by word of mouth (A10): a coordinator or an officer writes it down for the association, on the
very pages that an applicant has, and registers it."""

from services.web.pages.setting_down import beginning, printing, registering

ROUTES = (*beginning.ROUTES, *registering.ROUTES, *printing.ROUTES)
