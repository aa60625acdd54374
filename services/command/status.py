"""`bifall status`: whether everything has come as far as everything else."""

from __future__ import annotations

import argparse
import json
from typing import Any

from rich.console import Console
from rich.table import Table

from services.command.client import asked as ask
from services.command.client import open_client, url_argument

HELP = "Show how far each service has come; exit 0 only when all is complete."
EXAMPLE = "bifall status --json"


def arguments(parser: argparse.ArgumentParser) -> None:
    url_argument(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(asked: argparse.Namespace) -> int:
    with open_client(asked.url) as client:
        status = ask(client, "GET", "/status")
    if asked.json:
        print(json.dumps(status))
    else:
        _show(status)
    return 0 if status["complete"] else 1


def _show(status: dict[str, Any]) -> None:
    table = Table(title="complete" if status["complete"] else "not complete yet")
    for heading in ("service", "head", "last", "readers", "parked", "oldest unsent, s", "unwell"):
        table.add_column(heading)
    for name, one in status["services"].items():
        readers = ", ".join(f"{reader} {position}" for reader, position in one["readers"].items())
        unwell = ", ".join(one["unwell"])
        table.add_row(
            name, str(one["head"]), str(one["last"]), readers, str(one["parked"]), str(one["oldest_unsent_s"]), unwell
        )
    Console().print(table)
    alarms = [f"{name}: {alarm}" for name, one in status["services"].items() for alarm in one["alarms"]]
    if alarms:
        print("Alarms, which docs/operating.md explains: " + "; ".join(alarms))
