"""`bifall up` on a folder that exists, from the command to the line that says it is ready.

The floor starts the two database servers and the broker of the same folder, and nothing else.
"""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from infra.embedded import process
from infra.embedded.broker import EmbeddedBroker
from infra.embedded.folder import DataFolder
from infra.embedded.postgres import EmbeddedPostgres
from infra.estate import SERVICES
from tests.load.frame import Measured, Reach, Row, Size, in_turn
from tests.load.ground import folder
from tests.load.running import house_on


async def measure(size: Size) -> Measured:
    async with folder() as path:
        data = path / "data"
        async with house_on(data):
            pass  # from here on the folder exists
        measured = await in_turn(size.rounds, lambda: servers_alone(data), lambda: everything(data))
    measured.figures["up_s"] = statistics.median(measured.rows)
    return measured


async def everything(data: Path) -> float:
    async with house_on(data) as house:
        return house.ready_after_s


async def servers_alone(data: Path) -> float:
    held = DataFolder(data)
    held.take()
    servers = (EmbeddedPostgres(held, "postgres"), EmbeddedPostgres(held, "keys"), EmbeddedBroker(held, SERVICES))
    try:
        began = time.perf_counter()
        await process.together(*(server.start() for server in servers))
        return time.perf_counter() - began
    finally:
        await process.together(*(server.stop() for server in servers))
        held.release()


ROW = Row(
    name="start",
    what="`bifall up` on an existing folder until ready",
    floor="starting the database servers and the broker alone",
    unit="s",
    reaches=(Reach("up_s", at_most=5),),
    measure=measure,
)
