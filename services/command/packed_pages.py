"""`bifall verify` and a package's pages: nothing proves them, so they are made again from what is proven, and compared.

Another version of Bifall may put it in other words. So a difference is told, and is no finding; whoever wants to read
pages that can be believed has them written anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from services.command.failure import Failure
from services.web.pages.packages.readable import pages_of
from shared.trail_package.evidence import Evidence, Followed
from shared.trail_package.layout import MANIFEST, VERIFIER, Content
from shared.trail_package.verify import UNCOVERED, Log, Package

AS_WRITTEN = "{names}: as this Bifall writes them of what is proven here."
OTHERWISE = (
    "{name} is NOT what this Bifall writes of what is proven here. Another version wrote it, or somebody changed it. "
    "With --pages FOLDER it is written anew."
)
READ = (".html", ".txt", ".py")


def compare(package: Package, anew: Path | None) -> None:
    """Says which pages are as they would be written now, and writes them to the folder `anew`. To be asked of a package
    without findings alone. Raises Failure where the folder is not empty."""
    try:
        pages = {**written(package), VERIFIER.name: VERIFIER.read_bytes()}
    except (ValueError, LookupError, TypeError) as error:
        print(f"The pages cannot be made again, which another version's events may do: {error!r}")
        return
    there = {name: text for name, text in package.files.items() if "/" not in name and name.endswith(READ)}
    there = {name: text for name, text in there.items() if name not in ("manifest.txt", "withheld.txt")}
    same = [name for name in sorted(there) if pages.get(name) == there[name]]
    if same:
        print(AS_WRITTEN.format(names=", ".join(same)))
    for name in sorted(there.keys() - {*same}):
        print(OTHERWISE.format(name=name))
    if anew is not None:
        proven = {name: content for name, content in package.files.items() if not UNCOVERED.match(name)}
        _write(anew, {**proven, MANIFEST: package.files[MANIFEST], **pages})


def written(package: Package) -> dict[str, bytes]:
    """File name → content: README.txt and the pages, made of what the package proves."""
    files = package.files
    events: dict[tuple[str, int], dict[str, Any]] = {
        (one["path"].split("/")[1], one["position"]): msgspec.json.decode(files[one["path"]]) for one in package.events
    }
    digests = [name[8:72] for name in files if name.startswith("content/") and name.endswith(".bin")]
    contents = {one: Content(files[f"content/{one}.salt"], files[f"content/{one}.bin"]) for one in digests}
    withheld = dict(line.split(" ") for line in files["withheld.txt"].decode().splitlines())
    logs = sorted(map(_log, package.logs.values()), key=lambda log: log.source)
    evidence = Evidence(UUID(package.case), package.number or None, logs, [], [])
    return pages_of(evidence, events, contents, withheld)


def _log(log: Log) -> Followed:
    """What a page says of it."""
    return Followed(
        name=log.name,
        source=log.name.partition("-")[0],
        origin=log.origin,
        checkpoint=log.note,
        size=log.size,
        keys=[],
        rotations=[],
        witnesses=[],
        earlier=[],
        stamps=[],
        first=None,
        first_path=[],
    )


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """With all they lead to, so that their links work, and nothing that nobody has proven."""
    if folder.exists() and any(folder.iterdir()):
        raise Failure(f"{folder} is not empty. Name a new folder for the pages.")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
