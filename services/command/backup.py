"""`bifall backup TO`: a copy of the data folder, running or not; keys apart."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from infra.embedded import backup
from services.command.disposing import noted
from services.command.embedded_house import data_argument

HELP = "Back up a data folder while it runs: databases, files by digest, keys apart and encrypted."
EXAMPLE = "bifall backup ./backups/2026-11-21 --data ./data"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("to", type=Path, help="a folder that does not exist yet")
    data_argument(parser)


def run(asked: argparse.Namespace) -> int:
    made = asyncio.run(backup(asked.to, asked.data, notes=noted))
    print(f"Backed up to {made.path}.")
    print(f"The key that opens it is {made.recovery_key}. Keep it somewhere else.")
    print(f"What is erased from now on stays readable in this backup until {made.keys_kept_until:%Y-%m-%d}.")
    for old in made.discarded:
        print(f"The keys of {old} were discarded: their time was over.")
    return 0
