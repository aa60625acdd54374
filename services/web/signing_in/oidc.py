"""Signing in with an identity provider: the authorization code flow, as the Swedish OpenID Connect Profile has it.

Away with a state, a nonce and a PKCE challenge of our own making; back once, in the same browser, from the same
provider; then the code is exchanged and the id token checked. Whatever does not fit ends in NotSignedIn.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import quote_plus, urlencode
from uuid import UUID, uuid4

import httpx
import msgspec
from joserfc import jwt
from joserfc.jwk import RSAKey

from services.web.signing_in import rate_limits
from services.web.signing_in.begun import Begun
from services.web.signing_in.id_token import Identity, NotSignedIn, verify
from services.web.signing_in.lookup import secret
from services.web.signing_in.provider import Metadata, Provider, Source
from shared.refused import Refused, Unknown
from shared.words import Language, Text

KIND = "provider"
PARAMETER_MAX = 4_096
ASSERTION_LIFE_S = 60

Purpose = Literal["sign_in", "link", "sign"]


class Away(msgspec.Struct, frozen=True, kw_only=True):
    """What the browser went away for, kept until it is back. `account`: who was signed in then, if anybody."""

    provider: str
    purpose: Purpose
    nonce: str
    verifier: str
    began_at: float
    returns_to: str
    account: UUID | None = None
    signing: UUID | None = None


class Cancelled(Refused):
    """The person changed their mind at the provider."""

    status = 400
    title = Text("Du avbröt", "You cancelled")

    def __init__(self) -> None:
        super().__init__(
            "Du avbröt inloggningen. Inget har hänt. Du kan börja om när du vill.",
            "You cancelled the sign-in. Nothing has happened. You can start again whenever you like.",
        )


class RelyingParty:
    """`url` is the address people know us by; each provider has a way back of its own under it."""

    def __init__(self, pool: Any, providers: Sequence[Provider], url: str) -> None:
        self._pool = pool
        self._begun = Begun(pool)
        self._sources = {provider.name: Source(provider) for provider in providers}
        self._url = url

    @property
    def providers(self) -> tuple[Provider, ...]:
        return tuple(source.provider for source in self._sources.values())

    def _source(self, name: str) -> Source:
        source = self._sources.get(name)
        if source is None:
            raise Unknown
        return source

    def back(self, name: str) -> str:
        """Where this provider sends the browser back to."""
        return f"{self._url}/sign-in/with/{name}/back"

    async def begin(
        self,
        name: str,
        browser: str,
        network: bytes,
        *,
        purpose: Purpose = "sign_in",
        returns_to: str = "/",
        account: UUID | None = None,
        signing: UUID | None = None,
        language: Language = "sv",
    ) -> str:
        """Where to send the browser. Raises Unknown, Silent, TooMany."""
        source = self._source(name)
        await rate_limits.count(self._pool, ("provider.network", network))
        metadata = await source.metadata()
        state, away = (
            secret(),
            Away(
                provider=name,
                purpose=purpose,
                nonce=secret(),
                verifier=secret(),
                began_at=time.time(),
                returns_to=returns_to,
                account=account,
                signing=signing,
            ),
        )
        await self._begun.keep(KIND, state, browser, away)
        asked = _asked(source.provider, metadata, away) | {
            "redirect_uri": self.back(name),
            "state": state,
            "ui_locales": language,
        }
        glue = "&" if "?" in metadata.authorization_endpoint else "?"
        return f"{metadata.authorization_endpoint}{glue}{urlencode(asked)}"

    async def finish(self, name: str, answer: Mapping[str, str], browser: str) -> tuple[Away, Identity]:
        """`answer` are the parameters the browser came back with. Raises NotSignedIn, Cancelled, Silent, Unknown."""
        source = self._source(name)
        if any(len(value) > PARAMETER_MAX for value in answer.values()):
            raise NotSignedIn("parameter")
        away = await self._begun.take(KIND, answer.get("state", ""), browser, Away)
        if away is None:
            raise NotSignedIn("state")
        if away.provider != name:
            raise NotSignedIn("provider")
        metadata = await source.metadata()
        _refuse_mix_up(source, metadata, answer.get("iss"))
        if error := answer.get("error"):
            raise Cancelled if error == "access_denied" else NotSignedIn("error")
        if not (code := answer.get("code")):
            raise NotSignedIn("code")
        token = await self._exchanged(source, metadata, code, away)
        shown_since = away.began_at if away.purpose == "sign" else None
        return away, await verify(source, token, away.nonce, shown_since=shown_since)

    async def _exchanged(self, source: Source, metadata: Metadata, code: str, away: Away) -> str:
        """The id token for the code. Raises NotSignedIn where the provider does not take it: used before, perhaps."""
        provider = source.provider
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.back(provider.name),
            "code_verifier": away.verifier,
        }
        auth: httpx.Auth | None = None
        if provider.client_key is not None:
            form |= _assertion(provider, metadata.token_endpoint)
        else:
            auth = httpx.BasicAuth(quote_plus(provider.client_id), quote_plus(provider.client_secret or ""))
        answered = await source.post(metadata.token_endpoint, form, auth)
        token = (answered or {}).get("id_token")
        if not isinstance(token, str):
            raise NotSignedIn("exchange")
        return token


def _asked(provider: Provider, metadata: Metadata, away: Away) -> dict[str, str]:
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "scope": provider.scope,
        "nonce": away.nonce,
        "code_challenge": _challenge(away.verifier),
        "code_challenge_method": "S256",
        "acr_values": " ".join(provider.acr),
    }
    if metadata.claims_parameter_supported:
        acr = {"essential": True, "values": list(provider.acr)}
        claims = {"id_token": {"acr": acr, "name": None, "given_name": None, "family_name": None}}
        asked["claims"] = msgspec.json.encode(claims).decode()
    if away.purpose == "sign":
        asked |= {"prompt": "login", "max_age": "0"}
    return asked


def _refuse_mix_up(source: Source, metadata: Metadata, issuer: str | None) -> None:
    """The answer has to come from whom the browser was sent to (RFC 9207). Raises NotSignedIn."""
    if issuer is None and metadata.authorization_response_iss_parameter_supported:
        raise NotSignedIn("no_iss")
    if issuer is not None and issuer != source.provider.issuer:
        raise NotSignedIn("mix_up")


def _challenge(verifier: str) -> str:
    """PKCE, S256 (RFC 7636 §4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _assertion(provider: Provider, token_endpoint: str) -> dict[str, str]:
    """Who we are, signed with our own key (RFC 7523), instead of a secret that both have."""
    key = RSAKey.import_key((provider.client_key or b"").decode())
    now = int(time.time())
    claims = {
        "iss": provider.client_id,
        "sub": provider.client_id,
        "aud": token_endpoint,
        "jti": str(uuid4()),
        "iat": now,
        "exp": now + ASSERTION_LIFE_S,
    }
    header = {"alg": provider.algorithm if provider.algorithm != "ES256" else "RS256"}
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    return {
        "client_id": provider.client_id,
        "client_assertion_type": kind,
        "client_assertion": jwt.encode(header, claims, key, algorithms=[header["alg"]]),
    }
