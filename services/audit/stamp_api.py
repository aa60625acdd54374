"""The time stamps of checkpoints over HTTP, for anybody: they are about hashes and signatures alone."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Response, get

from services.audit import logs, stamps
from services.audit.authority import REPLY
from services.audit.log_api import ANYBODY, FOR_EVER
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page, cursor, read_cursor
from shared.merkle import SIZE_MAX
from shared.office import Office
from shared.refused import Unknown

AfterSize = tuple[Annotated[int, msgspec.Meta(ge=0, le=SIZE_MAX)]]


class ShownStamp(msgspec.Struct, frozen=True):
    """`note` is what was stamped, byte for byte: the checkpoint of `size` as the log signed it. The stamp itself is at
    `/log/<log>/checkpoints/<size>/stamp`."""

    size: int
    note: str
    authority: str
    stamped_at: datetime


@get("/log/{log:str}/stamps", name="list_stamps", security=ANYBODY)
async def list_stamps(office: Office, log: str, after: After = None, limit: Limit = PAGE_DEFAULT) -> Page[ShownStamp]:
    """Which checkpoints a time stamping authority has stamped, smallest first."""
    start = (read_cursor(after, AfterSize) or (0,))[0]
    found = await stamps.after(office.pool, await logs.named(office.pool, log), start, limit + 1)
    more = cursor(found[limit - 1].size) if len(found) > limit else None
    return Page([ShownStamp(each.size, each.note, each.authority, each.stamped_at) for each in found[:limit]], more)


@get("/log/{log:str}/checkpoints/{size:int}/stamp", name="see_stamp", media_type=REPLY, security=ANYBODY)
async def see_stamp(office: Office, log: str, size: int) -> Response[bytes]:
    """The authority's answer as it came, RFC 3161: what `openssl ts -verify -in` reads."""
    kept = None
    if 1 <= size <= SIZE_MAX:
        kept = await stamps.of_size(office.pool, await logs.named(office.pool, log), size)
    if kept is None:
        raise Unknown
    return Response(kept.token, media_type=REPLY, headers=FOR_EVER)


STAMP_ROUTES: tuple[Any, ...] = (list_stamps, see_stamp)
