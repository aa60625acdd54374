"""`bifall rebuild SERVICE`: drops a service's views and folds them again from its journal."""

from __future__ import annotations

import argparse
import asyncio

import asyncpg

from infra.embedded import Addresses
from services.audit.completeness import stream_lasts
from services.audit.rebuild import WouldLose
from services.audit.rebuild import rebuild as forget_trees
from services.command.embedded_house import data_argument, servers
from services.command.failure import Failure
from services.command.house import NAMES, service_named
from shared import views
from shared.broker import Broker
from shared.life_book import LifeBook

HELP = "Drop a service's views and fold them again from its journal (audit: read every stream again)."
EXAMPLE = "bifall rebuild review --data ./data"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("service", choices=NAMES, help="whose views")
    data_argument(parser)


def run(asked: argparse.Namespace) -> int:
    print(asyncio.run(_rebuild(asked)))
    return 0


async def _rebuild(asked: argparse.Namespace) -> str:
    async with servers(asked.data) as addresses:
        address = addresses.services[asked.service]
        if asked.service == "audit":
            return await _audit(addresses)
        connection = await asyncpg.connect(address.database_url, server_settings={"statement_timeout": "0"})
        try:
            async with connection.transaction():
                folded = await views.rebuild(connection, LifeBook(service_named(asked.service).kinds))
        finally:
            await connection.close()
    return f"{asked.service}: {folded} events folded"


async def _audit(addresses: Addresses) -> str:
    """Audit's views are its entries and trees; they come back from the streams when it next runs, from bookmark 0."""
    address = addresses.services["audit"]
    broker = Broker(addresses.nats_url, address.broker.user, address.broker.password)
    owner = await asyncpg.connect(address.owner_url)
    try:
        await forget_trees(owner, await stream_lasts(broker))
    except WouldLose as error:
        raise Failure(
            f"{error}. Run `bifall recover` for that service first: audit may be the last to have them."
        ) from error
    finally:
        await owner.close()
        await broker.close()
    return "audit: everything is forgotten; it is read again from the streams at the next start"
