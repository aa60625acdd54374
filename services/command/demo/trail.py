"""The trail, checked from outside: every event of every case is held against the tree, and every tree against the
service's own."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from services.command.demo.people import People, Refusal
from services.web.pages.packages.collect import made
from shared.merkle import leaf_hash, verify_inclusion

AUDITOR = "auditor"
CAUGHT_UP_S = 60.0
LOOK_EVERY_S = 0.25
PAGE = 100
FOLDER = "trail"
NOT_THERE = frozenset({403, 404})


async def complete(people: People) -> bool:
    """Whether every service has come as far as every other, waiting at most a minute."""
    for _ in range(int(CAUGHT_UP_S / LOOK_EVERY_S)):
        if (await people.status())["complete"]:
            return True
        await asyncio.sleep(LOOK_EVERY_S)
    return False


async def events_about(people: People, subjects: list[UUID]) -> tuple[set[tuple[str, int]], bool]:
    """Which events concern any of these, and whether each of them verifies."""
    seen: set[tuple[str, int]] = set()
    sound = True
    for traces in await asyncio.gather(*(_trail(people, subject) for subject in subjects)):
        for trace in traces:
            seen.add((trace["source"], trace["position"]))
            sound = sound and _holds(trace)
    return seen, sound


async def packages(people: People, cases: list[UUID]) -> dict[str, bytes]:
    """`trail/<registration number>.zip` → the package of each case, as the auditor is handed it."""
    kept: dict[str, bytes] = {}
    for case in cases:
        package = await made(lambda service, path: _ask(people, service, path), case)
        kept[f"{FOLDER}/{package.name}.zip"] = package.content
    return kept


async def _ask(people: People, service: str, path: str) -> bytes | None:
    try:
        return await people.get_bytes(AUDITOR, f"/api/{service}{path}")
    except Refusal as refusal:
        if refusal.answer.status_code in NOT_THERE:
            return None
        raise


async def books_agree(people: People) -> bool:
    """Whether audit's tree of each service has the root that the service computes from its own journal."""
    for head in await people.get(AUDITOR, "/api/audit/sources"):
        if head["size"]:
            own = await people.get(AUDITOR, f"/api/{head['source']}/journal/root", size=head["size"])
            if own["root"] != head["root"]:
                return False
    return True


async def _trail(people: People, subject: UUID) -> list[dict[str, Any]]:
    traces: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": PAGE}
    while True:
        page = await people.get(AUDITOR, f"/api/audit/cases/{subject}/trail", **query)
        traces += page["items"]
        if page["next"] is None:
            return traces
        query["after"] = page["next"]


def _holds(trace: dict[str, Any]) -> bool:
    """The exact text, hashed here, is in the tree at its place."""
    return verify_inclusion(
        leaf_hash(trace["text"].encode()),
        trace["index"],
        trace["size"],
        [bytes.fromhex(one) for one in trace["path"]],
        bytes.fromhex(trace["root"]),
    )
