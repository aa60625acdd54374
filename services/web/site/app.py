"""The application behind the door that is not `/api/<service>/`: the pages, their files, and the health of it all."""

from typing import Any

from litestar import Litestar, Request, Response, Router, get
from litestar.connection import ASGIConnection
from litestar.di import Provide
from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException
from litestar.handlers import BaseRouteHandler

from services.web.pages import ROUTES
from services.web.public import public_routes
from services.web.site import cookies
from services.web.site.caller import Caller, the_caller
from services.web.site.errors import ErrorPages
from services.web.site.forms import BODY_MAX_BYTES, local_path, refuse_from_elsewhere
from services.web.site.rendering import static_files
from services.web.site.site import Site
from services.web.site.static import KEPT_FOR
from shared.http.body import StrictBody
from shared.http.problems import HANDLERS
from shared.words import Language


async def only_from_our_pages(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    if connection.scope["type"] == ScopeType.HTTP:
        refuse_from_elsewhere(Request(connection.scope))


@get("/static/{version:str}/{name:path}", name="static_file", include_in_schema=False)
async def static_file(version: str, name: str, request: Request[Any, Any, Any]) -> Response[bytes]:
    """A file that never changes under this address. Another version's address is answered with today's, kept shortly:
    a page from before the new version is still open somewhere."""
    files = static_files()
    file = files.files.get(name.lstrip("/"))
    if file is None:
        raise NotFoundException
    headers = {
        "Cache-Control": KEPT_FOR if version == files.version else "no-cache",
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, media_type=file.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.content, media_type=file.media_type, headers=headers)


@get("/language/{code:str}", name="choose_language")
async def choose_language(code: Language, caller: Caller, back: str = "/") -> Response[Any]:
    """Remembered for a year in this browser."""
    answer = caller.goes_on(local_path(back))
    answer.set_cookie(cookies.made(caller.site.about, cookies.LANGUAGE, code, cookies.YEAR_S))
    return answer


def site_app(site: Site) -> Litestar:
    async def caller(request: Request[Any, Any, Any]) -> Caller:
        return await the_caller(site, request)

    errors = ErrorPages(site)
    pages = Router(
        path="/",
        route_handlers=[choose_language, *ROUTES],
        dependencies={"caller": Provide(caller)},
        guards=[only_from_our_pages],
        exception_handlers=errors.handlers,
        include_in_schema=False,
    )
    health = Router(path="/", route_handlers=public_routes(site), dto=StrictBody, exception_handlers=HANDLERS)
    return Litestar(
        route_handlers=[pages, health, static_file],
        return_dto=None,
        exception_handlers=errors.handlers,
        request_max_body_size=BODY_MAX_BYTES,
        openapi_config=None,
        logging_config=None,
        signature_types=[Caller],
    )
