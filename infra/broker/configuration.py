"""The broker's configuration file, the same for the embedded broker and for the containers.

The file wants the braces of its blocks on lines of their own; its values that matter are `sync_interval: always`
(without it the broker acknowledges two minutes before it has written) and the accounts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.broker.accounts import accounts_block
from infra.estate import ServiceEstate

PAYLOAD_BYTES_MAX = 1024 * 1024
CONNECTIONS_MAX = 256


@dataclass(frozen=True)
class BrokerPlace:
    """Where a broker listens and stores."""

    host: str
    port: int
    monitor_host: str
    monitor_port: int
    store: Path


def configuration(estate: Sequence[ServiceEstate], passwords: Mapping[str, str], place: BrokerPlace) -> str:
    """The whole file; `passwords` is by broker user."""
    return (
        "server_name: bifall\n"
        f'listen: "{place.host}:{place.port}"\n'
        f'http: "{place.monitor_host}:{place.monitor_port}"\n'
        f"max_payload: {PAYLOAD_BYTES_MAX}\n"
        f"max_connections: {CONNECTIONS_MAX}\n"
        "jetstream: {\n"
        f'  store_dir: "{place.store}"\n'
        "  sync_interval: always\n"
        "}\n" + accounts_block(estate, passwords)
    )
