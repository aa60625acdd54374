"""Audit, as the signer reaches it: over HTTP, with a password of its own."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import msgspec

from services.signer.domain.judgement import Remembered, Stop, Told
from shared.tlog.tiles import entries_of

TIMEOUT_S = 15.0
LENGTH_BYTES = 4


class NotHandedIn(Exception):
    """Audit does not take what it was handed, or says what cannot be; the sentence is its own."""


class Audit:
    def __init__(self, url: str, password: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {password}", "Accept-Language": "en"}
        self._client = httpx.AsyncClient(base_url=url, timeout=TIMEOUT_S, headers=headers, transport=transport)

    async def close(self) -> None:
        await self._client.aclose()

    async def told(self) -> list[Told]:
        """Raises httpx.HTTPError, NotHandedIn."""
        answer = await self._client.get("/signer/logs")
        _check(answer)
        return msgspec.json.decode(answer.content, type=list[Told])

    async def leaves(self, log: str, first: int, end: int) -> list[bytes]:
        """Exact bytes from index `first`; fewer where they are many. Raises as `told`, and ValueError."""
        answer = await self._client.get(f"/signer/logs/{log}/leaves", params={"first": first, "end": end})
        _check(answer)
        return entries_of(answer.content, LENGTH_BYTES)

    async def open(self, log: Remembered) -> None:
        """Tells audit of a log with all its keys; what it knows already is not doubled. Raises as `told`."""
        body = {"source": log.source, "number": log.number, "origin": log.origin, "key": log.key, "first": log.first}
        _check(await self._client.put(f"/signer/logs/{log.name}", json=body))
        await self.hand_on(log)

    async def hand_on(self, log: Remembered) -> None:
        for note in log.rotations:
            _check(await self._client.post(f"/signer/logs/{log.name}/keys", json={"note": note}))

    async def hand_in(self, log: Remembered) -> None:
        """The newest checkpoint. Raises as `told`."""
        _check(await self._client.post(f"/signer/logs/{log.name}/checkpoints", json={"note": log.note}))

    async def say_why_not(self, stops: Mapping[str, Stop]) -> None:
        """All that stands in the way of signing, source → why. Raises as `told`."""
        said = [{"source": source, "name": stop.name, "sentence": stop.sentence} for source, stop in stops.items()]
        _check(await self._client.put("/signer/stops", json={"stops": said}))


def _check(answer: httpx.Response) -> None:
    if not answer.is_success:
        raise NotHandedIn(f"{answer.status_code} from {answer.url.path}: {answer.text[:300]}")
