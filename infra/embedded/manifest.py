"""Check a base backup against its manifest, as `pg_verifybackup` does: that program of the wheel 0.6.0 does not start.

The manifest (PostgreSQL manual, "Backup Manifest Format") lists every file with size and SHA-256, the stretch of WAL
needed to open the backup, and at its end its own checksum over everything before that line.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MANIFEST = "backup_manifest"
LAST_LINE = b'"Manifest-Checksum"'
NOT_LISTED = ("backup_manifest", "pg_wal/", "postgresql.auto.conf")
"""What the manifest leaves out by its own rules: WAL is checked by reading it."""


class BackupDamaged(Exception):
    """A file of the backup is missing, altered or too many."""


@dataclass(frozen=True)
class WalRange:
    """The WAL without which the backup cannot be opened."""

    timeline: int
    start: str
    end: str


def verify(base: Path) -> list[WalRange]:
    """Checks every file, and says which WAL must be readable. Raises BackupDamaged."""
    manifest = _read(base / MANIFEST)
    listed = {_path(file): file for file in manifest["Files"]}
    for name, file in listed.items():
        _check(base / name, int(file["Size"]), file["Checksum"])
    found = {str(path.relative_to(base)) for path in base.rglob("*") if not path.is_dir()}
    surplus = sorted(name for name in found - listed.keys() if not name.startswith(NOT_LISTED))
    if surplus:
        raise BackupDamaged(f"The backup is damaged: {base / surplus[0]} does not belong to it.")
    return [WalRange(int(wal["Timeline"]), wal["Start-LSN"], wal["End-LSN"]) for wal in manifest["WAL-Ranges"]]


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
        manifest: dict[str, Any] = json.loads(content)
        covered = content[: content.rindex(LAST_LINE)]
    except (OSError, ValueError):
        raise BackupDamaged(f"The backup is damaged: {path} cannot be read.") from None
    if hashlib.sha256(covered).hexdigest() != manifest["Manifest-Checksum"]:
        raise BackupDamaged(f"The backup is damaged: {path} was altered.")
    return manifest


def _path(file: dict[str, str]) -> str:
    """Paths that are not UTF-8 are given in hexadecimal."""
    return file["Path"] if "Path" in file else bytes.fromhex(file["Encoded-Path"]).decode("utf-8", "surrogateescape")


def _check(path: Path, size_bytes: int, checksum: str) -> None:
    if not path.is_file():
        raise BackupDamaged(f"The backup is damaged: {path} is missing.")
    if path.stat().st_size != size_bytes or digest(path) != checksum:
        raise BackupDamaged(f"The backup is damaged: {path} was altered.")


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
