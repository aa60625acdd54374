"""The command `bifall`: reads what is asked, hands it to the file that does it, and says plainly what went wrong."""

from __future__ import annotations

import argparse
import importlib.metadata
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

COMMANDS = (
    "up",
    "serve",
    "prepare",
    "invite",
    "demo",
    "status",
    "token",
    "parked",
    "audit",
    "trail",
    "verify",
    "rebuild",
    "recover",
    "signer",
    "witness",
    "backup",
    "restore",
)
"""Each is a module of `services.command` with HELP, EXAMPLE, `arguments(parser)` and `run(asked)` → exit code.

Only the one that is asked for is loaded: asking how things are should not take longer than answering.
"""

INTERRUPTED = 130


def parser(named: Sequence[str]) -> argparse.ArgumentParser:
    """Knows the whole of the commands named, and of the others that they exist."""
    top = argparse.ArgumentParser(
        prog="bifall",
        description="Case management for funds that give grants to associations.",
        epilog="Example: bifall up --demo",
    )
    top.add_argument("--version", action="version", version=f"bifall {importlib.metadata.version('bifall')}")
    top.add_argument("--debug", action="store_true", help="show the whole trace when something fails")
    chosen = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name in COMMANDS:
        if name in named:
            _describe(chosen, name, import_module(f"services.command.{name}"))
        else:
            chosen.add_parser(name)
    return top


def _describe(chosen: Any, name: str, command: Any) -> None:
    one = chosen.add_parser(
        name,
        help=command.HELP,
        description=command.HELP,
        epilog=f"Example: {command.EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.arguments(one)
    one.set_defaults(run=command.run)


def main(words: Sequence[str] | None = None) -> int:
    said = sys.argv[1:] if words is None else words
    named = [word for word in said if word in COMMANDS][:1]
    asked = parser(named or COMMANDS).parse_args(said)
    try:
        status: int = asked.run(asked)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if asked.debug:
            raise
        return _complain(error)
    return status


def _complain(error: Exception) -> int:
    from services.command.failure import Failure, explained

    failure = error if isinstance(error, Failure) else explained(error)
    print(f"bifall: {failure}", file=sys.stderr)
    return failure.status


if __name__ == "__main__":
    sys.exit(main())
