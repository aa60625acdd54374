"""Who sits at this machine: what is open on loopback is open to its people, not to the pages that their browser shows.

A page anywhere may have a browser ask here: under a name that it has pointed at 127.0.0.1 (DNS rebinding), or across
sites. The first shows in Host, the second in Origin and Sec-Fetch-Site. A proxy in front says whom it asks for.
"""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from litestar import Request

BY_PROXIES = ("x-forwarded-for", "x-real-ip", "forwarded", "via")
OF_THE_SAME_SITE = (None, "same-origin", "none")
"""What Sec-Fetch-Site says of our own pages and of what is typed in the address bar; programs do not send it."""


def on_loopback(request: Request[Any, Any, Any]) -> bool:
    """Whether the caller sits at this machine and asks for themselves."""
    if request.client is None or not _is_loopback(request.client.host):
        return False
    host, origin = request.headers.get("host", ""), request.headers.get("origin")
    return (
        not any(name in request.headers for name in BY_PROXIES)
        and _is_loopback(_name_in(host))
        and origin in (None, f"http://{host}")
        and request.headers.get("sec-fetch-site") in OF_THE_SAME_SITE
    )


def _name_in(host: str) -> str:
    """The name without the port; nothing where that cannot be told."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
