"""An identity provider: what we are told of it from outside, and what it says of itself (discovery and keys).

What it says is fetched within limits, believed for an hour, and only where it is about the very issuer we were told of.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
import msgspec
import structlog

from services.web.site.sessions import Level
from shared.refused import Refused
from shared.settings import MissingSetting, read
from shared.words import Text

TIMEOUT_S = 5.0
"""For one call, from the first byte sent to the last received."""

ANSWER_MAX_BYTES = 256 * 1024
BELIEVED_S = 3_600.0
SILENT_S = 5.0
"""Who asks so soon after it was silent is told so at once: nobody waits in a queue of those who wait."""

KEYS_AGAIN_S = 60.0
"""How soon keys are fetched anew for a key nobody knows: whoever makes up key ids makes no load."""

NAME = re.compile(r"^BIFALL_OIDC_([A-Z0-9]+)_ISSUER(_FILE)?$")
SCOPE = "openid https://id.oidc.se/scope/naturalPersonInfo"
"""The name, and nothing else: no personal number is asked for."""

Algorithm = Literal["RS256", "PS256", "ES256"]

log = structlog.get_logger()


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """`acr` says which of its levels is which of ours; what is not in it is not enough. One signing algorithm."""

    name: str
    title: str
    issuer: str
    client_id: str
    acr: Mapping[str, Level]
    client_secret: str | None = None
    client_key: bytes | None = None
    """A private key (PEM, RSA) to show who we are with, instead of a secret."""
    scope: str = SCOPE
    algorithm: Algorithm = "RS256"


class Silent(Refused):
    """The provider does not answer, or not in a way that can be used."""

    status = 503
    title = Text("Inloggningstjänsten svarar inte", "The sign-in service does not answer")

    def __init__(self, title: str) -> None:
        super().__init__(
            f"{title} svarar inte just nu. Försök igen om en stund, eller logga in på ett annat sätt. "
            "Inget är förlorat.",
            f"{title} does not answer right now. Try again in a while, or sign in another way. Nothing is lost.",
        )


class Metadata(msgspec.Struct, frozen=True):
    """What the provider says of itself (OpenID Connect Discovery), as far as we ask."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    claims_parameter_supported: bool = False
    authorization_response_iss_parameter_supported: bool = False


class Source:
    """One provider's metadata and keys, kept a while."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._metadata: tuple[Metadata, float] | None = None
        self._keys: tuple[list[dict[str, Any]], float] | None = None
        self._silent_at = float("-inf")
        self._turn = asyncio.Lock()

    async def metadata(self) -> Metadata:
        """Raises Silent."""
        async with self._turn:
            if self._metadata is None or time.monotonic() - self._metadata[1] > BELIEVED_S:
                self._metadata = (await self._discover(), time.monotonic())
            return self._metadata[0]

    async def keys(self, key_id: str | None) -> list[dict[str, Any]]:
        """The provider's public keys; fetched anew where none has that id. Raises Silent."""
        metadata = await self.metadata()
        async with self._turn:
            age = time.monotonic() - self._keys[1] if self._keys else BELIEVED_S + 1
            is_unknown = key_id is not None and all(key.get("kid") != key_id for key in self._known())
            if age > BELIEVED_S or (is_unknown and age > KEYS_AGAIN_S):
                found = await self._get(metadata.jwks_uri)
                keys = found.get("keys")
                self._keys = ([key for key in keys if isinstance(key, dict)], time.monotonic()) if keys else None
            return self._known()

    def _known(self) -> list[dict[str, Any]]:
        return self._keys[0] if self._keys else []

    async def post(self, url: str, form: Mapping[str, str], auth: httpx.Auth | None) -> dict[str, Any] | None:
        """What it answers to a form; None where it refuses. Raises Silent."""
        status, body = await self._call("POST", url, data=dict(form), auth=auth)
        if 400 <= status < 500:
            log.info("provider.refused", provider=self.provider.name, status=status)
            return None
        return self._object(status, body)

    async def _discover(self) -> Metadata:
        issuer = self.provider.issuer
        found = await self._get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        try:
            metadata = msgspec.convert(found, Metadata)
        except msgspec.ValidationError as error:
            raise self._silent(error) from error
        if metadata.issuer != issuer:
            raise self._silent("it says that it is another issuer")
        for url in (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri):
            if not is_safe(url, issuer):
                raise self._silent("an address of it is not https")
        return metadata

    async def _get(self, url: str) -> dict[str, Any]:
        if time.monotonic() - self._silent_at < SILENT_S:
            raise Silent(self.provider.title)
        return self._object(*await self._call("GET", url))

    async def _call(self, method: str, url: str, **given: Any) -> tuple[int, bytes]:
        """Follows no redirect, reads no more than the limit, waits no longer than the time-out in all."""
        try:
            async with (
                asyncio.timeout(TIMEOUT_S),
                httpx.AsyncClient(verify=_trust(), follow_redirects=False, timeout=TIMEOUT_S) as client,
                client.stream(method, url, headers={"Accept": "application/json"}, **given) as answer,
            ):
                body = b""
                async for part in answer.aiter_bytes():
                    body += part
                    if len(body) > ANSWER_MAX_BYTES:
                        raise self._silent("the answer is too long")
                return answer.status_code, body
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError) as error:
            raise self._silent(error) from error

    def _object(self, status: int, body: bytes) -> dict[str, Any]:
        try:
            found = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise self._silent(error) from error
        if status != 200 or not isinstance(found, dict):
            raise self._silent(f"status {status}")
        return found

    def _silent(self, why: object) -> Silent:
        self._silent_at = time.monotonic()
        log.warning("provider.silent", provider=self.provider.name, why=repr(why))
        return Silent(self.provider.title)


def is_safe(url: str, issuer: str) -> bool:
    """https; or http on this machine, for a provider that runs on it."""
    try:
        parts, own = urlsplit(url), urlsplit(issuer)
    except ValueError:  # no address at all
        return False
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == own.scheme == "http" and parts.hostname == own.hostname in ("127.0.0.1", "::1", "localhost")


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context()


def providers_from(environment: Mapping[str, str]) -> tuple[Provider, ...]:
    """Raises MissingSetting where one is told of by halves."""
    names = sorted({found[1] for key in environment if (found := NAME.match(key))})
    return tuple(_provider(environment, name) for name in names)


def _provider(environment: Mapping[str, str], name: str) -> Provider:
    def told(what: str) -> str | None:
        return read(environment, f"OIDC_{name}_{what}")

    def needed(what: str) -> str:
        if value := told(what):
            return value
        raise MissingSetting(f"The identity provider {name} needs BIFALL_OIDC_{name}_{what}.")

    issuer = needed("ISSUER")
    if not is_safe(issuer, issuer):
        raise MissingSetting(f"BIFALL_OIDC_{name}_ISSUER has to be https.")
    key = told("CLIENT_KEY")
    return Provider(
        name=name.lower(),
        title=told("TITLE") or name.capitalize(),
        issuer=issuer,
        client_id=needed("CLIENT_ID"),
        client_secret=None if key else needed("CLIENT_SECRET"),
        client_key=key.encode() if key else None,
        acr=_levels(name, needed("ACR_MAP")),
        scope=told("SCOPE") or SCOPE,
        algorithm=_algorithm(name, told("ALGORITHM") or "RS256"),
    )


def _levels(name: str, written: str) -> dict[str, Level]:
    """`http://id.elegnamnden.se/loa/1.0/loa3=eid, urn:example:otp=local`"""
    levels = {"eid": Level.EID, "local": Level.LOCAL, "email": Level.EMAIL}
    found = {}
    for part in written.replace(",", " ").split():
        acr, _, level = part.rpartition("=")
        if not acr or level not in levels:
            raise MissingSetting(f"BIFALL_OIDC_{name}_ACR_MAP: {part} should be <acr>=eid, =local or =email.")
        found[acr] = levels[level]
    return found


def _algorithm(name: str, written: str) -> Algorithm:
    try:
        found: Algorithm = msgspec.convert(written, Algorithm)
        return found
    except msgspec.ValidationError:
        raise MissingSetting(f"BIFALL_OIDC_{name}_ALGORITHM is RS256, PS256 or ES256.") from None
