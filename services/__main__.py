"""The command `bifall`: reads what is asked, hands it to the file that does it, and says plainly what went wrong."""

from __future__ import annotations

import argparse
import importlib.metadata
import sys
from collections.abc import Sequence

from services.command import backup, demo, parked, prepare, rebuild, recover, restore, serve, status, token, up
from services.command.failure import Failure, explained

COMMANDS = (up, serve, prepare, demo, status, token, parked, rebuild, recover, backup, restore)
"""Each has NAME, HELP, EXAMPLE, `arguments(parser)` and `run(asked)`, which returns the exit code."""

INTERRUPTED = 130


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="bifall",
        description="Case management for funds that give grants to associations.",
        epilog="Example: bifall up --demo",
    )
    top.add_argument("--version", action="version", version=f"bifall {importlib.metadata.version('bifall')}")
    top.add_argument("--debug", action="store_true", help="show the whole trace when something fails")
    chosen = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        one = chosen.add_parser(
            command.NAME,
            help=command.HELP,
            description=command.HELP,
            epilog=f"Example: {command.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.arguments(one)
        one.set_defaults(run=command.run)
    return top


def main(words: Sequence[str] | None = None) -> int:
    asked = parser().parse_args(words)
    try:
        status: int = asked.run(asked)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if asked.debug:
            raise
        failure = error if isinstance(error, Failure) else explained(error)
        print(f"bifall: {failure}", file=sys.stderr)
        return failure.status
    return status


if __name__ == "__main__":
    sys.exit(main())
