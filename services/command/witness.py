"""`bifall witness`: follows logs from outside, checks that they only grow, and cosigns them.

For somebody else's machine than the fund's.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
from pathlib import Path

import httpx

from services.command.failure import Failure
from services.command.outside import keys_given
from services.witness.following import TIMEOUT_S, Followed
from services.witness.memory import Memory, MemoryDamaged
from services.witness.witness import Witness
from shared.tlog.notes import Key, Malformed

HELP = "Follow logs over HTTP as somebody outside: check that they only grow, and cosign them."
EXAMPLE = "bifall witness https://fund.example/api/audit/log/review --key 'fund.example/…+…' --folder ./witness"
EVERY_S = 60.0


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("logs", metavar="URL", nargs="+", help="where a log is served, without /checkpoint at the end")
    parser.add_argument(
        "--key",
        action="append",
        required=True,
        metavar="VKEY",
        help="a log's key, as its owner gave it another way, or a file of them",
    )
    parser.add_argument("--folder", type=Path, default=Path("witness"), help="key and memory (default: ./witness)")
    parser.add_argument("--name", help="what the witness is called, such as auditor.example/w1; it stays so")
    parser.add_argument("--once", action="store_true", help="look once; exit 0 where every log has only grown")
    parser.add_argument(
        "--every", type=float, default=EVERY_S, metavar="SECONDS", help="how often (default: %(default)s)"
    )


def run(asked: argparse.Namespace) -> int:
    try:
        pinned = {key.name: key for key in keys_given(asked.key)}
        memory = Memory(asked.folder, asked.name)
    except (Malformed, MemoryDamaged) as error:
        raise Failure(str(error), 2) from error
    return asyncio.run(_follow(asked, memory, pinned))


async def _follow(asked: argparse.Namespace, memory: Memory, pinned: dict[str, Key]) -> int:
    """BIFALL_TOKEN, an auditor's, lets it hand its cosignatures in; without one they stay in its folder."""
    print(f"Cosignatures are by {memory.key}", flush=True)
    witness, stopped = Witness(memory, pinned), asyncio.Event()
    signals(stopped)
    async with httpx.AsyncClient(timeout=TIMEOUT_S) as client:
        logs = [Followed(url, client, os.environ.get("BIFALL_TOKEN")) for url in asked.logs]
        said: dict[str, str] = {}
        while not stopped.is_set():
            outcomes = [(log, await witness.look(log)) for log in logs]
            for log, outcome in outcomes:
                if said.get(log.prefix) != outcome.sentence:
                    print(outcome.sentence, flush=True)
                said[log.prefix] = outcome.sentence
            if asked.once:
                return 0 if all(outcome.well for _, outcome in outcomes) else 1
            try:
                await asyncio.wait_for(stopped.wait(), asked.every)
            except TimeoutError:
                continue
    return 0


def signals(stopped: asyncio.Event) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
