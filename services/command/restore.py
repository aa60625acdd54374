"""`bifall restore FROM`: a backup becomes a data folder again, without what has been disposed of since."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from infra.embedded import restore
from services.command.disposing import Applied, applying, known_to, noted_beside
from services.command.embedded_house import data_argument

HELP = "Make a data folder from a backup, and dispose again of what was disposed of. Never writes over anything."
UNTOLD = (
    "The trail that was restored ends before some of them: {numbers}. What they cover is gone, and nothing here says\n"
    "why. Have an archivist propose the same disposals again, and somebody else decide them, naming those numbers."
)
NOBODY_KNOWS = (
    "If anything was disposed of after the youngest backup in that folder, it is known to nobody here, and has come\n"
    "back. If the folder that this one replaces is still there, restore once more with --replaces. If not, go through\n"
    "decisions on disposal since then with the archivist, and take them again before anybody else is let in."
)
SIGNER = "signer"
SIGNERS_FOLDER = (
    "The signer's folder is in no backup. Before you start it, move {there} to {here}: a signer that remembers\n"
    "nothing signs nothing, and raises the alarm forgotten. To practise restoring, leave it where it is."
)
EXAMPLE = "bifall restore ./backups/2026-11-21 --data ./data --replaces ./data.old"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("from_", metavar="FROM", type=Path, help="the backup")
    parser.add_argument("--recovery-key", type=Path, help="where its key lies (default: beside it)")
    parser.add_argument(
        "--replaces",
        type=Path,
        metavar="DIR",
        help="the data folder that it takes the place of: what was disposed of there, after the backup, goes here too",
    )
    data_argument(parser)


def run(asked: argparse.Namespace) -> int:
    asyncio.run(_restore(asked))
    there = asked.replaces / SIGNER if asked.replaces else f"{SIGNER}/ of the house that this one replaces"
    print(SIGNERS_FOLDER.format(there=there, here=asked.data / SIGNER))
    print(f"Restored to {asked.data}. Start it with: bifall up --data {asked.data}")
    return 0


async def _restore(asked: argparse.Namespace) -> None:
    known = noted_beside(asked.from_)
    if asked.replaces is not None:
        known += await known_to(asked.replaces)

    await restore(asked.from_, asked.data, asked.recovery_key, before_opening=applying(known, told))
    if asked.replaces is None:
        print(NOBODY_KNOWS)


def told(applied: Applied) -> None:
    if applied.count:
        print(f"Disposed again of everything that {applied.count} decisions cover.")
    if applied.untold:
        print(UNTOLD.format(numbers=", ".join(applied.untold)))
