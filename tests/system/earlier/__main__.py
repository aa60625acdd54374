"""`python -m tests.system.earlier DATA COMMIT`: keeps a stopped data folder for the tests of every later version."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from tests.system.earlier.kept import make


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    made = asyncio.run(make(Path(sys.argv[1]), sys.argv[2]))
    print(f"{made} ({made.stat().st_size / 1024:.0f} kB)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
