"""Restore a backup into a new data folder: verify everything first, build it aside, and put it in place by one rename.

The streams are left empty; the relays fill them again from the journals. `before_opening` is done to the folder while
it still lies aside: nobody ever finds in its place what has been lawfully erased since the backup.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from infra.database.prepare import key_databases, prepare_cluster
from infra.embedded import tools
from infra.embedded.backup import DESCRIPTION, FILES_LIST, BackupRefused
from infra.embedded.folder import PRIVATE, DataFolder
from infra.embedded.identity import give, identity_for
from infra.embedded.manifest import BackupDamaged, digest
from infra.embedded.postgres import EmbeddedPostgres
from infra.embedded.seal import read_recovery_key, recovery_key_path, unseal
from infra.embedded.settle import settle
from infra.estate import SERVICES, ServiceEstate


async def restore(
    from_: Path,
    data: Path,
    recovery_key: Path | None = None,
    estate: Sequence[ServiceEstate] = SERVICES,
    before_opening: Callable[[Path], Awaitable[None]] | None = None,
) -> None:
    """Raises BackupRefused, WrongRecoveryKey, BackupDamaged or ChildFailed, and whatever `before_opening` raises; then
    nothing of it is left."""
    from_, data = from_.absolute(), data.absolute()
    if data.exists() and any(data.iterdir()):
        raise BackupRefused(
            f"{data} is not empty, and a restore never writes over anything. "
            f"Move it aside first (mv {data} {data}.old), or choose another folder with --data."
        )
    items = _open(from_, recovery_key or recovery_key_path(from_))
    unfinished = data.with_name(f"{data.name}.restoring")
    shutil.rmtree(unfinished, ignore_errors=True)
    folder = DataFolder(unfinished)
    folder.take()
    try:
        await tools.verify_backup(from_ / "database", folder.log_file("pg_verifybackup"))
        _put_secrets(folder, items)
        _put_files(folder, from_)
        shutil.copytree(from_ / "database", folder.postgres)
        await _put_keys(folder, items, estate)
        _give_all(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    finally:
        folder.release()
    if before_opening is not None:
        try:
            await before_opening(unfinished)
        except BaseException:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise
    await asyncio.to_thread(settle, unfinished)
    unfinished.rename(data)


def _open(from_: Path, recovery_key: Path) -> dict[str, bytes]:
    if not (from_ / DESCRIPTION).exists():
        raise BackupRefused(f"{from_} is not a backup: it has no {DESCRIPTION}.")
    sealed = from_ / "keys" / "sealed"
    if not sealed.exists():
        raise BackupRefused(f"The keys of {from_} have been discarded; what they kept cannot be read again.")
    if not recovery_key.exists():
        raise BackupRefused(
            f"The recovery key of this backup is missing: {recovery_key}. Put it there; without it nothing can be read."
        )
    return unseal(sealed.read_bytes(), read_recovery_key(recovery_key))


def _put_secrets(folder: DataFolder, items: dict[str, bytes]) -> None:
    for name, content in items.items():
        part, _, file = name.partition("/")
        if part == "secrets":
            descriptor = os.open(folder.secrets.path(file), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as secret:
                secret.write(content)


def _put_files(folder: DataFolder, from_: Path) -> None:
    listed: dict[str, str] = json.loads((from_ / FILES_LIST).read_text(encoding="utf-8"))
    for name, expected in listed.items():
        source, target = from_ / "files" / name, folder.files / name
        if not source.is_file() or digest(source) != expected:
            raise BackupDamaged(f"The backup is damaged: {source} is missing or altered.")
        target.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        target.chmod(0o600)


async def _put_keys(folder: DataFolder, items: dict[str, bytes], estate: Sequence[ServiceEstate]) -> None:
    keys = EmbeddedPostgres(folder, "keys", identity_for(folder.path))
    passwords = {role: folder.secrets.role_password(role) for one in estate for role in (one.name, one.owner)}
    try:
        await keys.start()
        await prepare_cluster(keys.dsn, key_databases(estate), passwords)
        for database in key_databases(estate):
            await tools.load(keys, database, items[f"keys/{database}"])
    finally:
        await keys.stop()


def _give_all(folder: DataFolder) -> None:
    """Where the servers are another user on disk, what we put here as ourselves becomes theirs."""
    give(identity_for(folder.path), folder.postgres, *folder.postgres.rglob("*"))
