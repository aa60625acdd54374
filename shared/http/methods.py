"""Which methods an address answers to: what a 405 has to say in its Allow header (RFC 9110 §15.5.6)."""

from __future__ import annotations

from litestar import Litestar
from litestar.routes import BaseRoute, HTTPRoute


def allowed(app: Litestar, path: str) -> str:
    """The methods of every route that the path could be, as the Allow header writes them."""
    parts = [part for part in path.split("/") if part]
    return ", ".join(sorted({method for route in app.routes if _fits(route, parts) for method in route.methods}))


def _fits(route: BaseRoute, parts: list[str]) -> bool:
    if not isinstance(route, HTTPRoute) or len(route.path_components) != len(parts):
        return False
    return all(not isinstance(own, str) or own == part for own, part in zip(route.path_components, parts, strict=True))
