"""The log over HTTP, c2sp.org/tlog-tiles: its checkpoint and its hashes for anybody, its entries for the auditor.

A log's prefix is `/log/<name>`. Hashes tell nothing of what was hashed: each entry has random ids in it, and whatever a
person wrote is there as a salted digest only.
"""

from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.params import QueryParameter

from services.audit import checkpoints, logs
from services.audit.history import SHOWN_MAX, History, history
from services.audit.logs import Log
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page, cursor, read_cursor
from shared.merkle import SIZE_MAX, stored_nodes
from shared.office import Office
from shared.refused import Refused, Unknown
from shared.tlog.tiles import EntryTooLong, NoSuchTile, Tile, bundle, read_tile
from shared.words import FreeText, Line

NOTE = "text/plain"
"""The framework says in which encoding."""
TILE = "application/octet-stream"
FRESH = {"Cache-Control": "no-cache"}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}
FOR_EVER_YOURS = {"Cache-Control": "private, max-age=31536000, immutable"}
ANYBODY: list[dict[str, list[str]]] = [{}, {"token": []}]

AfterSize = tuple[Annotated[int, msgspec.Meta(ge=0, le=SIZE_MAX)]]
Size = Annotated[int, QueryParameter(name="size", ge=1, le=SIZE_MAX)]
Latest = Annotated[int, QueryParameter(name="limit", ge=1, le=SHOWN_MAX, required=False)]


class ShownLog(msgspec.Struct, frozen=True):
    """A log of `source`. `key` is the one to pin, from `opened` on; `first` its first leaf, where that is no entry."""

    name: str
    source: str
    origin: str
    key: str
    first: str | None


class ShownKey(msgspec.Struct, frozen=True):
    """A key of a log. `note` is how the one before handed on to it: signed by both."""

    key: str
    note: str | None


class SignedSize(msgspec.Struct, frozen=True):
    size: int


class Cosigned(Body, frozen=True):
    """A witness's key as a vkey, and the one signature line it made over the checkpoint of `size`."""

    key: Line
    line: FreeText


class NotInThisForm(Refused):
    def __init__(self, error: EntryTooLong) -> None:
        position = error.index + 1
        super().__init__(
            f"Post {position} är längre än formatet medger. Hämta den under /sources/…/entries/.",
            f"Entry {position} is longer than this form can hold. Fetch it under /sources/…/entries/.",
        )


@get("/log", name="list_logs", security=ANYBODY)
async def list_logs(office: Office) -> list[ShownLog]:
    """The log of each source that has one, as it now goes on."""
    found = await logs.latest(office.pool)
    return [await _shown(office, log) for log in found.values()]


@get("/log/{log:str}/keys", name="list_log_keys", security=ANYBODY)
async def list_log_keys(office: Office, log: str) -> list[ShownKey]:
    """Every key the log has signed with, oldest first."""
    kept = await checkpoints.rotations(office.pool, await logs.named(office.pool, log))
    return [ShownKey(key, note) for key, note in kept]


@get("/log/{log:str}/checkpoint", name="see_checkpoint", media_type=NOTE, security=ANYBODY)
async def see_checkpoint(office: Office, log: str) -> Response[str]:
    """The newest checkpoint, with the cosignatures it has so far."""
    note = await checkpoints.shown(office.pool, await logs.named(office.pool, log))
    return Response(str(note), media_type=NOTE, headers=FRESH)


@get("/log/{log:str}/checkpoints", name="list_checkpoints", security=ANYBODY)
async def list_checkpoints(
    office: Office, log: str, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[SignedSize]:
    """The sizes of all that were ever signed, smallest first."""
    start = (read_cursor(after, AfterSize) or (0,))[0]
    found = await checkpoints.sizes(office.pool, await logs.named(office.pool, log), start, limit + 1)
    more = cursor(found[limit - 1]) if len(found) > limit else None
    return Page([SignedSize(size) for size in found[:limit]], more)


@get("/log/{log:str}/checkpoints/{size:int}", name="see_old_checkpoint", media_type=NOTE, security=ANYBODY)
async def see_old_checkpoint(office: Office, log: str, size: int) -> Response[str]:
    """The checkpoint of that size, with its cosignatures."""
    if not 1 <= size <= SIZE_MAX:
        raise Unknown
    note = await checkpoints.shown(office.pool, await logs.named(office.pool, log), size)
    return Response(str(note), media_type=NOTE, headers=FRESH)


@get("/log/{log:str}/history", name="see_history")
async def see_history(office: Office, log: str, limit: Latest = 10) -> History:
    """The newest checkpoints with all that vouches for them, each with the proof that it adds to the one before."""
    return await history(office.pool, await logs.named(office.pool, log), limit)


@post("/log/{log:str}/cosignatures", name="add_cosignature", status_code=200)
async def add_cosignature(office: Office, log: str, size: Size, data: Cosigned) -> Response[str]:
    """A witness's line under the checkpoint of that size; answered with the checkpoint as it then stands."""
    note = await checkpoints.cosigned(
        office.pool, await logs.named(office.pool, log), size, data.key, data.line.removesuffix("\n") + "\n"
    )
    return Response(str(note), media_type=NOTE, headers=FRESH)


@get("/log/{log:str}/tile/entries/{place:path}", name="see_entries_tile", media_type=TILE)
async def see_entries_tile(office: Office, log: str, place: str) -> Response[bytes]:
    """The exact texts of 256 leaves, or of the last ones, each after its length."""
    wanted = _tile("entries", place)
    found = await logs.texts(
        office.worker_pool, await logs.named(office.pool, log), wanted.nodes.first, wanted.nodes.end
    )
    if len(found) < wanted.width:
        raise Unknown
    try:
        return Response(bundle(wanted.nodes.first, found), media_type=TILE, headers=FOR_EVER_YOURS)
    except EntryTooLong as error:
        raise NotInThisForm(error) from error


@get("/log/{log:str}/tile/{level:str}/{place:path}", name="see_tile", media_type=TILE, security=ANYBODY)
async def see_tile(office: Office, log: str, level: str, place: str) -> Response[bytes]:
    """256 hashes of one level of the tree, or the last ones."""
    wanted = _tile(level, place)
    followed = await logs.named(office.pool, log)
    node_at = stored_nodes(await logs.nodes(office.pool, followed, [wanted.nodes]))
    try:
        content = [node_at(wanted.nodes.level, index) for index in range(wanted.nodes.first, wanted.nodes.end)]
    except KeyError as error:
        raise Unknown from error
    return Response(b"".join(content), media_type=TILE, headers=FOR_EVER)


def _tile(level: str, place: str) -> Tile:
    try:
        return read_tile(level, str(place).removeprefix("/"))
    except NoSuchTile as error:
        raise Unknown from error


async def _shown(office: Office, log: Log) -> ShownLog:
    kept = await checkpoints.rotations(office.pool, log)
    return ShownLog(log.name, log.source, log.origin, kept[0][0], log.first)


LOG_ROUTES: tuple[Any, ...] = (
    list_logs,
    list_log_keys,
    see_checkpoint,
    list_checkpoints,
    see_history,
    see_old_checkpoint,
    add_cosignature,
    see_entries_tile,
    see_tile,
)
