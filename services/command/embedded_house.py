"""A stopped data folder, started just far enough for an operator's command: databases and broker, no services."""

from __future__ import annotations

import argparse
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from infra.embedded import Addresses, Embedded
from services.command.failure import Failure
from services.command.house import NAMES, migrate_service, service_named


def data_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=Path("data"), help="the data folder (default: ./data)")


@asynccontextmanager
async def servers(data: Path) -> AsyncIterator[Addresses]:
    """Raises Failure where there is no such folder, FolderTaken while `up` runs on it."""
    if not (data / "postgres").exists():
        raise Failure(f"{data} is no data folder. Name it with --data.")
    embedded = Embedded(data)
    addresses = await embedded.start()
    try:
        for name in NAMES:
            address = addresses.services[name]
            await migrate_service(service_named(name), address.owner_url, address.keys_owner_url)
        yield addresses
    finally:
        await embedded.stop()
