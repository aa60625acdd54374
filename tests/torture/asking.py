"""The demo's people, asking through the torture's client: patient, keyed, and with every answer in the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from services.command.demo.people import People, Refusal
from tests.torture.load import Client, TurnedDown


class AskingPeople(People):
    """The same questions and deeds as in the demo; only how one asks is another."""

    def __init__(self, client: Client) -> None:
        self._asks = client
        self._seen: dict[str, int] = {}

    async def close(self) -> None:
        """The client is the load's, and closed by it."""

    async def _ask(
        self,
        who: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> httpx.Response:
        heard = {"Bifall-After": ",".join(f"{name}={number}" for name, number in self._seen.items())}
        sent = {**(headers or {}), **(heard if self._seen else {})}
        if isinstance(body, bytes) or body is None:
            content = body or b""
        else:
            content = json.dumps(body, default=str).encode()
            sent.setdefault("Content-Type", "application/json")
        try:
            answer = await self._asks.ask(who, method, path, content, sent, query or {})
        except TurnedDown as no:
            raise Refusal(who, f"{method} {path}", no.answer) from no
        self._remember(answer)
        return answer
