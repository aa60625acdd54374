"""Each service's own book held against audit's trail now, and the trail against itself: `bifall audit reconcile`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
from rich.console import Console
from rich.table import Table

from services.command.client import asked as ask

NAMED_MAX = 1_000
"""Findings that are named of each service: where everything differs, a list of everything helps nobody."""

SENTENCES = {
    "altered_here": "audit's copy was altered",
    "different": "the service's journal and audit's copy differ",
    "missing_here": "audit has lost it",
    "missing_there": "the service's journal has lost it",
    "altered": "audit's copy is not what audit's own tree says",
}


class Finding(msgspec.Struct, frozen=True):
    """Entry `position` of a service; `concerned` are the case and whatever else it is about, where that can be read."""

    source: str
    position: int
    what: str
    concerned: tuple[str, ...] = ()


class Compared(msgspec.Struct, frozen=True):
    """One service. `agrees` that both books have one root, `whole` that audit's tree is that of its texts."""

    source: str
    size: int
    agrees: bool
    whole: bool
    findings: list[Finding]


def reconcile(client: httpx.Client, as_json: bool) -> bool:
    """Prints what was found; whether everything agrees."""
    compared = [_compared(client, one["source"]) for one in ask(client, "GET", "/api/audit/sources")]
    holds = all(one.agrees and one.whole for one in compared)
    if as_json:
        print(json.dumps({"agrees": holds, "sources": msgspec.to_builtins(compared)}))
    else:
        _show(compared)
    return holds


def _compared(client: httpx.Client, source: str) -> Compared:
    at = f"/api/audit/sources/{source}"
    agreed = ask(client, "GET", f"{at}/agreement")
    recounted = list(_pages(client, f"{at}/verification"))
    findings = {
        position: Finding(source, position, "altered")
        for page in recounted
        for position in page["altered"] + page["missing"]
    }
    if not agreed["agrees"]:
        for page in _pages(client, f"{at}/differences"):
            for one in page["differences"]:
                finding = Finding(source, one["position"], one["what"], tuple(one["concerned"]))
                findings[finding.position] = finding
    return Compared(
        source=source,
        size=agreed["size"],
        agrees=agreed["agrees"],
        whole=all(page["agrees"] for page in recounted),
        findings=[findings[position] for position in sorted(findings)],
    )


def _pages(client: httpx.Client, path: str) -> Iterator[dict[str, Any]]:
    after = ""
    while True:
        page = ask(client, "GET", f"{path}{after}")
        yield page
        if page["next"] is None:
            return
        after = f"?after={page['next']}"


def _show(compared: list[Compared]) -> None:
    console = Console()
    table = Table("service", "entries", "the two books", "audit's tree")
    for one in compared:
        agreed, whole = "agree" if one.agrees else "DIFFER", "whole" if one.whole else "ALTERED"
        table.add_row(one.source, str(one.size), agreed, whole)
    console.print(table)
    for one in compared:
        for finding in one.findings[:NAMED_MAX]:
            about = f", about {' '.join(finding.concerned)}" if finding.concerned else ""
            console.print(f"{one.source} {finding.position}: {SENTENCES[finding.what]}{about}", soft_wrap=True)
        if len(one.findings) > NAMED_MAX:
            console.print(f"{one.source}: and {len(one.findings) - NAMED_MAX} more")
