"""What has happened in a case, in words, each fact with its proof counted here and now.

The page of the case fetches this once it is open: nobody waits for proofs who only wants to read.
"""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Response, get

from services.web.pages.cases.case import SEE_TRAIL
from services.web.pages.cases.desk import drawn
from services.web.pages.cases.events import done_by, in_words
from services.web.site.caller import Caller
from services.web.site.names import known_names
from shared.merkle import leaf_hash, verify_inclusion

ROWS = 100


@get("/cases/{case:uuid}/happened", name="page_happened")
async def happened_page(case: UUID, caller: Caller, after: str | None = None) -> Response[Any]:
    caller.required(*SEE_TRAIL)
    application, trail = await asyncio.gather(
        caller.ask("applications", f"/cases/{case}"),
        caller.ask("audit", f"/cases/{case}/trail", limit=ROWS, after=after),
    )
    items = trail.json["items"]
    texts = [one["text"] for one in items if "text" in one]
    names = await known_names(caller, map(done_by, texts))
    told = [in_words(text, caller.language, str(caller.account), names) for text in texts]
    return drawn(
        caller,
        "cases/happened.html",
        case=str(case),
        words=application.json,
        happened=[one for one in reversed(told) if one is not None],
        count=len(items),
        verified=all(map(_holds, items)),
        following=f"/cases/{case}/happened?after={trail.json['next']}" if trail.json["next"] else None,
    )


def _holds(fact: dict[str, Any]) -> bool:
    """Whether its proof leads to the root of the tree it is in."""
    return "text" in fact and verify_inclusion(
        leaf_hash(fact["text"].encode()),
        fact["index"],
        fact["size"],
        [bytes.fromhex(one) for one in fact["path"]],
        bytes.fromhex(fact["root"]),
    )


ROUTES = (happened_page,)
