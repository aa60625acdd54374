"""`python -m tests.torture`: one campaign again, with the seed and the faults of a report."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
import tempfile
from pathlib import Path

from tests.torture import campaign
from tests.torture.nemesis import FAULTS, drawn

SECONDS_PER_FAULT = 6
"""Roughly, pause and all: what turns --minutes into a number of faults."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=2.0, help="roughly how long to strike (default: %(default)s)")
    parser.add_argument("--count", type=int, help="how many faults, instead of how long")
    parser.add_argument(
        "--faults", nargs="+", choices=sorted(FAULTS), help="which kinds (default: all this machine can have)"
    )
    parser.add_argument("--clients", type=int, default=campaign.CLIENTS)
    parser.add_argument(
        "--keep", type=Path, help="a folder for what the run leaves, logs above all; it must not be there yet"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args()
    count = asked.count or max(1, int(asked.minutes * 60 / SECONDS_PER_FAULT))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to end, it ends in order and unmounts its disk
    strikes = drawn(asked.seed, count, asked.faults or campaign.kinds_here())
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(exist_ok=True, parents=True)
        report = asyncio.run(campaign.run(asked.seed, strikes, folder, asked.clients))
    print(report.as_json() if asked.json else report)
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
