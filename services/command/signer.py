"""`bifall signer`: the keys to hand to outsiders, a new key, or a new log where the old one cannot be gone on with."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from infra.embedded.folder import DataFolder
from services.command.embedded_house import data_argument
from services.command.failure import Failure
from services.signer.memory import Break, Memory, MemoryDamaged, MemoryTaken, looked_into
from shared.tlog.notes import public_key

HELP = "The keys that checkpoints are checked with; a new key; a new log after a restore behind what was published."
EXAMPLE = 'bifall signer new-log review --because "Restored to Monday." --by "head of operations" --data ./data'
SOURCES = ("applications", "review", "payouts", "web")
EVERY = "every"


def arguments(parser: argparse.ArgumentParser) -> None:
    data_argument(parser)
    parser.add_argument(
        "--folder",
        type=Path,
        default=os.environ.get("BIFALL_SIGNER_FOLDER"),
        help="the signer's folder (default: signer in the data folder)",
    )
    parser.add_argument("action", nargs="?", choices=("keys", "rotate", "new-log"), default="keys")
    parser.add_argument("source", nargs="?", choices=(*SOURCES, EVERY), help="whose log begins anew")
    parser.add_argument("--because", metavar="TEXT", help="what happened; it is published")
    parser.add_argument("--by", metavar="ROLE", help="who decided it: a role, not a name; it is published")


def run(asked: argparse.Namespace) -> int:
    folder = Path(asked.folder) if asked.folder else DataFolder(asked.data).signer
    try:
        match asked.action:
            case "keys":
                _keys(folder)
            case "rotate":
                _rotate(folder)
            case _:
                _new_log(folder, asked)
    except (MemoryTaken, MemoryDamaged) as error:
        raise Failure(str(error)) from error
    return 0


def _keys(folder: Path) -> None:
    """Those the logs were opened with: what an outsider pins. Later keys follow from them."""
    if not (known := looked_into(folder)).logs:
        raise Failure(f"{folder} has no log yet. It begins when the signer first runs.")
    for log in known.logs.values():
        print(log.key)


def _rotate(folder: Path) -> None:
    looked_into(folder)
    memory = Memory(folder)
    memory.open()
    try:
        memory.rotate()
        for log in memory.known.logs.values():
            print(public_key(log.origin, memory.seed))
    finally:
        memory.close()


def _new_log(folder: Path, asked: argparse.Namespace) -> None:
    if not (asked.source and asked.because and asked.by):
        raise Failure('Say which log, why, and who decided it: bifall signer new-log review --because "…" --by "…"', 2)
    if not folder.parent.exists():
        raise Failure(f"{folder.parent} is no data folder. Name it with --data.")
    memory = Memory(folder)
    memory.open()
    try:
        for source in SOURCES if asked.source == EVERY else (asked.source,):
            memory.decide_break(source, Break(asked.because, asked.by))
    finally:
        memory.close()
    print("Decided. The new log begins when the signer next runs, and its first leaf tells of this.")
