"""`bifall restore FROM`: a backup becomes a data folder again, without what has been disposed of since."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from infra.embedded import restore
from services.command.disposing import applying, known_to, noted_beside
from services.command.embedded_house import data_argument

HELP = "Make a data folder from a backup, and dispose again of what was disposed of. Never writes over anything."
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
    print(f"Restored to {asked.data}. Start it with: bifall up --data {asked.data}")
    return 0


async def _restore(asked: argparse.Namespace) -> None:
    known = noted_beside(asked.from_)
    if asked.replaces is not None:
        known += await known_to(asked.replaces)

    def told(count: int) -> None:
        if count:
            print(f"Disposed again of everything that {count} decisions cover.")

    await restore(asked.from_, asked.data, asked.recovery_key, before_opening=applying(known, told))
