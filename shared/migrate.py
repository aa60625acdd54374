"""Migrations: plain SQL, forward only, checksummed, and safe when several processes start at once. Runs as the owner.

The owner grants the service's role exactly what its tables need; the role has the database's name (without `_keys`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import asyncpg
import msgspec

ENGINE = Path(__file__).parent / "migrations" / "engine"
KEYS = Path(__file__).parent / "migrations" / "keys"
LOCK = 0x42_69_66_61_6C_6C  # "Bifall": one migration at a time per database


class Migration(msgspec.Struct, frozen=True):
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


class SchemaMismatch(Exception):
    """The database is not what the code expects; the sentence says how."""


def migrations_in(*folders: Path) -> list[Migration]:
    """In order: folder by folder, by file name. `engine/0001_journal` comes before `review/0001_views`."""
    return [
        Migration(f"{folder.name if folder.name != 'migrations' else folder.parent.name}/{file.stem}", file.read_text())
        for folder in folders
        for file in sorted(folder.glob("*.sql"))
    ]


async def migrate(connection: asyncpg.Connection, wanted: list[Migration]) -> list[str]:
    """Applies what is missing and returns the names. Raises SchemaMismatch where an applied file was changed since."""
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
        await connection.execute(
            "create table if not exists migration (name text primary key, sha256 text not null,"
            " applied_at timestamptz not null default clock_timestamp())"
        )
        await connection.execute("grant select on migration to public")
        applied = await _applied(connection)
        _refuse_changed(applied, wanted)
        missing = [migration for migration in wanted if migration.name not in applied]
        for migration in missing:
            await connection.execute(migration.sql)
            await connection.execute(
                "insert into migration (name, sha256) values ($1, $2)", migration.name, migration.sha256
            )
    return [migration.name for migration in missing]


async def is_current(connection: asyncpg.Connection, wanted: list[Migration]) -> bool:
    """Whether the schema is the code's: no more, no less, nothing changed."""
    return await _applied(connection) == {migration.name: migration.sha256 for migration in wanted}


async def _applied(connection: asyncpg.Connection) -> dict[str, str]:
    return {row["name"]: row["sha256"] for row in await connection.fetch("select name, sha256 from migration")}


def _refuse_changed(applied: dict[str, str], wanted: list[Migration]) -> None:
    for migration in wanted:
        if applied.get(migration.name, migration.sha256) != migration.sha256:
            raise SchemaMismatch(
                f"The migration {migration.name} was changed after it was applied. Add a new one instead."
            )
    if unknown := applied.keys() - {migration.name for migration in wanted}:
        raise SchemaMismatch(f"The database is newer than this version of Bifall: it has {', '.join(sorted(unknown))}.")
