"""`bifall restore FROM`: a backup becomes a data folder again."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from infra.embedded import restore
from services.command.embedded_house import data_argument

HELP = "Make a data folder from a backup. Never writes over anything."
EXAMPLE = "bifall restore ./backups/2026-11-21 --data ./data"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("from_", metavar="FROM", type=Path, help="the backup")
    parser.add_argument("--recovery-key", type=Path, help="where its key lies (default: beside it)")
    data_argument(parser)


def run(asked: argparse.Namespace) -> int:
    asyncio.run(restore(asked.from_, asked.data, asked.recovery_key))
    print(f"Restored to {asked.data}. Start it with: bifall up --data {asked.data}")
    return 0
