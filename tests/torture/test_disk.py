"""The faulty disk does what it is for: a power cut takes what was not synced and nothing else, and full is full."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture.disk import Disk, why_not

pytestmark = pytest.mark.torture


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    if (reason := why_not()) is not None:
        pytest.skip(reason)
    made = Disk(tmp_path)
    made.make()
    yield made
    made.remove()


def test_a_power_cut_takes_what_was_not_synced_and_leaves_what_was(disk: Disk) -> None:
    for name in ("synced", "unsynced"):
        (disk.place / name).write_text("every word")
        if name == "synced":
            for path in (disk.place / name, disk.place):
                descriptor = os.open(path, os.O_RDONLY)
                os.fsync(descriptor)
                os.close(descriptor)

    disk.lose_power()
    disk.unmount()
    disk.mount()

    assert (disk.place / "synced").read_text() == "every word"
    assert not (disk.place / "unsynced").exists()


def test_a_full_disk_takes_nothing_until_there_is_room(disk: Disk) -> None:
    disk.fill()
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        (disk.place / "more").write_bytes(bytes(8192))

    disk.make_room()

    assert (disk.place / "more").write_bytes(bytes(8192)) == 8192
