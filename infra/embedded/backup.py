"""Backup of a data folder, running or not, in three parts that are kept apart for a reason.

    TO/database/    a base backup of the services' databases, with PostgreSQL's manifest of checksums
    TO/files/       the file store; every file named in TO/files.json with its digest
    TO/keys/sealed  the key databases and the folder of secrets, encrypted (see `seal`)
    TO/notes/       what a restore has to know beside them, as whoever asked for the backup gave it
    TO.recovery-key opens `sealed`; keep it somewhere else, and destroy it when the keys must be gone

The key databases live in a cluster of their own and are dumped rather than copied: a physical copy would carry along
what has been deleted from them. They are dumped last, so every content in the backup has its key, unless that was
lawfully erased meanwhile. After KEYS_KEPT the sealed part of older backups beside this one is discarded: from then on
they hold nothing readable but the columns kept in the clear. Streams need no backup: the journals rebuild them.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.database.prepare import key_databases
from infra.embedded import process, tools
from infra.embedded.folder import PRIVATE, DataFolder, FolderTaken
from infra.embedded.identity import identity_for
from infra.embedded.manifest import digest
from infra.embedded.postgres import EmbeddedPostgres
from infra.embedded.seal import new_recovery_key, recovery_key_path, seal
from infra.embedded.settle import settle
from infra.estate import SERVICES, ServiceEstate
from shared.disposal import BACKUPS_READABLE

FORMAT = 1
KEYS_KEPT = BACKUPS_READABLE
DESCRIPTION = "backup.json"
FILES_LIST = "files.json"
NOTES = "notes"

Notes = Callable[[EmbeddedPostgres], Awaitable[Mapping[str, bytes]]]
"""What to note down of the running databases: name → content."""


class BackupRefused(Exception):
    """The folder named cannot be used for that; the sentence says what to do."""


@dataclass(frozen=True)
class Backup:
    """What was made."""

    path: Path
    recovery_key: Path
    keys_kept_until: datetime
    discarded: list[Path]
    """Older backups beside this one whose keys were discarded now."""


async def backup(
    to: Path, data: Path, estate: Sequence[ServiceEstate] = SERVICES, notes: Notes | None = None
) -> Backup:
    """Back up the data folder to `to`, which must not exist. Raises BackupRefused, ChildFailed."""
    to = to.absolute()
    if to.exists():
        raise BackupRefused(f"{to} is already there. Choose another name for this backup.")
    if not (data / "postgres" / "PG_VERSION").exists():
        raise BackupRefused(f"{data} is not a data folder. Say which with --data.")
    to.parent.mkdir(parents=True, exist_ok=True)
    unfinished = to.with_name(f"{to.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=PRIVATE)
    folder = DataFolder(data)
    until = datetime.now(UTC) + KEYS_KEPT
    try:
        async with _databases(folder) as (content, keys):
            await tools.base_backup(content, unfinished / "database")
            await asyncio.to_thread(_copy_files, folder.files, unfinished)
            await _seal_keys(folder, keys, estate, unfinished, new_recovery_key(recovery_key_path(to)))
            if notes is not None:
                _note(unfinished / NOTES, await notes(content))
        _describe(unfinished, until)
        await asyncio.to_thread(settle, unfinished)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        recovery_key_path(to).unlink(missing_ok=True)
        raise
    unfinished.rename(to)
    return Backup(to, recovery_key_path(to), until, discard_old_keys(to.parent, datetime.now(UTC)))


def discard_old_keys(backups: Path, now: datetime) -> list[Path]:
    """Take the keys out of the backups in this folder whose time is over; their recovery keys go too."""
    discarded = []
    for description in sorted(backups.glob(f"*/{DESCRIPTION}")):
        old = description.parent
        if (old / "keys").exists() and datetime.fromisoformat(_read(description)["keys_kept_until"]) < now:
            recovery_key_path(old).unlink(missing_ok=True)
            shutil.rmtree(old / "keys")
            discarded.append(old)
    return discarded


@asynccontextmanager
async def _databases(folder: DataFolder) -> AsyncIterator[tuple[EmbeddedPostgres, EmbeddedPostgres]]:
    """Both clusters: those of the process that has the folder, or our own for as long as this takes."""
    identity = identity_for(folder.path)
    clusters = EmbeddedPostgres(folder, "postgres", identity), EmbeddedPostgres(folder, "keys", identity)
    try:
        folder.take()
    except FolderTaken:
        for cluster in clusters:
            cluster.attach()
        yield clusters
        return
    try:
        await process.together(*(cluster.stop_orphan() for cluster in clusters))
        await process.together(*(cluster.start() for cluster in clusters))
        yield clusters
    finally:
        await asyncio.gather(*(cluster.stop() for cluster in clusters))
        folder.release()


async def _seal_keys(
    folder: DataFolder, keys: EmbeddedPostgres, estate: Sequence[ServiceEstate], to: Path, recovery_key: bytes
) -> None:
    items = {f"keys/{database}": await tools.dump(keys, database) for database in key_databases(estate)}
    for path in sorted(folder.secrets.folder.iterdir()):
        if not path.name.startswith("."):
            items[f"secrets/{path.name}"] = path.read_bytes()
    (to / "keys").mkdir(mode=PRIVATE)
    _write(to / "keys" / "sealed", seal(items, recovery_key))


def _copy_files(files: Path, to: Path) -> None:
    """Copy the file store; a file that is erased while we copy is simply no part of the backup."""
    digests: dict[str, str] = {}
    (to / "files").mkdir(mode=PRIVATE)
    for path in sorted(path for path in files.rglob("*") if path.is_file()):
        name = str(path.relative_to(files))
        target = to / "files" / name
        target.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        try:
            shutil.copyfile(path, target)
            target.chmod(0o600)
        except FileNotFoundError:
            continue
        digests[name] = digest(target)
    _write(to / FILES_LIST, json.dumps(digests, indent=1).encode())


def _note(to: Path, notes: Mapping[str, bytes]) -> None:
    to.mkdir(mode=PRIVATE)
    for name, content in notes.items():
        _write(to / name, content)


def _describe(to: Path, until: datetime) -> None:
    description = {
        "format": FORMAT,
        "taken_at": datetime.now(UTC).isoformat(),
        "keys_kept_until": until.isoformat(),
    }
    _write(to / DESCRIPTION, json.dumps(description, indent=1).encode())


def _read(description: Path) -> dict[str, str]:
    read: dict[str, str] = json.loads(description.read_text(encoding="utf-8"))
    return read


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
