"""The pages: one room for each reader. Each page asks the services on its reader's behalf and knows no rule itself."""

from services.web.pages import (
    account,
    administering,
    applying,
    archiving,
    assessing,
    audit,
    cases,
    deciding,
    letters,
    money,
    public,
    setting_down,
)

ROUTES = (
    *public.ROUTES,
    *account.ROUTES,
    *letters.ROUTES,
    *applying.ROUTES,
    *setting_down.ROUTES,
    *money.ROUTES,
    *cases.ROUTES,
    *assessing.ROUTES,
    *deciding.ROUTES,
    *audit.ROUTES,
    *archiving.ROUTES,
    *administering.ROUTES,
)
