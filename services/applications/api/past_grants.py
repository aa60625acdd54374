"""Routes of past grants, open to all: what was granted to whom, and how much each year."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from services.applications import past_grants
from services.applications.past_grants import PastGrant, YearOfGrants
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.office import Office

YEAR_MIN, YEAR_MAX = 1900, 2999
Year = Annotated[int | None, QueryParameter(name="year", ge=YEAR_MIN, le=YEAR_MAX, required=False)]
Practice = Annotated[bool, QueryParameter(name="practice", required=False)]


@get("/past-grants", name="list_past_grants", security=[{}, {"token": []}])
async def list_past_grants(
    office: Office, after: After = None, limit: Limit = PAGE_DEFAULT, year: Year = None, practice: Practice = False
) -> Page[PastGrant]:
    """Grants that nobody can appeal against any more, the latest first. Practice is left out unless asked for."""
    return await past_grants.list_past_grants(office.pool, practice, year, after, limit)


@get("/past-grants/years", name="sum_past_grants", security=[{}, {"token": []}])
async def sum_past_grants(office: Office, practice: Practice = False) -> list[YearOfGrants]:
    """How many grants each year, and how much in all."""
    return await past_grants.sums_by_year(office.pool, practice)


ROUTES = (list_past_grants, sum_past_grants)
