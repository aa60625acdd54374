"""The way to a service's database: pools with limits, and a refusal of any server that could lose what it has
confirmed."""

from __future__ import annotations

from typing import Any

import asyncpg

CONNECT_TIMEOUT_S = 3.0
COMMAND_TIMEOUT_S = 2.0
SERVER_FIRST_S = 0.2
"""So much before the client gives up, the server does: it then knows what became of the statement."""
LOCK_TIMEOUT_MS = 1_500
IDLE_IN_TRANSACTION_MS = 10_000
WORKER_TIMEOUT_S = 10.0
ACQUIRE_TIMEOUT_S = 2.0

DURABLE = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on", "data_checksums": "on"}


class UnsafeDatabase(Exception):
    """The server could lose what it has confirmed, or the role could do more than it should."""


async def _keep(connection: asyncpg.Connection) -> None:
    """What is handed back needs no reset: all work is in transactions, and nothing sets session state."""


async def open_pool(dsn: str, size: int, timeout_s: float = COMMAND_TIMEOUT_S) -> asyncpg.Pool:
    """A pool whose every statement ends: in the server a little before `timeout_s`, in the client after it."""
    statement_ms = int((timeout_s - SERVER_FIRST_S) * 1_000)
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size,
        command_timeout=timeout_s,
        timeout=CONNECT_TIMEOUT_S,
        reset=_keep,
        server_settings={
            "application_name": "bifall",
            "statement_timeout": str(statement_ms),
            "lock_timeout": str(min(LOCK_TIMEOUT_MS, statement_ms)),
            "idle_in_transaction_session_timeout": str(IDLE_IN_TRANSACTION_MS),
        },
    )


async def refuse_unsafe(connection: Any) -> None:
    """Raises UnsafeDatabase where a power cut could take a confirmed commit, or the role is a superuser's."""
    for setting, safe in DURABLE.items():
        value = await connection.fetchval("select current_setting($1)", setting)
        if value != safe:
            raise UnsafeDatabase(f"The database has {setting} = {value}; Bifall needs {safe}.")
    if await connection.fetchval("select rolsuper from pg_roles where rolname = current_user"):
        raise UnsafeDatabase("The service's database role is a superuser; it must not be.")
