"""The id token: believed only where everything in it is as it has to be. Signature and parsing are joserfc's.

The key is the provider's own, from its own address, and of the one algorithm it was told to use: whatever key or
address of keys the token itself carries is not looked at.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

import msgspec
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from services.web.signing_in.provider import Provider, Source
from services.web.site.sessions import Level
from shared.refused import Refused
from shared.words import Text

LEEWAY_S = 30
"""How far two clocks may differ."""

AGE_MAX_S = 600
TOKEN_MAX = 32_768
KEY_TYPES = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}


class NotSignedIn(Refused):
    """The sign-in does not hold. `why` is for the log: a word of ours, nothing that came from outside."""

    status = 400
    title = Text("Inloggningen gick inte igenom", "The sign-in did not go through")

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(
            "Vi kunde inte vara säkra på inloggningen, så ingen är inloggad och inget har hänt. "
            "Börja om från inloggningssidan. Händer det igen, hör av dig till oss.",
            "We could not be sure of the sign-in, so nobody is signed in and nothing has happened. "
            "Start again from the sign-in page. If it happens again, tell us.",
        )


class NotEnough(NotSignedIn):
    """It is somebody, but shown less surely than it takes."""

    def __init__(self) -> None:
        super().__init__("acr")
        self.detail = Text(
            "Den e-legitimationen visar inte säkert nog vem du är. "
            "Logga in med en annan, eller med en kod till din e-post.",
            "That e-ID does not show surely enough who you are. Sign in with another, or with a code to your e-mail.",
        )


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """Whom the provider has shown us. `token` is the digest of the id token; the token itself is not kept."""

    provider: str
    issuer: str
    subject: str
    level: Level
    acr: str
    name: str
    auth_time: int | None
    token: str


class _Claims(msgspec.Struct, frozen=True):
    iss: str
    sub: str
    aud: str | list[str]
    exp: float
    iat: float
    nonce: str
    acr: str | None = None
    azp: str | None = None
    auth_time: float | None = None
    nbf: float | None = None
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None


async def verify(source: Source, token: str, nonce: str, *, shown_since: float | None) -> Identity:
    """`shown_since`: the person has to have shown who they are after that moment. Raises NotSignedIn, Silent."""
    provider = source.provider
    claims = _claims(await _payload(source, token))
    _refuse_wrong(provider, claims, nonce)
    if shown_since is not None and (claims.auth_time is None or claims.auth_time < shown_since - LEEWAY_S):
        raise NotSignedIn("auth_time")
    level = provider.acr.get(claims.acr or "")
    if level is None or claims.acr is None:
        raise NotEnough
    return Identity(
        provider=provider.name,
        issuer=claims.iss,
        subject=claims.sub,
        level=level,
        acr=claims.acr,
        name=claims.name or " ".join(filter(None, (claims.given_name, claims.family_name))),
        auth_time=None if claims.auth_time is None else int(claims.auth_time),
        token=hashlib.sha256(token.encode()).hexdigest(),
    )


async def _payload(source: Source, token: str) -> dict[str, Any]:
    algorithm = source.provider.algorithm
    if len(token) > TOKEN_MAX or not token.isascii() or token.count(".") != 2:
        raise NotSignedIn("token")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError) as error:
        raise NotSignedIn("token") from error
    if header.get("alg") != algorithm:
        raise NotSignedIn("alg")
    key_id = header.get("kid")
    if key_id is not None and not isinstance(key_id, str):
        raise NotSignedIn("kid")
    key = _key(await source.keys(key_id), key_id, algorithm)
    try:
        return jwt.decode(token, key, algorithms=[algorithm]).claims
    except (JoseError, ValueError, TypeError) as error:
        raise NotSignedIn("signature") from error


def _key(keys: list[dict[str, Any]], key_id: str | None, algorithm: str) -> RSAKey | ECKey:
    """The one key that fits; without an id in the token there may be no choice."""
    fitting = [
        key
        for key in keys
        if key.get("kty") == KEY_TYPES[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and key_id in (None, key.get("kid"))
    ]
    if len(fitting) != 1:
        raise NotSignedIn("key")
    public = {name: value for name, value in fitting[0].items() if name in ("kty", "n", "e", "crv", "x", "y", "kid")}
    try:
        return ECKey.import_key(public) if algorithm == "ES256" else RSAKey.import_key(public)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise NotSignedIn("key") from error


def _claims(payload: dict[str, Any]) -> _Claims:
    try:
        return msgspec.convert(payload, _Claims)
    except msgspec.ValidationError as error:
        raise NotSignedIn("claims") from error


def _refuse_wrong(provider: Provider, claims: _Claims, nonce: str) -> None:
    now = time.time()
    audience = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    checks = {
        "iss": claims.iss == provider.issuer,
        "aud": audience == [provider.client_id],  # a token made for others as well is no token for us
        "azp": claims.azp in (None, provider.client_id),
        "nonce": hmac.compare_digest(claims.nonce.encode(), nonce.encode()),
        "exp": claims.exp > now - LEEWAY_S,
        "iat": now - AGE_MAX_S < claims.iat < now + LEEWAY_S,
        "nbf": claims.nbf is None or claims.nbf < now + LEEWAY_S,
        "auth_time": claims.auth_time is None or claims.auth_time < now + LEEWAY_S,
        "sub": 0 < len(claims.sub) <= 255,
    }
    for why, holds in checks.items():
        if not holds:
            raise NotSignedIn(why)
