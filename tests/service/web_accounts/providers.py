"""Identity providers for tests: the certified one as people meet it, and a hostile one that signs what it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from services.web.letters.post import send
from services.web.signing_in.desk import SignInDesk
from services.web.signing_in.provider import Provider, providers_from
from tests.service.house import URL, TestedHouse
from tests.service.web.browsing import Browser, Page

LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
LOA2 = "http://id.elegnamnden.se/loa/1.0/loa2"
SECRET = "a secret that both have, long enough"
KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}, private=True)


def told(name: str, issuer: str, **more: str) -> dict[str, str]:
    """The environment that tells of a provider."""
    settings = {"ISSUER": issuer, "CLIENT_ID": "bifall", "CLIENT_SECRET": SECRET, "ACR_MAP": f"{LOA3}=eid"} | more
    return {f"BIFALL_OIDC_{name.upper()}_{what}": value for what, value in settings.items()}


def providers(*environments: dict[str, str]) -> tuple[Provider, ...]:
    return providers_from({key: value for one in environments for key, value in one.items()})


@contextmanager
def knowing(house: TestedHouse, *environments: dict[str, str]) -> Iterator[SignInDesk]:
    """While it lasts, the house knows these providers and no others."""
    office = house.office("web")
    before = office.extra.get("sign_in_desks", {})
    desk = SignInDesk(office, URL, providers(*environments), send)
    office.extra["sign_in_desks"] = {URL: desk}
    try:
        yield desk
    finally:
        office.extra["sign_in_desks"] = before


async def away(browser: Browser, path: str) -> str:
    """Where the fund sends the browser."""
    answer = await browser.client.get(path, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


class AtTheProvider:
    """Somebody's browser at the certified provider, with its cookies."""

    def __init__(self) -> None:
        self.client = httpx.AsyncClient(follow_redirects=False, timeout=10)

    async def sign_in(self, url: str, login: str | None = "anna", acr: str = LOA3, name: str = "Anna Ek") -> str:
        """Signs in, or cancels without a login; the path that leads back to the fund. Says nothing where the provider
        knows them still."""
        for _ in range(8):
            answer = await self.client.get(url)
            assert answer.status_code in (302, 303), answer.text
            url = str(httpx.URL(url).join(answer.headers["location"]))
            if url.startswith(URL):
                return url.removeprefix(URL)
            if urlsplit(url).path.startswith("/interaction/") and login is not None:
                url = str(httpx.URL(url, params={"login": login, "acr": acr, "name": name}))
        raise AssertionError(f"the provider never came back: {url}")

    async def close(self) -> None:
        await self.client.aclose()


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


class HostileProvider:
    """Answers what a test tells it to. `claims` changes the claims of an honest token, `forge` makes another token of
    them."""

    def __init__(self) -> None:
        self.key = KEY
        self.claims: dict[str, Any] = {}
        self.forge: Callable[[dict[str, Any]], str] = self.honest
        self.metadata: dict[str, Any] = {}
        self.raw: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.slow_s = 0.0
        self.nonce = ""
        self.exchanged: list[dict[str, str]] = []
        hostile = self

        class Asked(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hostile.answer(self, {})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                hostile.answer(self, {name: values[0] for name, values in parse_qs(body).items()})

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
        self._server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, request: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        path = urlsplit(request.path).path
        if self.slow_s:
            time.sleep(self.slow_s)
        status, headers, body = self.raw.get(path) or (200, {}, json.dumps(self._content(path, form)).encode())
        request.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    def _content(self, path: str, form: dict[str, str]) -> Any:
        match path:
            case "/.well-known/openid-configuration":
                return {
                    "issuer": self.issuer,
                    "authorization_endpoint": f"{self.issuer}/auth",
                    "token_endpoint": f"{self.issuer}/token",
                    "jwks_uri": f"{self.issuer}/jwks",
                } | self.metadata
            case "/jwks":
                return {"keys": [self.key.as_dict(private=False)]}
            case "/token":
                self.exchanged.append(form)
                claims = self.honest_claims() | self.claims
                return {"id_token": self.forge({name: value for name, value in claims.items() if value is not None})}
        return {}

    def honest_claims(self) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.issuer,
            "sub": "somebody",
            "aud": "bifall",
            "iat": now,
            "exp": now + 60,
            "auth_time": now,
            "nonce": self.nonce,
            "acr": LOA3,
            "name": "Anna Ek",
        }

    def honest(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "first"}, claims, self.key, algorithms=["RS256"])

    async def comes_back(self, browser: Browser, start: str, **parameters: str | None) -> Page:
        """The browser goes away and comes straight back, with a code."""
        sent = asked(await away(browser, start))
        self.nonce = sent["nonce"]
        back = {"code": "a-code", "state": sent["state"], "iss": self.issuer} | parameters
        query = str(httpx.QueryParams({name: value for name, value in back.items() if value is not None}))
        return await browser.open(f"{urlsplit(sent['redirect_uri']).path}?{query}")

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
