"""What a browser has begun elsewhere (at an identity provider, at a passkey) and has not come back from yet.

Each is used once, within minutes, and only by the browser that began it: a secret in a cookie of its own says which
that is. What somebody else began, or what was used before, is as if it had never been.
"""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec

from services.web.signing_in.lookup import digest_of

BROWSER = "browser"
LIFE_S = 10 * 60

Content = TypeVar("Content", bound=msgspec.Struct)


class Begun:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def keep(self, kind: str, handle: str, browser: str, content: msgspec.Struct) -> None:
        """`handle` is what comes back from elsewhere: the state, the challenge."""
        await self._pool.execute("delete from begun where expires_at < clock_timestamp()")
        await self._pool.execute(
            "insert into begun (digest, browser, kind, content, expires_at)"
            " values ($1, $2, $3, $4, clock_timestamp() + make_interval(secs => $5))",
            digest_of(handle),
            digest_of(browser),
            kind,
            msgspec.json.encode(content),
            LIFE_S,
        )

    async def take(self, kind: str, handle: str, browser: str, shape: type[Content]) -> Content | None:
        """Takes it away; None where this browser has begun nothing of the kind."""
        content = await self._pool.fetchval(
            "delete from begun where digest = $1 and browser = $2 and kind = $3 and expires_at > clock_timestamp()"
            " returning content",
            digest_of(handle),
            digest_of(browser),
            kind,
        )
        return None if content is None or not browser else msgspec.json.decode(content, type=shape)
