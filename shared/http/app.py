"""The application of a service: its routes, who may use them, the limits, and how errors are told."""

import hmac
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Litestar, Request
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.handlers import BaseRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, SecurityScheme, Server
from litestar.types import Scope

from shared.book import KEY_HEADER
from shared.http.actor_token import Verifier
from shared.http.after import AFTER_TIMEOUT_S, NotHeardYet, positions
from shared.http.body import JSON_MAX_BYTES, StrictBody
from shared.http.engine_routes import ENGINE_ROUTES, INSIDE, KEYED, OPEN, THROUGH_THE_DOOR
from shared.http.problems import HANDLERS, Unauthorized
from shared.http.visit import Visit
from shared.identity import ANYBODY
from shared.office import Office
from shared.refused import Unknown

HEADERS = """
An answer about one subject carries `ETag`, its version, and `Bifall-May`: the operations by which the person who asks
may go on with it now, by their `operationId` here, sorted and parted by commas; empty where there are none. `/words`
says what the statuses are called. Commands that change a subject want its version as `If-Match`, and take an
`Idempotency-Key` (a UUID) under which they may safely be sent again.

The answer to a command also carries `Bifall-Position: service=n`, how far the journal has come. Whoever hands that on
as `Bifall-After` is answered only when the service asked has heard of it.
"""
"""What all operations have in common, for whoever reads the description."""


class Guard:
    """Stands before every route: without a valid token, or without a role for it, nobody comes further."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._inside = INSIDE | {str(route.name) for route in office.service.inside}
        self._verifier = Verifier(office.settings.token_public_key, office.service.name)

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        if b"%00" in connection.scope["query_string"] or "\x00" in connection.scope["path"]:
            raise HTTPException(status_code=400)  # no text here has one, and no database would take it
        operation = str(handler.name)
        told = _told(connection.scope)
        if operation in self._inside and THROUGH_THE_DOOR in told:
            raise Unknown
        if operation in KEYED and not self._shows_key(told):
            raise Unknown
        if operation in OPEN or operation in self._inside:
            return
        is_for_all = operation in self._office.policy.open_to_all
        if is_for_all and "authorization" not in told:
            connection.scope["state"]["actor"] = ANYBODY
            return
        scheme, _, token = told.get("authorization", "").partition(" ")
        actor = self._verifier.actor(token) if scheme.lower() == "bearer" else None
        if actor is None:
            raise Unauthorized
        connection.scope["state"]["actor"] = actor
        self._office.policy.knock(operation, actor)
        if after := told.get("bifall-after"):
            await self._heard(after)

    def _shows_key(self, told: Mapping[str, str]) -> bool:
        settings, shown = self._office.settings, told.get(KEY_HEADER, "")
        has_secret = bool(settings.key_encryption_key)  # what is derived from nothing is no key
        return has_secret and hmac.compare_digest(shown.encode(), settings.book_key.encode())

    async def _heard(self, after: str) -> None:
        """Waits until this service has read what the caller has seen. Raises NotHeardYet where it takes too long."""
        for source, position in positions(after):
            is_heard = source in self._office.service.hears
            if is_heard and not await self._office.bookmarks.wait_for(source, position, AFTER_TIMEOUT_S):
                raise NotHeardYet


def _told(scope: Scope) -> dict[str, str]:
    """The headers by their names; of one that was sent twice, the first."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in reversed([*scope["headers"]])}


def build(office: Office) -> Litestar:
    """The application of one service, whose office is open."""

    async def visit(request: Request[Any, Any, Any]) -> Visit:
        return Visit(request, office, str(request.route_handler.name), request.scope["state"]["actor"])

    async def the_office() -> Office:
        return office

    service = office.service.name
    return Litestar(
        route_handlers=[*ENGINE_ROUTES, *office.service.routes, *office.service.inside],
        guards=[Guard(office)],
        dependencies={"visit": Provide(visit), "office": Provide(the_office)},
        dto=StrictBody,
        return_dto=None,
        exception_handlers=HANDLERS,
        request_max_body_size=JSON_MAX_BYTES,
        openapi_config=OpenAPIConfig(
            title=f"Bifall: {service}",
            version="1",
            description=HEADERS.strip(),
            path="/_schema",
            operation_id_creator=lambda handler, *_: str(handler.name),
            use_handler_docstrings=True,
            servers=[Server(url=f"/api/{service}")],
            components=Components(security_schemes={"token": SecurityScheme(type="http", scheme="bearer")}),
            security=[{"token": []}],
        ),
        logging_config=None,
        signature_types=[Office, Visit, UUID],
    )
