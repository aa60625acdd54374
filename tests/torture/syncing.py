"""A disk that refuses to sync: while it does, fsync and fdatasync of these processes end in EIO, by strace."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

ATTACHED_S = 30.0
STOP_S = 10.0
LOOK_S = 0.02
REFUSAL = ("--trace=fsync,fdatasync", "--inject=fsync,fdatasync:error=EIO")


@asynccontextmanager
async def refusing_to_sync(pids: Sequence[int], log: Path) -> AsyncIterator[None]:
    """Of these processes, and of every process they start meanwhile."""
    attach = [argument for pid in pids for argument in ("--attach", str(pid))]
    with log.open("wb") as told:
        strace = subprocess.Popen(
            ["strace", "--follow-forks", *REFUSAL, *attach], stdout=subprocess.DEVNULL, stderr=told
        )
        try:
            async with asyncio.timeout(ATTACHED_S):
                while not all(_is_traced(pid) for pid in pids):
                    assert strace.poll() is None, log.read_text(errors="replace")
                    await asyncio.sleep(LOOK_S)
            yield
        finally:
            strace.terminate()  # lets go of everybody
            await asyncio.to_thread(strace.wait, STOP_S)


@cache
def why_not() -> str | None:
    """Why nothing can be made to refuse on this machine; None where it can."""
    if shutil.which("strace") is None:
        return "strace is missing: no disk can be made to refuse to sync"
    tried = subprocess.run(["strace", *REFUSAL, "true"], capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else f"this machine lets nobody be traced: {tried.stderr.strip()}"


def _is_traced(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return True  # it has ended meanwhile
    return "TracerPid:\t0\n" not in status
