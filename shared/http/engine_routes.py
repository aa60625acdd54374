"""Routes that every service has: what operators, machines and auditors ask of its engine."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import MediaType, Request, Response, get, post
from litestar.params import QueryParameter
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from shared import parked
from shared.book import LEAVES_MAX, Leaf, Told
from shared.held import HeldFact, Mention, facts_about, mentions_of
from shared.http.body import Body
from shared.http.lists import PAGE_DEFAULT, After, Limit, Page
from shared.http.problems import log
from shared.identity import Role
from shared.merkle import SIZE_MAX
from shared.office import Office, Standing
from shared.refused import Refused
from shared.words import Line, Text

INSIDE = frozenset({"live", "ready", "metrics", "standing"})
"""Operations of the service's own port, which is inside: they ask no token, and do not exist through the door."""

KEYED = frozenset({"book_root", "book_leaves"})
"""Operations for the house's other services, which show its key. For everybody else they do not exist."""

OPEN = INSIDE | KEYED | {"openapi", "words"}
"""Operations that ask no token."""

WORDS_KEPT_S = 300
"""How long whoever asked may go by the words they got: they change only with the version that runs."""

THROUGH_THE_DOOR = "bifall-door"
"""The header that the door puts on what it passes on, and takes away from whoever sends it."""


SOUGHT_MAX = 10
"""Names and addresses of one person."""


BookSize = Annotated[int, QueryParameter(ge=0, le=SIZE_MAX)]


class Nothing(Body, frozen=True):
    """An empty object."""


class Sought(Body, frozen=True):
    """A person's name and address, as they may stand in what others wrote."""

    words: Annotated[tuple[Line, ...], msgspec.Meta(max_length=SOUGHT_MAX)] = ()


class KindWords(msgspec.Struct, frozen=True):
    """What the statuses of one kind of subject are called, and who has the next move in each; null for nobody."""

    labels: dict[str, Text]
    moves: dict[str, Role | None]


class Released(msgspec.Struct, frozen=True):
    released: int


class OwnRoot(msgspec.Struct, frozen=True):
    """The root of the journal's first `size` entries, as hexadecimal digits."""

    size: int
    root: str


class StillParked(Refused):
    status = 409

    def __init__(self, error: Exception) -> None:
        what = f"{type(error).__name__}: {error}"
        super().__init__(
            f"Orsaken är inte åtgärdad än, så händelsen ligger kvar: {what}",
            f"The cause has not been mended yet, so the event stays parked: {what}",
        )


@get("/live", name="live", media_type=MediaType.TEXT, include_in_schema=False)
async def live() -> str:
    """The loop turns."""
    return "live"


@get("/ready", name="ready", include_in_schema=False)
async def ready(office: Office) -> Response[dict[str, object]]:
    is_ready = await office.ready()
    body: dict[str, object] = {"ready": is_ready, "degraded": bool(office.watch.current)}
    return Response(body, status_code=200 if is_ready else 503)


@get("/standing", name="standing", include_in_schema=False)
async def standing(office: Office) -> Standing:
    return await office.standing()


@get("/metrics", name="metrics", media_type=MediaType.TEXT, include_in_schema=False)
async def metrics(office: Office) -> str:
    """Prometheus text: head, last, bookmarks, parked, age of the oldest unsent event, failures of workers."""
    now = await office.standing()
    registry = CollectorRegistry()
    name = office.service.name

    def gauge(what: str, words: str, labels: tuple[str, ...] = ()) -> Gauge:
        return Gauge(f"bifall_{what}", words, ("service", *labels), registry=registry)

    gauge("journal_head", "Number of the journal's last fact").labels(name).set(now.head)
    gauge("stream_last", "Number of the stream's last message").labels(name).set(now.last)
    gauge("parked_events", "Events waiting for an operator").labels(name).set(now.parked)
    gauge("oldest_unsent_seconds", "Age of the oldest fact not in the stream").labels(name).set(now.oldest_unsent_s)
    gauge("stream_ahead", "1 where the stream is ahead of the journal").labels(name).set(office.relay.ahead)
    bookmark = gauge("bookmark", "How far a source has been read", ("source",))
    for source, position in now.bookmarks.items():
        bookmark.labels(name, source).set(position)
    failures = gauge("worker_failures", "Failures of a worker since the start", ("worker",))
    for worker, health in office.workers.health.items():
        failures.labels(name, worker).set(health.total_failures)
    return generate_latest(registry).decode()


@get("/openapi.json", name="openapi", include_in_schema=False)
async def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The description of this service, OpenAPI 3.1."""
    return Response(msgspec.json.encode(request.app.openapi_schema.to_schema()), media_type="application/json")


@get("/words", name="words", security=[{}])
async def words(office: Office) -> Response[dict[str, KindWords]]:
    """What the service's kinds of subject are called in each status, and who has the next move. Needs no token."""
    said = {
        kind.name: KindWords(
            {str(status): label for status, label in kind.labels.items()},
            {str(status): mover for status, mover in kind.moves.items()},
        )
        for kind in office.service.kinds
    }
    return Response(said, headers={"Cache-Control": f"public, max-age={WORDS_KEPT_S}"})


@get("/journal/root", name="journal_root")
async def journal_root(office: Office, size: Annotated[int, QueryParameter(name="size", ge=0, le=2**53)]) -> OwnRoot:
    """The service's own book: what its journal hashes to, for whoever holds the other book against it."""
    return OwnRoot(size, (await office.own_root.own_root(size)).hex())


@get("/book/root", name="book_root", include_in_schema=False)
async def book_root(office: Office, size: BookSize) -> Told:
    """The root of the journal's first `size` entries, counted anew, for the service that keeps the other book."""
    return await office.own_root.told(size)


@get("/book/leaves", name="book_leaves", include_in_schema=False)
async def book_leaves(
    office: Office, after: BookSize, limit: Annotated[int, QueryParameter(name="limit", ge=1, le=LEAVES_MAX)]
) -> list[Leaf]:
    """What the entries after `after` hash to now."""
    return await office.own_root.leaves(after, limit)


@get("/parked", name="list_parked")
async def list_parked(office: Office) -> list[parked.Parked]:
    return await parked.listed(office.pool)


@post("/parked/{subject:uuid}/release", name="release_parked", status_code=200)
async def release_parked(subject: UUID, data: Nothing, office: Office) -> Released:
    """Takes what is parked about the subject, in order of arrival; what fails again stays parked."""
    try:
        return Released(await parked.release(office.worker_pool, office.take, subject))
    except Exception as error:  # whatever stops the take is for the operator to see
        log.warning("release.failed", service=office.service.name, subject=str(subject), error=repr(error))
        raise StillParked(error) from error


@get("/people/{person:uuid}/facts", name="list_held_facts")
async def list_held_facts(
    person: UUID, office: Office, after: After = None, limit: Limit = PAGE_DEFAULT
) -> Page[HeldFact]:
    """Every fact of this service that names the person by their pseudonym, with what they wrote in it."""
    return await facts_about(office, person, after, limit)


@post("/people/{person:uuid}/mentions", name="find_mentions", status_code=200)
async def find_mentions(person: UUID, data: Sought, office: Office, after: After = None) -> Page[Mention]:
    """Where the person's name or address stands in what is kept. A page may be empty and still have a next one."""
    return await mentions_of(office, person, data.words, after)


ENGINE_ROUTES: tuple[Any, ...] = (
    live,
    ready,
    standing,
    metrics,
    openapi,
    words,
    journal_root,
    book_root,
    book_leaves,
    list_parked,
    release_parked,
    list_held_facts,
    find_mentions,
)
