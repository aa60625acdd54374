"""How an embedded cluster is set: who must show a password (everybody), and every durability switch at its safest."""

from __future__ import annotations

from pathlib import Path

from infra.embedded.ports import LOOPBACK

SUPERUSER = "postgres"

MEMORY = {"postgres": "64MB", "keys": "8MB"}
CONNECTIONS = {"postgres": 100, "keys": 40}

HOST_BASED_ACCESS = f"""\
# Everybody needs a password, on the socket as well. Who may connect to which database is granted in the databases.
local all all scram-sha-256
host all all {LOOPBACK}/32 scram-sha-256
local replication {SUPERUSER} scram-sha-256
host replication {SUPERUSER} {LOOPBACK}/32 scram-sha-256
"""


def settings(name: str, port: int, sockets: Path | None) -> dict[str, str]:
    """Every durability switch at its safest; sizes for a small machine; no values of people's data in the log."""
    return {
        "listen_addresses": f"'{LOOPBACK}'",
        "port": str(port),
        "unix_socket_directories": f"'{_quoted(sockets)}'" if sockets else "''",
        "unix_socket_permissions": "0700",
        "max_connections": str(CONNECTIONS[name]),
        "password_encryption": "'scram-sha-256'",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "wal_level": "replica",
        "max_wal_senders": "4",
        "max_wal_size": "512MB",
        "min_wal_size": "32MB",
        "wal_recycle": "off",  # a segment that is kept for new use would keep what was erased, too
        "shared_buffers": MEMORY[name],
        "work_mem": "8MB",
        "maintenance_work_mem": "32MB",
        "io_method": "sync",
        "max_worker_processes": "4",
        "max_parallel_workers_per_gather": "0",
        "max_logical_replication_workers": "0",
        "autovacuum_max_workers": "2",
        "jit": "off",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        "log_min_messages": "warning",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
        "log_line_prefix": "'%m [%p] %u@%d '",
    }


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
