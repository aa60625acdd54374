"""PostgreSQL's own tools, run against an embedded cluster: base backup, verification, dump and restore."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

from infra.embedded import process
from infra.embedded.identity import KEEP
from infra.embedded.manifest import BackupDamaged, verify
from infra.embedded.ports import LOOPBACK
from infra.embedded.postgres import EmbeddedPostgres, binaries
from infra.embedded.postgres_settings import SUPERUSER

TOOL_TIMEOUT_S = 3600.0  # a large database takes its time; for ever would hide that something hangs


async def base_backup(cluster: EmbeddedPostgres, to: Path) -> None:
    """The whole cluster as files, with its WAL and a manifest of checksums, while it runs."""
    await _connected(
        cluster,
        "pg_basebackup",
        *("--pgdata", str(to), "--format=plain", "--wal-method=stream", "--checkpoint=fast"),
        "--manifest-checksums=SHA256",
    )


async def verify_backup(base: Path, log: Path) -> None:
    """Every file against the manifest, and the WAL by reading it. Raises BackupDamaged."""
    for wal in await asyncio.to_thread(verify, base):
        command = [str(binaries() / "pg_waldump"), "--quiet", "--path", str(base / "pg_wal")]
        command += ["--timeline", str(wal.timeline), "--start", wal.start, "--end", wal.end]
        try:
            await process.run(process.Order(command, KEEP, log), TOOL_TIMEOUT_S)
        except process.ChildFailed as failed:
            raise BackupDamaged(f"The backup is damaged: its WAL cannot be read. {failed}") from None


async def dump(cluster: EmbeddedPostgres, database: str) -> bytes:
    """A database as pg_dump's custom archive, through memory: what it holds is not for a disk."""
    held = os.memfd_create("dump", os.MFD_CLOEXEC)
    try:
        await _connected(cluster, "pg_dump", "--format=custom", "--dbname", database, stdout=held)
        return os.pread(held, os.fstat(held).st_size, 0)
    finally:
        os.close(held)


async def load(cluster: EmbeddedPostgres, database: str, archive: bytes) -> None:
    """Put a dump back into a prepared, empty database: all of it or nothing."""
    held = os.memfd_create("dump", os.MFD_CLOEXEC)
    try:
        with os.fdopen(os.dup(held), "wb") as file:
            file.write(archive)
        os.lseek(held, 0, os.SEEK_SET)
        await _connected(
            cluster, "pg_restore", "--exit-on-error", "--single-transaction", "--dbname", database, stdin=held
        )
    finally:
        os.close(held)


async def _connected(
    cluster: EmbeddedPostgres,
    tool: str,
    *arguments: str,
    stdin: int = subprocess.DEVNULL,
    stdout: int | None = None,
) -> None:
    place = ["--host", LOOPBACK, "--port", str(cluster.port), "--username", SUPERUSER, "--no-password"]
    order = process.Order(
        [str(binaries() / tool), *place, *arguments],
        KEEP,
        cluster.folder.log_file(tool),
        environment={"PGPASSWORD": cluster.folder.secrets.role_password(SUPERUSER)},
        stdin=stdin,
        stdout=stdout,
    )
    await process.run(order, TOOL_TIMEOUT_S)
