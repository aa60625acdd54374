"""Prepare the databases: roles, databases, and who may connect to what. Run it as often as you like, from anywhere.

Per service an owner (migrations), an application role and a database, and in the cluster of keys a small one apart.
Nobody but a service's two roles may connect to its databases. What the application role may do with a table is granted
by the migration that makes the table; here it gets only the use of the schema.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import asyncpg

from infra.database.verifier import make_verifier, matches
from infra.estate import ServiceEstate

PREPARE_LOCK = 0x62_6966_616C_6C  # any number, as long as every `prepare` of this project takes the same one
LOCK_WAIT_S = 60

SHARED_DATABASES = ("postgres", "template1")

OWNER_SETTINGS = {"lock_timeout": "3s", "idle_in_transaction_session_timeout": "10s"}
APPLICATION_SETTINGS = {"statement_timeout": "5s", **OWNER_SETTINGS}


async def prepare(
    superuser_dsn: str,
    estate: Sequence[ServiceEstate],
    passwords: Mapping[str, str],
    keys_superuser_dsn: str | None = None,
) -> None:
    """Bring both clusters to what the estate asks for; `passwords` is by role (`review`, `review_owner`).

    Without `keys_superuser_dsn` the key databases lie in the same cluster. Raises whatever the database raises.
    """
    content = {service.name: service for service in estate}
    keys = key_databases(estate)
    if keys_superuser_dsn is None:
        await prepare_cluster(superuser_dsn, {**content, **keys}, passwords)
        return
    await asyncio.gather(
        prepare_cluster(superuser_dsn, content, passwords),
        prepare_cluster(keys_superuser_dsn, keys, passwords),
    )


def key_databases(estate: Sequence[ServiceEstate]) -> dict[str, ServiceEstate]:
    """The names of the key databases, and whose each is."""
    return {service.keys_database: service for service in estate if service.has_keys}


async def prepare_cluster(dsn: str, databases: Mapping[str, ServiceEstate], passwords: Mapping[str, str]) -> None:
    """Bring one cluster to what these databases and their services' roles ask for."""
    connection = await asyncpg.connect(dsn, command_timeout=LOCK_WAIT_S)
    try:
        await connection.execute("select pg_advisory_lock($1)", PREPARE_LOCK)
        for name in SHARED_DATABASES:
            await connection.execute(f"revoke all on database {name} from public")
        for service in databases.values():
            await _role(connection, service.owner, passwords[service.owner], OWNER_SETTINGS)
            await _role(connection, service.name, passwords[service.name], APPLICATION_SETTINGS)
        for name, service in databases.items():
            await _database(connection, name, service)
        for name, service in databases.items():
            await _schema(dsn, name, service)
    finally:
        await connection.close()


async def _role(
    connection: asyncpg.Connection[asyncpg.Record], role: str, password: str, settings: Mapping[str, str]
) -> None:
    known = await connection.fetchrow("select rolpassword from pg_authid where rolname = $1", role)
    if known is None:
        await connection.execute(f"create role {role}")
    await connection.execute(
        f"alter role {role} login nosuperuser nocreatedb nocreaterole noreplication nobypassrls noinherit"
    )
    await connection.execute(f"grant pg_checkpoint to {role} with inherit true")
    if known is None or not matches(known["rolpassword"], password):
        await connection.execute(f"alter role {role} password '{make_verifier(password)}'")
    for name, value in settings.items():
        await connection.execute(f"alter role {role} set {name} = '{value}'")


async def _database(connection: asyncpg.Connection[asyncpg.Record], name: str, service: ServiceEstate) -> None:
    if not await connection.fetchval("select true from pg_database where datname = $1", name):
        await connection.execute(f"create database {name} owner {service.owner}")
    await connection.execute(f"alter database {name} owner to {service.owner}")
    await connection.execute(f"revoke all on database {name} from public")
    await connection.execute(f"grant connect on database {name} to {service.owner}, {service.name}")


async def _schema(dsn: str, database: str, service: ServiceEstate) -> None:
    connection = await asyncpg.connect(dsn, database=database, command_timeout=LOCK_WAIT_S)
    try:
        await connection.execute("revoke all on schema public from public")
        await connection.execute(f"grant usage on schema public to {service.name}")
        # A disposal ends with a WAL switch and a checkpoint, so that the segment which holds what was erased is let go.
        await connection.execute(
            f"grant execute on function pg_catalog.pg_switch_wal() to {service.owner}, {service.name}"
        )
    finally:
        await connection.close()
