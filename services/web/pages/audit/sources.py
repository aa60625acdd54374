"""One source's book: its facts in order, one fact with its exact text and proof, and the whole book counted anew."""

from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.params import QueryParameter

from services.web.pages.audit.documents import read
from services.web.pages.audit.in_words import told, whose_role
from services.web.pages.audit.standing import SOURCES
from services.web.pages.audit.trail import documents_of, shown
from services.web.site.caller import Caller
from services.web.site.names import known_names
from shared.http.lists import CURSOR_MAX
from shared.identity import Role
from shared.refused import Unknown

ROWS = 50
PAGES_AT_A_TIME = 12
"""Pages of the recount that one click waits for: about 50 000 facts. The rest goes on from there."""

After = Annotated[str | None, QueryParameter(name="after", max_length=CURSOR_MAX, required=False)]
Verify = Annotated[str | None, QueryParameter(name="verify", max_length=CURSOR_MAX, required=False)]


class Counted(msgspec.Struct, frozen=True):
    """What counting the book anew found. `same_in_both` says that the service's own book has the same root."""

    upto: int
    size: int
    agrees: bool
    wrong: list[str]
    same_in_both: bool | None
    go_on: str | None


@get("/audit/sources/{source:str}", name="page_source_of_trail")
async def source_page(source: str, caller: Caller, after: After = None, verify: Verify = None) -> Response[Any]:
    caller.required(Role.AUDITOR)
    if source not in SOURCES:
        raise Unknown
    listed = (await caller.ask("audit", f"/sources/{source}/entries", after=after, limit=ROWS)).json
    heads = {one["source"]: one for one in (await caller.ask("audit", "/sources")).json}
    events = [read(one.get("text")) for one in listed["items"]]
    names = await known_names(caller, map(whose_role, events))
    return caller.page(
        "audit/source.html",
        source=source,
        head=heads[source],
        entries=[
            {**one, "words": told(event, one.get("type"), caller.language, names)}
            for one, event in zip(listed["items"], events, strict=True)
        ],
        next_page=listed["next"],
        counted=await _counted(caller, source, verify) if verify is not None else None,
    )


async def _counted(caller: Caller, source: str, verify: str) -> Counted:
    """From the start, or from where the last click came to."""
    after = verify if verify not in ("", "yes") else None
    pages: list[dict[str, Any]] = []
    while not pages or (after is not None and len(pages) < PAGES_AT_A_TIME):
        pages.append((await caller.ask("audit", f"/sources/{source}/verification", after=after)).json)
        after = pages[-1]["next"]
    last = pages[-1]
    return Counted(
        upto=last["last"],
        size=last["size"],
        agrees=all(page["agrees"] for page in pages),
        wrong=[str(position) for page in pages for position in (*page["altered"], *page["missing"])],
        same_in_both=await _same_in_both(caller, source, last["size"], last["root"]),
        go_on=after,
    )


async def _same_in_both(caller: Caller, source: str, size: int, root: str) -> bool | None:
    """Whether the service's own journal, as far as audit has come, gives the same root. None where it does not say."""
    own = await caller.ask_if_there(source, "/journal/root", size=size)
    return None if own is None else bool(own.json["root"] == root)


@get("/audit/sources/{source:str}/{position:int}", name="page_fact")
async def fact_page(source: str, position: int, caller: Caller) -> Response[Any]:
    caller.required(Role.AUDITOR)
    if source not in SOURCES:
        raise Unknown
    entry = (await caller.ask("audit", f"/sources/{source}/entries/{position}")).json
    proof = (await caller.ask("audit", f"/sources/{source}/proofs/{position}")).json
    event = read(entry.get("text"))
    names = await known_names(caller, [whose_role(event)])
    (documents,) = await documents_of(caller, [entry], None, None)
    return caller.page(
        "audit/fact.html", entry={**shown(caller, {**entry, **proof}, names), "documents": documents}, source=source
    )


ROUTES = (source_page, fact_page)
