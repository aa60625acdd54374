"""What needs no role and no page: the health of the whole estate, the interface for programs, and the demo's tokens."""

from typing import Any

from litestar import MediaType, Request, Response, get, post

from services.web.demo_people import PEOPLE, account_of
from services.web.estate_status import Estate
from services.web.front_page import POLICY, api_page
from services.web.loopback import on_loopback
from services.web.site.sessions import is_staff
from services.web.site.site import Site
from services.web.tokens import DEMO_LIFE_S
from shared.http.body import Body
from shared.http.problems import Unauthorized
from shared.refused import NoRole, Refused, Unknown
from shared.words import Code, Text


class NoDemo(Refused):
    status = 404
    title = Text("Ingen demo", "No demo")

    def __init__(self) -> None:
        super().__init__(
            "Det här är ingen demo. Demopersonerna finns bara medan `bifall up --demo` körs, och bara på samma dator.",
            "This is no demo. The demo people exist only while `bifall up --demo` runs, and only on the same machine.",
        )


class Person(Body, frozen=True):
    person: Code


def public_routes(site: Site) -> list[Any]:
    services, tokens, demo = site.services, site.tokens, site.about.demo
    estate = Estate(services)

    async def allowed(request: Request[Any, Any, Any]) -> None:
        """Loopback, else somebody who works here, with a token. Raises Unauthorized, Forbidden."""
        if not on_loopback(request):
            await works_here(request)

    async def works_here(request: Request[Any, Any, Any]) -> None:
        """How many facts there are, and of what, is not for whoever applies."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        actor = await tokens.actor(token) if scheme.lower() == "bearer" else None
        if actor is None:
            raise Unauthorized
        if not is_staff(actor):
            raise NoRole

    def demo_only(request: Request[Any, Any, Any]) -> None:
        if not (demo and on_loopback(request)):
            raise NoDemo

    @get("/api", media_type=MediaType.HTML)
    async def api() -> Response[str]:
        described = {name: await service.description() for name, service in services.items()}
        return Response(api_page(described), headers={"Content-Security-Policy": POLICY})

    @get("/live", media_type=MediaType.TEXT)
    async def live() -> str:
        return "live"

    @get("/ready")
    async def ready() -> Response[dict[str, Any]]:
        found = await estate.ready()
        return Response(found, status_code=200 if found["ready"] else 503)

    @get("/status")
    async def status(request: Request[Any, Any, Any]) -> dict[str, Any]:
        await allowed(request)
        return await estate.status()

    @get("/metrics", media_type=MediaType.TEXT)
    async def metrics(request: Request[Any, Any, Any]) -> str:
        await works_here(request)
        return estate.metrics_of(await estate.status())

    @get("/demo/people")
    async def demo_people(request: Request[Any, Any, Any]) -> list[str]:
        demo_only(request)
        return list(PEOPLE)

    @post("/demo/tokens", status_code=200)
    async def demo_token(request: Request[Any, Any, Any], data: Person) -> dict[str, str]:
        demo_only(request)
        if data.person not in PEOPLE:
            raise Unknown
        account = account_of(data.person)
        return {
            "person": data.person,
            "account": str(account),
            "token": await tokens.make(account, DEMO_LIFE_S, demo=True),
        }

    return [api, live, ready, status, metrics, demo_people, demo_token]
