"""`bifall audit reconcile`: each service's own book held against audit's trail now, the trail against itself, and both
against what was signed: the checkpoints that are kept here, and those that somebody brings from outside."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import msgspec
from rich.console import Console
from rich.table import Table

from services.audit.as_signed import AsSigned, spans, told
from services.audit.domain.as_signed import Held, Stands, Unlike
from services.command.client import asked as ask
from services.command.outside import Brought, OutsideFinding, against

NAMED_MAX = 1_000
"""Findings that are named of each service: where everything differs, a list of everything helps nobody."""

SENTENCES = {
    "altered_here": "audit's copy was altered",
    "different": "the service's journal and audit's copy differ",
    "missing_here": "audit has lost it",
    "missing_there": "the service's journal has lost it",
    "altered": "audit's copy is not what audit's own tree says",
    "stored_hash": "the hash that is stored above them is not theirs",
    "rewritten": "one at least is not what was signed",
    "cut": "they were signed, and are gone",
    "false_checkpoint": "the checkpoint is not one that the log's key signed of this tree",
}


class Finding(msgspec.Struct, frozen=True):
    """Entry `position` of a service; `concerned` are the case and whatever else it is about, where that can be read."""

    source: str
    position: int
    what: str
    concerned: tuple[str, ...] = ()


class Range(msgspec.Struct, frozen=True):
    """Entries `first` to `last` of a service; `size` is that of the checkpoint that says so, where one does."""

    what: str
    first: int
    last: int
    size: int | None = None


class Compared(msgspec.Struct, frozen=True):
    """One service. `agrees` that both books have one root, `whole` that audit's tree is that of its texts, `as_signed`
    that it is what every kept checkpoint says, of which there are `checkpoints`. `own_as_signed` says the same of the
    service's own book, by the newest; None where there is nothing to tell by."""

    source: str
    size: int
    agrees: bool
    whole: bool
    as_signed: bool
    own_as_signed: bool | None
    checkpoints: int
    findings: list[Finding]
    ranges: list[Range]


def reconcile(client: httpx.Client, as_json: bool, files: Sequence[Brought] = ()) -> bool:
    """Prints what was found; whether everything agrees."""
    compared = [_compared(client, one["source"]) for one in ask(client, "GET", "/api/audit/sources")]
    outside = against(client, files)
    holds = all(one.agrees and one.whole and one.as_signed for one in compared) and not outside
    if as_json:
        told_of = {"agrees": holds, "sources": compared, "outside": outside}
        print(json.dumps(msgspec.to_builtins(told_of)))
    else:
        _show(compared)
        _show_outside(files, outside)
    return holds


def _compared(client: httpx.Client, source: str) -> Compared:
    at = f"/api/audit/sources/{source}"
    agreed = ask(client, "GET", f"{at}/agreement")
    recounted = list(_pages(client, f"{at}/verification"))
    wrong = [(level, index) for page in recounted for level, index in page["wrong"]]
    signed = [msgspec.convert(page, AsSigned) for page in _pages(client, f"{at}/as-signed")]
    held = [one for page in signed for one in page.held]
    unlike = told(held, signed[-1].before, signed[-1].size, wrong)
    findings = {
        position: Finding(source, position, "altered")
        for page in recounted
        for position in page["altered"] + page["missing"]
    }
    whole = all(page["agrees"] for page in recounted)
    if not (agreed["agrees"] and whole):  # a copy may be altered under a root that was left as it was
        for page in _pages(client, f"{at}/differences"):
            for one in page["differences"]:
                finding = Finding(source, one["position"], one["what"], tuple(one["concerned"]))
                findings[finding.position] = finding
    return Compared(
        source=source,
        size=agreed["size"],
        agrees=agreed["agrees"],
        whole=whole,
        as_signed=not unlike,
        own_as_signed=agreed["agrees"] and not unlike if agreed["agrees"] else _own_as_signed(client, signed[-1], held),
        checkpoints=len(held),
        findings=[findings[position] for position in sorted(findings)],
        ranges=_ranges(wrong, unlike),
    )


def _ranges(wrong: list[tuple[int, int]], unlike: list[Unlike]) -> list[Range]:
    stored = [Range("stored_hash", span.first, span.last) for span in spans(wrong)]
    return stored + [Range(one.what, one.first, one.last, one.size) for one in unlike]


def _own_as_signed(client: httpx.Client, signed: AsSigned, held: list[Held]) -> bool | None:
    """The two differ: whether it is the service's own book that is as it was signed."""
    newest = next((one for one in reversed(held) if one.stands in (Stands.HOLDS, Stands.OTHER)), None)
    if newest is None or signed.before:
        return None
    own = ask(client, "GET", f"/api/audit/sources/{signed.source}/agreement?size={newest.size}")
    return bool(own["own_root"] == newest.root and own["own_size"] == newest.size)


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
    table = Table("service", "entries", "the two books", "audit's tree", "as signed", "checkpoints")
    for one in compared:
        agreed, whole = "agree" if one.agrees else "DIFFER", "whole" if one.whole else "ALTERED"
        table.add_row(one.source, str(one.size), agreed, whole, _signed(one), str(one.checkpoints))
    console.print(table)
    for one in compared:
        for finding in one.findings[:NAMED_MAX]:
            about = f", about {' '.join(finding.concerned)}" if finding.concerned else ""
            console.print(f"{one.source} {finding.position}: {SENTENCES[finding.what]}{about}", soft_wrap=True)
        if len(one.findings) > NAMED_MAX:
            console.print(f"{one.source}: and {len(one.findings) - NAMED_MAX} more")
        for each in one.ranges:
            place = str(each.first) if each.first == each.last else f"{each.first}–{each.last}"
            by = f" (checkpoint {each.size})" if each.size is not None else ""
            console.print(f"{one.source} {place}: {SENTENCES[each.what]}{by}", soft_wrap=True)
        if not one.agrees and one.own_as_signed is not None:
            said = "is as it was signed" if one.own_as_signed else "is not as it was signed either"
            console.print(f"{one.source}: the service's own book {said}", soft_wrap=True)


def _signed(one: Compared) -> str:
    if not one.checkpoints:
        return "nothing signed"
    return "yes" if one.as_signed else "NO"


def _show_outside(files: Sequence[Brought], found: list[OutsideFinding]) -> None:
    console = Console()
    for finding in found:
        console.print(f"{finding.source}: {finding.sentence}".removeprefix(": "), soft_wrap=True)
    if files and not found:
        console.print(f"All {len(files)} brought from outside are still true here.")
