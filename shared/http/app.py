"""The application of a service: its routes, who may use them, the limits, and how errors are told."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Litestar, MediaType, Request, Response, get
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from shared.http.actor_token import Verifier
from shared.http.body import JSON_MAX_BYTES, StrictBody
from shared.http.problems import HANDLERS, Unauthorized
from shared.http.visit import MalformedHeader, Visit
from shared.office import Office, Standing
from shared.refused import Refused
from shared.words import Text

AFTER_TIMEOUT_S = 2.0
OPEN = frozenset({"live", "ready", "metrics", "standing", "openapi"})
"""Operations that ask no token: the service's own port is inside; the door asks for one."""


class Behind(Refused):
    """The caller wants to be sure that this service has heard of something, and it has not yet."""

    status = 503
    title = Text("Ett ögonblick", "One moment")

    def __init__(self) -> None:
        super().__init__("Det senaste har inte kommit fram än. Försök igen.", "The latest has not arrived yet. Try again.")


@get("/live", name="live", media_type=MediaType.TEXT, include_in_schema=False)
async def live() -> str:
    """The loop turns."""
    return "live"


@get("/ready", name="ready", include_in_schema=False)
async def ready(office: Office) -> Response[dict[str, object]]:
    is_ready = await office.ready()
    body = {"ready": is_ready, "degraded": bool(office.workers.unwell)}
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


class Guard:
    """Stands before every route: without a valid token, or without a role for it, nobody comes further."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._verifier = Verifier(office.settings.token_public_key, office.service.name)

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        operation = str(handler.name)
        if operation in OPEN or operation in self._office.policy.open_to_all:
            return
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        actor = self._verifier.actor(token) if scheme.lower() == "bearer" else None
        if actor is None:
            raise Unauthorized
        connection.scope["state"]["actor"] = actor
        self._office.policy.knock(operation, actor)
        if after := connection.headers.get("bifall-after"):
            await self._heard(after)

    async def _heard(self, after: str) -> None:
        """Waits until this service has read what the caller has seen. Raises Behind where it takes too long."""
        for source, position in _positions(after):
            if source in self._office.service.hears:
                if not await self._office.bookmarks.wait_for(source, position, AFTER_TIMEOUT_S):
                    raise Behind


def _positions(after: str) -> list[tuple[str, int]]:
    try:
        return [(source.strip(), int(position)) for source, _, position in (one.partition("=") for one in after.split(","))]
    except ValueError:
        raise MalformedHeader("Bifall-After") from None


def build(office: Office) -> Litestar:
    """The application of one service, whose office is open."""

    async def visit(request: Request[Any, Any, Any]) -> Visit:
        return Visit(request, office, str(request.route_handler.name), request.scope["state"]["actor"])

    async def the_office() -> Office:
        return office

    service = office.service.name
    return Litestar(
        route_handlers=[live, ready, standing, metrics, openapi, *office.service.routes],
        guards=[Guard(office)],
        dependencies={"visit": Provide(visit), "office": Provide(the_office)},
        dto=StrictBody,
        return_dto=None,
        exception_handlers=HANDLERS,
        request_max_body_size=JSON_MAX_BYTES,
        openapi_config=OpenAPIConfig(title=f"Bifall: {service}", version="1", path="/_schema", use_handler_docstrings=True),
        logging_config=None,
        signature_types=[Office, Visit, UUID],
    )


