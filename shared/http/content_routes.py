"""Content as an auditor is handed it: each item of a case with the salt that makes it the one an event speaks of.

sha256(salt ‖ content) stands in the event. A salt opens nothing: what is encrypted stays so, and no key leaves here.
Which of a case's content the person may have is for each service to say.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from litestar import Response, get

from shared.http.visit import Visit
from shared.keyring import Owner
from shared.refused import Unknown
from shared.store import salt

ITEMS = """
select owner, scope, item, digest, octet_length(content) - 16 as size_bytes
from store join unnest($1::uuid[], $2::text[]) as want (owner, scope) using (owner, scope)
order by owner, scope, item
"""
OPAQUE = "application/octet-stream"


class Sight(NamedTuple):
    """Whose content of a case somebody may have, and whose they may only know to exist."""

    theirs: Sequence[Owner]
    withheld: Sequence[Owner] = ()


Sights = Callable[[Visit, UUID], Awaitable[Sight]]
"""(visit, case) → what this person may have. Raises as `Visit.see`."""


class Disclosed(msgspec.Struct, frozen=True):
    """`digest` is sha256(salt ‖ content), both in hexadecimal; `size_bytes` that of the content. `salt` is None for
    what the person may not have."""

    digest: str
    salt: str | None
    size_bytes: int


def content_routes(sight: Sights) -> tuple[Any, ...]:
    """The two routes of a service: what there is, and one item's bytes."""

    @get("/cases/{case:uuid}/contents", name="list_contents")
    async def list_contents(case: UUID, visit: Visit) -> list[Disclosed]:
        """A case's content, each item with its salt, where this person may have it. What was erased is not there."""
        theirs, withheld = await sight(visit, case)
        keys = await visit.office.store.keyring.keys(theirs)
        shown = [
            Disclosed(row["digest"], salt(key, row["item"]).hex(), row["size_bytes"])
            for row in await _rows(visit, theirs)
            if (key := keys.get((row["owner"], row["scope"]))) is not None
        ]
        return shown + [Disclosed(row["digest"], None, row["size_bytes"]) for row in await _rows(visit, withheld)]

    @get("/cases/{case:uuid}/contents/{digest:str}", name="see_content", media_type=OPAQUE)
    async def see_content(case: UUID, digest: str, visit: Visit) -> Response[bytes]:
        """One item's exact bytes."""
        theirs, _ = await sight(visit, case)
        for row in await _rows(visit, theirs):
            if row["digest"] == digest:
                return await _item(visit, row)
        raise Unknown

    return list_contents, see_content


async def _rows(visit: Visit, owners: Sequence[Owner]) -> list[Any]:
    rows: list[Any] = await visit.office.pool.fetch(
        ITEMS, [owner for owner, _ in owners], [scope for _, scope in owners]
    )
    return rows


async def _item(visit: Visit, row: Any) -> Response[bytes]:
    content = await visit.office.store.open(visit.office.pool, row["owner"], row["scope"], row["item"])
    if content is None:
        raise Unknown
    headers = {"Cache-Control": "no-store", "Content-Disposition": "attachment"}
    return Response(content, media_type=OPAQUE, headers=headers)
