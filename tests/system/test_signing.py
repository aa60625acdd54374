"""The signer beside `bifall up`: a process of its own that signs what the house tells, and lives and ends with it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from shared.tlog.notes import read_key
from tests.system.running import READY_WITHIN_S, RunningHouse, bifall, signed


def signers(folder: Path) -> set[int]:
    """The processes that hold the lock of the signer's folder, as the kernel has it."""
    inode = (folder / "signer" / "lock").stat().st_ino
    locks = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
    return {int(each[4]) for each in locks if each[5].endswith(f":{inode}")}


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def test_what_the_house_tells_is_signed_by_a_process_apart(tmp_path: Path) -> None:
    with RunningHouse(tmp_path / "data", "--demo") as house:
        first = signed(f"{house.url}/api/audit", ("web",))
        (pid,) = signers(house.folder)
        assert pid != house.process.pid
        pinned = bifall("signer", "keys", "--data", str(house.folder)).stdout.split()
        assert {each.origin for each in first.values()} <= {read_key(each).name for each in pinned}

        os.kill(pid, signal.SIGKILL)
        until(lambda: signers(house.folder) - {pid} != set(), "it is started again")
        taken = bifall("signer", "rotate", "--data", str(house.folder))
        assert (taken.returncode, "Stop it first" in taken.stderr) == (1, True)

        (pid,) = signers(house.folder)
        house.kill()
        until(lambda: not Path(f"/proc/{pid}").exists(), "it does not outlive the house")
