"""`bifall verify --log`: every entry of a package's logs read again, for what of the case is not in the package.

A package proves what is in it. Whether more came after the last of it only the logs can say, so they are read whole,
from the running system or from a folder, and count for nothing until they give the very roots that the package has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
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

NOT_FOUND = 404
UNREADABLE = (msgspec.MsgspecError, ValueError, TypeError, RecursionError)
LEFT_OUT = (
    "{source} {position} ({type}, {time}) stands in the log and belongs to the case, and the package leaves it out"
)
UNKNOWN = "there is a log called {log} that the package knows nothing of: ask for a newer one"

Read = Callable[[str, Tile], bytes | None]
"""(name of the log, bundle) → its content; None where it is not there."""


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
        logs = [str(log["name"]) for log in asked(client, "GET", "/api/audit/log")]
        return _search(package, logs, partial(_fetched, client, keep))


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
        entries = _entries(log.name, tile, read)
        for place, text in enumerate(entries, edge.size + 1 - log.before):
            if place:  # at 0 stands what a log that began anew begins with, and no entry
                index.add(source, place, text)
        edge, _ = edge.extended(map(leaf_hash, entries))
    if edge.root() == log.root:
        return None
    return f"the log {log.name} as it was read is not the one of {log.size} entries that was signed"


def _entries(log: str, tile: Tile, read: Read) -> list[bytes]:
    """A bundle at the edge of the tree may have become a whole one meanwhile. Raises Failure."""
    for each in dict.fromkeys((tile, Tile(None, tile.number))):
        content = read(log, each)
        if content is not None:
            try:
                entries = entries_of(content)
            except ValueError as error:
                raise Failure(f"{log}/tile/{each.path} is no bundle of entries: {error}") from error
            if len(entries) >= tile.width:
                return entries[: tile.width]
    raise Failure(
        f"The entries {tile.nodes.first + 1} to {tile.nodes.end} of {log} are not there: {log}/tile/{tile.path}"
    )


def _bundles(size: int) -> Iterator[Tile]:
    for number in range(-(-size // WIDTH)):
        yield Tile(None, number, min(WIDTH, size - number * WIDTH))


def _kept(folder: Path, log: str, tile: Tile) -> bytes | None:
    file = folder / log / "tile" / tile.path
    return file.read_bytes() if file.is_file() else None


def _fetched(client: httpx.Client, keep: Path | None, log: str, tile: Tile) -> bytes | None:
    if keep is not None and (content := _kept(keep, log, tile)) is not None:
        return content
    answer = client.get(f"/api/audit/log/{log}/tile/{tile.path}")
    if answer.status_code == NOT_FOUND:
        return None
    if not answer.is_success:
        raise Failure(sentence_of(answer))
    if keep is not None:
        file = keep / log / "tile" / tile.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(answer.content)
    return answer.content
