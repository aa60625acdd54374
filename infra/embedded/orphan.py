"""The end of servers that a killed predecessor left behind, told from strangers that only bear their number."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

from infra.embedded.process import POLL_S, ChildFailed

ORPHAN_PATIENCE_S = 10.0


def left_behind(pid_file: Path) -> int | None:
    """The pid of the very process that wrote this pid file, if it still runs; never somebody else's with its number."""
    try:
        pid, start_ticks, boot = pid_file.read_text(encoding="ascii").split()
    except (FileNotFoundError, ValueError):
        return None
    if boot != Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip():
        return None
    return int(pid) if _start_ticks(int(pid)) == start_ticks else None


def _start_ticks(pid: int) -> str | None:
    """When the process started, in ticks since boot; None when it is gone or only waits to be buried."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in ("Z", "X") else fields[19]


async def stop_orphan(pid_file: Path, *signals: signal.Signals) -> bool:
    """Stop what a killed predecessor left running, and wait until it is gone. True when there was something."""
    pid = left_behind(pid_file)
    if pid is None:
        pid_file.unlink(missing_ok=True)
        return False
    for number in (*signals, signal.SIGKILL):
        try:
            os.kill(pid, number)
            async with asyncio.timeout(ORPHAN_PATIENCE_S):
                while left_behind(pid_file) is not None:
                    await asyncio.sleep(POLL_S)
        except ProcessLookupError:
            pass  # it ended by itself between our looking and our signal
        except TimeoutError:
            continue
        pid_file.unlink(missing_ok=True)
        return True
    raise ChildFailed(f"process {pid}, left by a predecessor, could not be stopped; stop it and start again")
