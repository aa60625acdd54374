"""Make sure a folder's files are on the disk: what a power cut can still undo is neither a backup nor a restore."""

from __future__ import annotations

import os
from pathlib import Path


def settle(folder: Path) -> None:
    """fsync every file and folder below, and the folder itself."""
    for path in (*folder.rglob("*"), folder):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            continue
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
