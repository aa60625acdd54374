"""Actor tokens: how `web` tells a service on whose behalf it asks. Short-lived, Ed25519-signed, for one service only.

A service holds only the public key. A verified token is remembered for its short life: verifying costs more than a
command.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import Any
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shared.identity import Actor, Post, Role

ALGORITHM = "Ed25519"
ISSUER = "bifall"
LIFE_S = 120
LEEWAY_S = 5
KEPT_MAX = 2_048
TOKEN_MAX_BYTES = 48_000


class Minter:
    """`web`'s half: makes tokens, and gives the same one again while most of its life is left."""

    def __init__(self, private_pem: bytes) -> None:
        self._key = OKPKey.import_key(private_pem.decode())
        self._kept: OrderedDict[tuple[Actor, str], tuple[str, float]] = OrderedDict()

    def token(self, actor: Actor, service: str) -> str:
        kept = self._kept.get((actor, service))
        if kept is not None and LIFE_S / 2 < kept[1] - time.time() <= LIFE_S:  # longer: the clock was set back since
            return kept[0]
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": service,
            "sub": str(actor.id),
            "iat": now,
            "exp": now + LIFE_S,
            "posts": [
                [post.role, None if post.association is None else str(post.association)]
                for post in actor.posts
                if post.draft is None
            ],
            "helps": [[str(draft), str(association)] for draft, association in actor.drafts_helped.items()],
        }
        token = jwt.encode({"alg": ALGORITHM, "typ": "JWT"}, claims, self._key, algorithms=[ALGORITHM])
        self._kept[actor, service] = (token, now + LIFE_S)
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return token


class Verifier:
    """A service's half."""

    def __init__(self, public_pem: bytes, service: str) -> None:
        self._key = OKPKey.import_key(public_pem.decode())
        self._service = service
        self._rules = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": service},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )
        self._kept: OrderedDict[str, tuple[Actor, float, float]] = OrderedDict()

    def actor(self, token: str) -> Actor | None:
        """Who it stands for, or None where it is not valid here and now."""
        kept = self._kept.get(token)
        if kept is not None and kept[1] - LEEWAY_S <= time.time() < kept[2]:  # a clock set back makes no life longer
            return kept[0]
        self._kept.pop(token, None)
        if len(token) > TOKEN_MAX_BYTES:
            return None
        try:
            claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
            self._rules.validate(claims)
            actor = _actor(claims)
        except (JoseError, ValueError, TypeError, KeyError, RecursionError, msgspec.ValidationError):
            return None
        self._kept[token] = (actor, float(claims["iat"]), float(claims["exp"]))
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return actor


class _Claims(msgspec.Struct):
    sub: UUID
    posts: tuple[tuple[Role, UUID | None], ...]
    helps: tuple[tuple[UUID, UUID], ...] = ()


def _actor(claims: dict[str, Any]) -> Actor:
    """Nobody is the fund itself by token. Raises msgspec.ValidationError."""
    read = msgspec.convert(claims, _Claims)
    posts = [Post(role, association) for role, association in read.posts if role is not Role.FUND]
    return Actor(read.sub, (*posts, *(Post(Role.HELPER, association, draft) for draft, association in read.helps)))
