"""A disk that can lose its power or fill up: ext4 in a file on a loop device, for root only.

The power cut is xfstests' "godown": FS_IOC_SHUTDOWN without flushing the log. What was not synced is gone, as it would
be with the plug pulled; the processes on the disk are killed, and it is mounted again.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import struct
import subprocess
import tempfile
from functools import cache
from pathlib import Path

FS_IOC_SHUTDOWN = 0x8004587D
NO_LOG_FLUSH = 2
SIZE_BYTES = 1024**3
"""Of the file; it is sparse, so that only what is written takes room."""

COMMAND_TIMEOUT_S = 30


class Disk:
    """`place` is where it is mounted; everything on it is private to root."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "disk"
        self._image = folder / "disk.image"
        self._ballast = self.place / "ballast"

    def make(self) -> None:
        self.place.mkdir(mode=0o700)
        with self._image.open("wb") as image:
            image.truncate(SIZE_BYTES)
        _do("mkfs.ext4", "-q", "-F", "-m", "0", "-b", "4096", str(self._image))
        self.mount()

    def mount(self) -> None:
        _do("mount", "-o", "loop", str(self._image), str(self.place))
        self.place.chmod(0o700)

    def unmount(self) -> None:
        _do("umount", str(self.place))

    def lose_power(self) -> None:
        """From here on nothing reaches the disk. Kill what runs on it, then unmount and mount."""
        descriptor = os.open(self.place, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(descriptor, FS_IOC_SHUTDOWN, struct.pack("I", NO_LOG_FLUSH))
        finally:
            os.close(descriptor)

    def fill(self) -> None:
        """Leaves not a block free."""
        descriptor = os.open(self._ballast, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            step = 256 * 1024 * 1024
            end = os.fstat(descriptor).st_size
            while step >= 4096:
                try:
                    os.posix_fallocate(descriptor, end, step)
                    end += step
                except OSError:
                    step //= 2
        finally:
            os.close(descriptor)

    def make_room(self) -> None:
        self._ballast.unlink(missing_ok=True)

    def remove(self) -> None:
        """Also when something still holds it: it goes as soon as that is gone."""
        if self.place.is_mount():
            _do("umount", "--lazy", str(self.place))
        self._image.unlink(missing_ok=True)


@cache
def why_not() -> str | None:
    """Why there can be no such disk on this machine; None where there can."""
    if os.geteuid() != 0:
        return "disks that lose power are loop devices, which only root may mount"
    for program in ("losetup", "mkfs.ext4", "mount", "umount"):
        if shutil.which(program) is None:
            return f"{program} is missing: no disk that can lose power can be made"
    with tempfile.TemporaryDirectory() as folder:
        disk = Disk(Path(folder))
        try:
            disk.make()
            disk.unmount()
        except (OSError, subprocess.SubprocessError) as error:
            return f"this machine mounts no loop devices: {error}"
        finally:
            disk.remove()
    return None


def _do(*command: str) -> None:
    """Raises CalledProcessError with what the command said."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=COMMAND_TIMEOUT_S, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(command)}: {done.stderr.strip()}")
