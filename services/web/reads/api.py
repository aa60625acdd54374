"""The route by which the reads are searched. Whoever searches is noted too, before they are shown anything."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get
from litestar.params import QueryParameter

from services.web.reads.book import book_of
from services.web.reads.read import Named, Read, Through, read_by
from services.web.reads.views import Sought, list_reads
from shared.http.body import moment
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.visit import Visit
from shared.identity import Actor

Of = Annotated[UUID | None, QueryParameter(required=False)]
When = Annotated[datetime | None, QueryParameter(required=False)]


@get("/reads", name="list_reads")
async def list_of_reads(
    visit: Visit,
    case: Of = None,
    subject: Of = None,
    account: Of = None,
    since: When = None,
    until: When = None,
    after: After = None,
    limit: Limit = PAGE_DEFAULT,
) -> Page[Any]:
    """Who looked at what, the latest first: at a case, at anything else by its id, or what somebody looked at."""
    sought = Sought(case, subject, account, moment("since", since), moment("until", until))
    await book_of(visit.office).keep(_search(visit.actor, sought))
    return await list_reads(visit.office.pool, sought, after, limit)


def _search(actor: Actor, sought: Sought) -> Read:
    found = read_by(actor, Through.SEARCH, "/api/web/reads", Named(sought.case, sought.subject), "")
    return msgspec.structs.replace(found, person=sought.account)


ROUTES = (list_of_reads,)
