"""The population: every case there is, by the trail alone, to choose from and to hold against the register."""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response, get
from litestar.params import QueryParameter

from services.web.pages.cases.words import OUTCOMES, said
from services.web.site.caller import Caller
from services.web.site.forms import as_uuid
from shared.http.lists import CURSOR_MAX
from shared.identity import Role
from shared.words import LINE_MAX, Text

PROGRAMMES_MAX = 100
STANDINGS = {
    "open": Text("Öppet", "Open"),
    "decided": Text("Beslutat", "Decided"),
    "closed": Text("Avslutat", "Closed"),
    "withdrawn": Text("Återkallat", "Withdrawn"),
}
Asked = Annotated[str, QueryParameter(max_length=LINE_MAX, required=False)]
After = Annotated[str | None, QueryParameter(name="after", max_length=CURSOR_MAX, required=False)]


@get("/audit/population", name="page_population")
async def population_page(
    caller: Caller, programme: Asked = "", standing: Asked = "", after: After = None
) -> Response[Any]:
    caller.required(Role.AUDITOR)
    chosen = as_uuid(programme.strip())
    stands = standing if standing in STANDINGS else None
    told = (await caller.ask("audit", "/population", programme=chosen, standing=stands, after=after)).json
    programmes = (await caller.ask("applications", "/programmes", limit=PROGRAMMES_MAX)).json["items"]
    narrowed = {name: value for name, value in (("programme", chosen), ("standing", stands)) if value}
    return caller.page(
        "audit/population.html",
        told=told,
        all_count=sum(told["counts"].values()),
        options=[(one["id"], one["title"][caller.language]) for one in programmes],
        standings=[(key, words.into(caller.language)) for key, words in STANDINGS.items()],
        standing_words=said(STANDINGS, caller.language),
        outcomes=said(OUTCOMES, caller.language),
        chosen=str(chosen or ""),
        stands=stands or "",
        next_page=f"/audit/population?{urlencode({**narrowed, 'after': told['next']})}" if told["next"] else None,
    )


ROUTES = (population_page,)
