"""`bifall demo`: plays a whole round on a running system and tells how it ended."""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import sys
from pathlib import Path

import structlog
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from services.command.client import url_argument
from services.command.demo.play import STEPS_PER_CASE, Outcome, open_call, play
from services.command.demo.round_file import Round, read_round
from services.command.example import ROUND_FILE
from services.command.failure import Failure, explained

HELP = "Play a whole round through the public API of a running system."
EXAMPLE = "bifall demo --round my-round.json --json --keep ./kept"
NOT_IN_FIGURES = ("files", "as_the_file_says")

log = structlog.get_logger()


def arguments(parser: argparse.ArgumentParser) -> None:
    url_argument(parser)
    parser.add_argument(
        "--round", type=Path, default=ROUND_FILE, help="a file with the applications (default: the 2019 round)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="leave every file the round produced here")


def run(asked: argparse.Namespace) -> int:
    outcome = asyncio.run(_played(asked.url, read_round(asked.round), with_papers=asked.keep is not None))
    if asked.keep:
        _keep(outcome, asked.keep)
    if asked.json:
        print(json.dumps(figures(outcome)))
    else:
        print(in_words(outcome))
    return 0 if outcome.as_the_file_says else 1


async def play_in_background(url: str) -> None:
    """A new folder: a call is opened for whoever wants to try it themselves, and the first round is played. What goes
    wrong with it is told, and does not stop the house."""
    try:
        played = read_round(ROUND_FILE)
        await open_call(url, played)
        outcome = await _played(url, played)
        print(in_words(outcome), flush=True)
    except Exception as error:  # noqa: BLE001 - a demo that fails must not take the house down
        log.warning("demo.failed", error=repr(error))
        failure = error if isinstance(error, Failure) else explained(error)
        print(f"bifall: the demo round did not finish: {failure}", file=sys.stderr, flush=True)


def figures(outcome: Outcome) -> dict[str, object]:
    return {name: value for name, value in dataclasses.asdict(outcome).items() if name not in NOT_IN_FIGURES}


def in_words(outcome: Outcome) -> str:
    kronor = f"{outcome.granted_kronor:,}".replace(",", " ")
    trail = "complete and verified" if all(outcome.audit.values()) else "NOT complete and verified"
    over = f", {outcome.refused_over_budget} refused over budget" if outcome.refused_over_budget else ""
    return (
        f"{outcome.applications} applications, {outcome.granted} granted, {kronor} kr{over}; "
        f"{outcome.closed} closed; {outcome.events} events, trail {trail} ({outcome.seconds} s)."
    )


async def _played(url: str, played: Round, *, with_papers: bool = False) -> Outcome:
    bar = Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    with bar:
        task = bar.add_task("A call is published", total=len(played.applications) * STEPS_PER_CASE)

        def told(what: str, steps: int) -> None:
            bar.update(task, description=what, advance=steps)

        outcome = await play(url, played, told, with_papers=with_papers)
        bar.update(task, description="Done", completed=len(played.applications) * STEPS_PER_CASE)
    return outcome


def _keep(outcome: Outcome, folder: Path) -> None:
    for name, content in outcome.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
