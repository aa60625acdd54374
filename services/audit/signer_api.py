"""What the signer asks of audit and hands in, on the inside alone and with a password of its own.

It reads the exact bytes, so that it can hash them itself; what it hands in is looked at like anybody's.
"""

import hmac
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post, put
from litestar.params import QueryParameter

from services.audit import checkpoints, logs, trees
from services.audit.checkpoints import NotOurs
from services.audit.logs import Log
from services.audit.overdue import Stopped, heard
from shared.http.body import Body
from shared.http.problems import Unauthorized
from shared.merkle import SIZE_MAX
from shared.office import Office
from shared.tlog.notes import Malformed, read_key
from shared.words import Code, FreeText, Line

LEAVES_MAX = 1_000
BYTES_MAX = 8 * 1024 * 1024
LENGTH_BYTES = 4
TILE = "application/octet-stream"

First = Annotated[int, QueryParameter(name="first", ge=0, le=SIZE_MAX)]
End = Annotated[int, QueryParameter(name="end", ge=0, le=SIZE_MAX)]


class Standing(msgspec.Struct, frozen=True):
    """A source's log, None before it is opened, and the tree as audit says it is: root in hexadecimal.

    `signed` is the size of the newest checkpoint audit has, and `checkpoint` that one; `keys` how many keys it knows.
    """

    source: str
    log: str | None
    number: int
    origin: str | None
    size: int
    root: str
    signed: int
    checkpoint: str | None
    keys: int = 0


class Opening(Body, frozen=True):
    """A log as the signer opens it, with the key it then had; `first` is its first leaf, where that is no entry."""

    source: Code
    number: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    origin: Line
    key: Line
    first: FreeText | None = None


class Signed(Body, frozen=True):
    note: FreeText


class Why(Body, frozen=True):
    source: Code
    name: Code
    sentence: FreeText


class Stops(Body, frozen=True):
    """All that stands in the way of signing, now."""

    stops: Annotated[list[Why], msgspec.Meta(max_length=20)]


class Taken(msgspec.Struct, frozen=True):
    taken: bool = True


async def is_signer(request: Request[Any, Any, Any], office: Office) -> None:
    """Raises Unauthorized. Where no password is set there is no signer."""
    scheme, _, told = request.headers.get("authorization", "").partition(" ")
    password = office.settings.signer_password
    if not password or scheme != "Bearer" or not hmac.compare_digest(told.encode(), password.encode()):
        raise Unauthorized


@get("/signer/logs", name="signer_logs", include_in_schema=False)
async def signer_logs(request: Request[Any, Any, Any], office: Office) -> list[Standing]:
    """How far each source has come, and how far that is signed."""
    await is_signer(request, office)
    found = await logs.latest(office.pool)
    for log in found.values():
        async with office.worker_pool.acquire() as connection:
            await logs.grow(connection, log)
    return [await _standing(office, source, found.get(source)) for source in trees.SOURCES]


@get("/signer/logs/{log:str}/leaves", name="signer_leaves", include_in_schema=False)
async def signer_leaves(
    request: Request[Any, Any, Any], office: Office, log: str, first: First, end: End
) -> Response[bytes]:
    """The exact bytes of leaves, each after its length in four bytes; fewer than asked for, where they are many."""
    await is_signer(request, office)
    followed = await logs.named(office.pool, log)
    found = await logs.texts(office.worker_pool, followed, first, min(end, first + LEAVES_MAX))
    sent: list[bytes] = []
    bytes_sent = 0
    for text in found:
        if sent and bytes_sent + len(text) > BYTES_MAX:
            break
        sent.append(len(text).to_bytes(LENGTH_BYTES) + text)
        bytes_sent += len(text)
    return Response(b"".join(sent), media_type=TILE)


@put("/signer/logs/{log:str}", name="signer_opens", include_in_schema=False)
async def signer_opens(request: Request[Any, Any, Any], office: Office, log: str, data: Opening) -> Taken:
    """A log begins. May be repeated."""
    await is_signer(request, office)
    if data.source not in trees.SOURCES:
        raise NotOurs("audit follows nobody of that name")
    try:
        key = read_key(data.key)
    except Malformed as error:
        raise NotOurs(error) from error
    async with office.pool.acquire() as connection:
        await checkpoints.open_log(connection, Log(log, data.source, data.number, data.origin, data.first), key)
    return Taken()


@post("/signer/logs/{log:str}/keys", name="signer_hands_on", status_code=200, include_in_schema=False)
async def signer_hands_on(request: Request[Any, Any, Any], office: Office, log: str, data: Signed) -> Taken:
    """The log's next key, handed on by the one before. May be repeated."""
    await is_signer(request, office)
    await checkpoints.take_key(office.pool, await logs.named(office.pool, log), data.note)
    return Taken()


@post("/signer/logs/{log:str}/checkpoints", name="signer_signs", status_code=200, include_in_schema=False)
async def signer_signs(request: Request[Any, Any, Any], office: Office, log: str, data: Signed) -> Taken:
    """A checkpoint. May be repeated."""
    await is_signer(request, office)
    await checkpoints.take(office.pool, await logs.named(office.pool, log), data.note)
    return Taken()


@put("/signer/stops", name="signer_stops", include_in_schema=False)
async def signer_stops(request: Request[Any, Any, Any], office: Office, data: Stops) -> Taken:
    """Why the signer does not sign, for alarms and for whoever looks after the house."""
    await is_signer(request, office)
    heard(office, (Stopped(each.source, each.name, each.sentence) for each in data.stops))
    return Taken()


async def _standing(office: Office, source: str, log: Log | None) -> Standing:
    if log is None:
        head = await trees.head(office.pool, source)
        return Standing(source, None, 0, None, head.size, head.root.hex(), 0, None)
    head = await logs.head(office.pool, log)
    signed, note = await checkpoints.newest(office.pool, log)
    keys = len(await checkpoints.rotations(office.pool, log))
    return Standing(source, log.name, log.number, log.origin, head.size, head.root.hex(), signed, note, keys)


SIGNER_ROUTES: tuple[Any, ...] = (signer_logs, signer_leaves, signer_opens, signer_hands_on, signer_signs, signer_stops)
