"""`python -m tests.load`: the benchmarks, one table, and bench.json."""

from __future__ import annotations

import argparse
import io
import json
import platform
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import uvloop
from rich.console import Console
from rich.table import Table

from shared import logs
from tests.load.frame import FULL, QUICK, Row, Size, as_json

ROWS = ("submit", "append", "relay", "trail", "tree", "proof", "lists", "pages", "rebuild", "memory", "start")
"""One file each in this folder, in the order they are run."""


def row_named(name: str) -> Row:
    row: Row = import_module(f"tests.load.{name}").ROW
    return row


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description="Run the benchmarks.")
    parser.add_argument(
        "--only", choices=ROWS, action="append", metavar="ROW", help=f"only this one ({', '.join(ROWS)})"
    )
    parser.add_argument("--quick", action="store_true", help="a fifth of the work, three rounds")
    parser.add_argument(
        "--output", type=Path, default=Path("bench.json"), help="where the figures go (default: %(default)s)"
    )
    return parser.parse_args()


def run(names: tuple[str, ...], size: Size) -> list[dict[str, Any]]:
    found = []
    for name in names:
        row = row_named(name)
        Console(stderr=True).print(f"{row.name}: {row.what} …", highlight=False)
        try:
            found.append(as_json(row, uvloop.run(row.measure(size))))
        except Exception:  # noqa: BLE001 - shown whole; the other rows are measured all the same
            Console(stderr=True).print_exception()
    return found


def show(found: list[dict[str, Any]]) -> None:
    table = Table()
    for heading in ("row", "measured", "floor", "ratio", "reach", "also"):
        table.add_column(heading)
    for one in found:
        reaches = [f"{reach['reach']}: {'yes' if reach['holds'] else 'NO'}" for reach in one["reaches"]]
        table.add_row(
            one["row"],
            f"{one['median']:,.1f} {one['unit']}",
            f"{one['floor_median']:,.1f} {one['unit']}",
            f"{one['ratio']:.2f}",
            "\n".join(reaches) or "(reported)",
            "\n".join(f"{name} {value:g}" for name, value in one["figures"].items()),
        )
    Console(width=150).print(table)


def main() -> int:
    """1 where a row could not be measured."""
    asked = arguments()
    logs.configure(io.StringIO())
    size = QUICK if asked.quick else FULL
    names = tuple(asked.only or ROWS)
    found = run(names, size)
    show(found)
    about = {"quick": asked.quick, "rounds": size.rounds, "python": platform.python_version()}
    asked.output.write_text(json.dumps({**about, "rows": found}, indent=2, ensure_ascii=False) + "\n")
    return 0 if len(found) == len(names) else 1


if __name__ == "__main__":
    sys.exit(main())
