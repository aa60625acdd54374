"""How completely each source is kept: what it has told, what the stream holds, and what audit has."""

import asyncio
from typing import Any

import msgspec

from services.web.estate_status import Estate
from services.web.site.caller import Caller

SOURCES = ("applications", "review", "payouts", "web")


class Kept(msgspec.Struct, frozen=True):
    """Three numbers that are to be the same. `told` is None where the service does not answer, `sent` where the broker
    does not."""

    source: str
    told: int | None
    sent: int | None
    kept: int
    root: str
    parked: int

    @property
    def is_complete(self) -> bool:
        return self.told == self.sent == self.kept and self.parked == 0

    @property
    def behind(self) -> int:
        return max((self.told or 0) - self.kept, 0)


async def standing(caller: Caller) -> list[Kept]:
    status, held = await asyncio.gather(Estate(caller.site.services).status(), caller.ask("audit", "/completeness"))
    found: dict[str, dict[str, Any]] = {one["source"]: one for one in held.json["sources"]}
    return [_kept(source, status["services"].get(source, {}), found[source]) for source in SOURCES if source in found]


def _kept(source: str, service: dict[str, Any], held: dict[str, Any]) -> Kept:
    told = service.get("head", -1)
    return Kept(
        source=source,
        told=told if told >= 0 else None,
        sent=held["last"],
        kept=held["size"],
        root=held["root"],
        parked=service.get("parked", 0),
    )
