"""`bifall verify --log`: every entry of a package's logs read again, for what of the case is not in the package.

A package proves what is in it. Whether more came after the last of it only the logs can say, so they are read whole,
from the running system or from a folder, and count for nothing until they give the very roots that the package has.
"""

from __future__ import annotations

from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import msgspec

from services.audit.story import FIRST_HAND, POINTERS, RULES
from services.command.client import asked, demo_token, open_client, sentence_of
from services.command.failure import Failure
from shared.envelope import Envelope, concerns, unseal
from shared.merkle import EMPTY_FRONTIER, leaf_hash
from shared.tlog.tiles import WIDTH, Tile, entries_of
from shared.trail_package.verify import EVENT_ID, Log, Package, leaves_in

NOT_FOUND, TOO_LONG = 404, 422
UNREADABLE = (msgspec.MsgspecError, ValueError, TypeError, RecursionError)
LEFT_OUT = (
    "{source} {position} ({type}, {time}) stands in the log and belongs to the case, and the package leaves it out"
)
UNKNOWN = "there is a log called {log} that the package knows nothing of: ask for a newer one"

LONG, LONG_BYTES = ".long", 4
"""How a bundle is kept in which an entry is longer than c2sp.org/tlog-tiles has room for, and how its lengths stand."""

Read = Callable[[Log, Tile], list[bytes] | None]
"""(log, bundle) → its entries; None where they are not there. Raises ValueError where it is no bundle, Failure."""


class Heard(msgspec.Struct, frozen=True):
    """An entry, as far as it says whom it is about. `actor` is the account of whoever did it, None for the fund."""

    source: str
    position: int
    type: str
    time: str
    subject: UUID
    actor: UUID | None


class Index:
    """What all logs say of whom, and `own`: what concerns the case itself."""

    def __init__(self, case: UUID) -> None:
        self._case = case
        self._of: dict[tuple[str, UUID], list[Heard]] = defaultdict(list)
        self.own: list[Heard] = []
        self._pointed: set[UUID] = set()
        self._rules: set[UUID] = set()

    def add(self, source: str, position: int, text: bytes) -> None:
        """What nobody can read is about nobody."""
        try:
            told = unseal(text)
            is_own = self._case in concerns(told)
            data = msgspec.json.decode(told.data)
        except UNREADABLE:
            return
        actor = told.authid if told.authtype == "user" else None
        heard = Heard(source, position, told.type, told.time, told.subject, actor)
        self._of[source, told.subject].append(heard)
        if is_own:
            self.own.append(heard)
            self._point(told, data)

    def _point(self, told: Envelope, data: Any) -> None:
        for name, value in leaves_in(data):
            if isinstance(value, str) and name in POINTERS | RULES:
                (self._rules if name in RULES else self._pointed).add(UUID(value))
        if cause := EVENT_ID.match(told.causationid or ""):
            self._pointed.add(UUID(cause[1]))

    def story(self) -> Iterator[Heard]:
        """All that a package of the case has to hold; docs/trail-format.md says why."""
        subjects = {(one.source, one.subject) for one in self.own}
        around = {
            (source, subject)
            for source, subject in self._of
            if subject in self._pointed | self._rules and (subject not in self._rules or source in FIRST_HAND)
        }
        whole = [one for pair in subjects for one in self._of[pair]]
        acting = {("web", one.actor) for one in (*self.own, *whole) if one.actor is not None}
        yield from self.own
        for pair in subjects | around | acting:
            yield from self._of.get(pair, ())


def completed(package: Package, where: str, keep: Path | None) -> int:
    """Says what the package leaves out. `where` is an address or a folder; what is fetched may be kept in another.
    Gives the exit code. Raises Failure where a log cannot be read."""
    if not EVENT_ID.match(f"{package.case}-1"):
        raise Failure("The package does not say of which case it is, so nothing can be looked for.")
    if (folder := Path(where)).is_dir():
        return _search(package, [path.parent.name for path in folder.glob("*/tile")], partial(_kept, folder))
    with open_client(where) as client:
        if "authorization" not in client.headers:
            client.headers["authorization"] = f"Bearer {demo_token(client, 'auditor')}"
        firsts = {str(log["name"]): log["first"] for log in asked(client, "GET", "/api/audit/log")}
        return _search(package, firsts, partial(_fetched, client, keep, firsts))


def _search(package: Package, logs: Iterable[str], read: Read) -> int:
    index = Index(UUID(package.case))
    found = [UNKNOWN.format(log=log) for log in sorted({*logs} - package.logs.keys())]
    found += [sentence for log in package.logs.values() if (sentence := _add(index, log, read))]
    there = {(one["source"], one["position"]) for one in package.events}
    left_out = {(one.source, one.position): one for one in index.story() if (one.source, one.position) not in there}
    found += [LEFT_OUT.format(**msgspec.structs.asdict(one)) for _, one in sorted(left_out.items())]
    for sentence in found:
        print(f"FOUND  {sentence}")
    read_all = ", ".join(f"{log.size} of {log.name}" for log in package.logs.values())
    print(f"Read whole: {read_all}. {'Something was found.' if found else 'Nothing of the case is left out.'}")
    return 1 if found else 0


def _add(index: Index, log: Log, read: Read) -> str | None:
    """A sentence where the log that was read is not the one that was signed. Raises Failure."""
    source, edge = log.name.partition("-")[0], EMPTY_FRONTIER
    for tile in _bundles(log.size):
        entries = _entries(log, tile, read)
        for place, text in enumerate(entries, edge.size + 1 - log.before):
            if place:  # at 0 stands what a log that began anew begins with, and no entry
                index.add(source, place, text)
        edge, _ = edge.extended(map(leaf_hash, entries))
    if edge.root() == log.root:
        return None
    return f"the log {log.name} as it was read is not the one of {log.size} entries that was signed"


def _entries(log: Log, tile: Tile, read: Read) -> list[bytes]:
    """A bundle at the edge of the tree may have become a whole one meanwhile. Raises Failure."""
    for each in dict.fromkeys((tile, Tile(None, tile.number))):
        try:
            entries = read(log, each)
        except ValueError as error:
            raise Failure(f"{log.name}/tile/{each.path} is no bundle of entries: {error}") from error
        if entries is not None and len(entries) >= tile.width:
            return entries[: tile.width]
    first, end = tile.nodes.first + 1, tile.nodes.end
    raise Failure(f"The entries {first} to {end} of {log.name} are not there: {log.name}/tile/{tile.path}")


def _bundles(size: int) -> Iterator[Tile]:
    for number in range(-(-size // WIDTH)):
        yield Tile(None, number, min(WIDTH, size - number * WIDTH))


def _file(folder: Path, log: Log, tile: Tile) -> Path:
    return folder / log.name / "tile" / tile.path


def _kept(folder: Path, log: Log, tile: Tile) -> list[bytes] | None:
    file = _file(folder, log, tile)
    long = file.with_name(file.name + LONG)
    if file.is_file():
        return entries_of(file.read_bytes())
    return entries_of(long.read_bytes(), LONG_BYTES) if long.is_file() else None


def _fetched(
    client: httpx.Client, keep: Path | None, firsts: Mapping[str, str | None], log: Log, tile: Tile
) -> list[bytes] | None:
    if keep is not None and (kept := _kept(keep, log, tile)) is not None:
        return kept
    answer = client.get(f"/api/audit/log/{log.name}/tile/{tile.path}")
    if answer.status_code == NOT_FOUND:
        return None
    if answer.status_code == TOO_LONG:
        entries = [_one(client, firsts[log.name], log, index) for index in range(tile.nodes.first, tile.nodes.end)]
        written, ending = b"".join(len(one).to_bytes(LONG_BYTES) + one for one in entries), LONG
    elif answer.is_success:
        entries, written, ending = entries_of(answer.content), answer.content, ""
    else:
        raise Failure(sentence_of(answer))
    if keep is not None:
        file = _file(keep, log, tile)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.with_name(file.name + ending).write_bytes(written)
    return entries


def _one(client: httpx.Client, first: str | None, log: Log, index: int) -> bytes:
    """An entry by itself: where one is too long for a bundle, its neighbours come so too."""
    if index < log.before:
        return (first or "").encode()
    source = log.name.partition("-")[0]
    told = asked(client, "GET", f"/api/audit/sources/{source}/entries/{index + 1 - log.before}")
    return b64decode(told["base64"]) if "base64" in told else str(told["text"]).encode()
